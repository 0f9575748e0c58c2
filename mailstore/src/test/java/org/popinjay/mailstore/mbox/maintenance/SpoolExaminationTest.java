package org.popinjay.mailstore.mbox.maintenance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.failure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.faults.RamDirectory;
import org.popinjay.mailstore.mbox.maintenance.SpoolFinding.Kind;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.Posix;

/// What an examination says of spools of every sort; the text after `@` is the octet.
class SpoolExaminationTest {
  private static final String FROM = "From a@example.org Thu Nov  9 22:33:52 2023\n";

  @TempDir(factory = RamDirectory.class)
  Path folder;

  private MaintenanceRig rig;

  @BeforeEach
  void lay() throws IOException {
    rig = new MaintenanceRig(folder);
  }

  private List<String> found(String mail) throws IOException {
    rig.write(mail);
    return MaintenanceRig.lines(rig.reportAlone());
  }

  @Test
  void aCleanSpoolHasItsFactsAndNoFindings() throws IOException {
    rig.write(
        FROM
            + "Subject: one\nStatus: RO\nX-Status: F\n\nbody\n>From quoted\n>>From twice\n\n"
            + "From b Fri, 10 Nov 2023 01:02:03 +0000\r\nSubject: two\r\n\r\nb\u00E9dy\r\n\r\n");
    var report = rig.reportAlone();
    assertThat(MaintenanceRig.lines(report)).isEmpty();
    assertThat(report.isClean()).isTrue();
    var contents = report.contents().orElseThrow();
    assertThat(contents.messages()).isEqualTo(2);
    assertThat(contents.first()).contains(Instant.parse("2023-11-09T22:33:52Z"));
    assertThat(contents.last()).contains(Instant.parse("2023-11-10T01:02:03Z"));
    assertThat(contents.flags()).containsEntry(Flag.SEEN, 1).containsEntry(Flag.DELETED, 0);
    assertThat(contents.separators()).isEqualTo(new SpoolReport.Separators(1, 1, 0, 1, 0));
    assertThat(contents.fields()).hasToString("{Status=1, X-Status=1}");
    assertThat(contents.quotedFromLines()).isEqualTo(1);
    assertThat(contents.deeperQuotedFromLines()).isEqualTo(1);
    assertThat(contents.longestLineOctets()).isEqualTo(FROM.length());
    assertThat(contents.longestLineAt()).isZero();
    assertThat(contents.eightBit()).isEqualTo(1);
    assertThat(contents.nul()).isZero();
    assertThat(report.file().orElseThrow().octets()).isEqualTo(Files.size(rig.spool()));
  }

  @Test
  void aLineThatOnlyLooksLikeASeparatorIsNamedWithItsPlace() throws IOException {
    var head = FROM + "Subject: one\n\n";
    assertThat(found(head + "From here on\n\nFrom there\n\n" + FROM + "\n\n"))
        .containsExactly(
            "1@%d bare-from: a line begins with \"From \" and separates nothing"
                .formatted(head.length()),
            "1@%d bare-from: a line begins with \"From \" and separates nothing"
                .formatted(head.length() + 14));
  }

  @Test
  void aBareFromLineIsFoundWhereverAPieceEnds() throws IOException {
    var head = FROM + "Subject: one\n\n";
    for (int before = (256 << 10) - 8; before <= (256 << 10) + 1; before++) {
      var filler = "x".repeat(before - head.length() - 1) + "\n";
      rig.write(head + filler + "From here\n\n");
      var report = rig.reportAlone();
      assertThat(report.findings()).extracting(SpoolFinding::offset).containsExactly((long) before);
      assertThat(report.contents().orElseThrow().longestLineOctets()).isEqualTo(filler.length());
    }
  }

  @Test
  void whatLacksABlankLineIsNamed() throws IOException {
    var one = FROM + "Subject: one\n\nbody\n";
    var two = FROM + "Subject: two\n";
    assertThat(found(one + two + FROM + "Subject: three\n\n\n"))
        .containsExactly(
            "1@%d no-blank-line: no blank line stands before the next separator"
                .formatted(one.length()),
            "2@%d unfinished-header: the header goes over into the next message without a blank line"
                .formatted(one.length() + two.length()));
    assertThat(found(FROM + "Subject: empty body\n\n" + FROM + "\n")).isEmpty();
  }

  @Test
  void aLastMessageThatEndsTooEarlyIsNamed() throws IOException {
    assertThat(found(FROM + "Subject: one\n\nhalf a li"))
        .containsExactly("1@67 truncated: the last message ends within a line");
    assertThat(found(FROM + "Subject: one\n"))
        .containsExactly("1@57 truncated: the last message ends within its header");
    assertThat(found(FROM + "Subject: one\n\nno blank line at the end\n")).isEmpty();
  }

  @Test
  void aLengthThatDoesNotFitIsNamed() throws IOException {
    assertThat(found(FROM + "Content-Length: 5\n\nbody\n\n")).isEmpty();
    assertThat(found(FROM + "Content-Length: 500\n\nbody\n\n"))
        .containsExactly("1@0 content-length: Content-Length says 500, the body has 5 octets");
    assertThat(found(FROM + "Content-Length: five\n\nbody\n\n"))
        .containsExactly("1@0 odd-field: Content-Length is not well-formed");
  }

  @Test
  void uidsThatDoNotRiseAreNamed() throws IOException {
    var first = FROM + "X-IMAPbase: 1700000000 0000000009\nX-UID: 4\n\nb\n\n";
    var second = FROM + "X-UID: 4\n\nb\n\n";
    var third = FROM + "X-UID: 3\n\nb\n\n";
    assertThat(found(first + second + third + FROM + "X-UID: 12\n\nb\n\n"))
        .containsExactly(
            "2@%d uid-order: X-UID 4 stands in the message before, too".formatted(first.length()),
            "3@%d uid-order: X-UID 3 stands behind X-UID 4"
                .formatted(first.length() + second.length()),
            "4@%d uid-order: X-UID 12 is above 9, the last UID of the spool's base"
                .formatted(first.length() + second.length() + third.length()));
  }

  @Test
  void oddBookkeepingIsNamed() throws IOException {
    var first = FROM + "Subject: one\nStatus: R\nStatus: O\nX-Keywords: a\n b\n\nb\n\n";
    var second = FROM + "X-IMAPbase: 5 5\nX-IMAP: 5 5\nX-UID: none\n\nb\n\n";
    assertThat(found(first + second))
        .containsExactly(
            "1@0 odd-field: Status stands there more than once; the first counts",
            "1@0 odd-field: X-Keywords is folded and counts for nothing",
            "2@%d odd-field: X-UID is not well-formed".formatted(first.length()),
            "2@%d odd-field: X-IMAP stands in an ordinary message; UW imapd and Dovecot would hide it"
                .formatted(first.length()),
            "2@%d odd-field: X-IMAPbase stands in a message that is not the first"
                .formatted(first.length()));
  }

  @Test
  void nulsAndLeadingOctetsAreNamed() throws IOException {
    assertThat(found("\n\0\n" + FROM + "\nb\0dy\n\n"))
        .containsExactly(
            "0@0 leading-octets: 3 octets of empty lines or NULs stand before the first message",
            "1@3 nul: there is a NUL in it; clients are shown 0x80");
  }

  @Test
  void whatIsNoMboxIsNamedAndNothingElseIsSaid() throws IOException {
    rig.write("PK\3\4 this is no mail");
    var report = rig.reportAlone();
    assertThat(MaintenanceRig.lines(report))
        .containsExactly(
            "0@0 not-an-mbox: no message begins here, but PK\\x03\\x04 this is no mail");
    assertThat(report.contents()).isEmpty();
  }

  @Test
  void anEmptyFileIsAnEmptyMailbox() throws IOException {
    assertThat(found("")).isEmpty();
    assertThat(rig.reportAlone().contents().orElseThrow().messages()).isZero();
  }

  @Test
  void aMissingFileIsNoMailboxButAMissingInboxIsAnEmptyOne() {
    assertThat(
            failure(rig.maintenance().examine(rig.spool().toString(), MaintenanceRig.NO_PROGRESS)))
        .isInstanceOf(StoreFailure.NotFound.class);
    var report = rig.report();
    assertThat(report.isClean()).isTrue();
    assertThat(report.file()).isEmpty();
    assertThat(
            failure(
                rig.maintenance()
                    .examine(rig.owner(), new MailboxName("Sent"), MaintenanceRig.NO_PROGRESS)))
        .isInstanceOf(StoreFailure.NotFound.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"link", "directory", "fifo", "/dev/null"})
  void whatIsNoFileIsRefusedAndNotWaitedFor(String kind) throws Exception {
    var path = folder.resolve(kind);
    switch (kind) {
      case "link" -> Files.createSymbolicLink(path, rig.spool());
      case "directory" -> Files.createDirectory(path);
      case "fifo" ->
          assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
      default -> {}
    }
    var report = done(rig.maintenance().examine(path.toString(), MaintenanceRig.NO_PROGRESS));
    assertThat(MaintenanceRig.kinds(report)).containsExactly(Kind.REFUSED);
    assertThat(report.contents()).isEmpty();
  }

  @Test
  void whatTheServerWouldRefuseIsNamedAndReadAllTheSame() throws IOException {
    rig.write(FROM + "\nbody\n\n");
    Files.setPosixFilePermissions(rig.spool(), PosixFilePermissions.fromString("rw-rw-rw-"));
    var report = rig.report();
    assertThat(MaintenanceRig.kinds(report)).containsExactly(Kind.REFUSED);
    assertThat(report.findings().getFirst().text()).startsWith("is writable by everybody (regular");
    assertThat(report.contents().orElseThrow().messages()).isEqualTo(1);
  }

  @Test
  void aFolderIsFoundByItsName() throws IOException {
    Files.writeString(folder.resolve("home/mail/Sent"), FROM + "\nbody\n\n");
    var report =
        done(
            rig.maintenance()
                .examine(rig.owner(), new MailboxName("Sent"), MaintenanceRig.NO_PROGRESS));
    assertThat(report.contents().orElseThrow().messages()).isEqualTo(1);
    assertThat(report.path()).endsWith("home/mail/Sent");
  }

  @Test
  void aSpoolThatIsBeingDeliveredToIsWaitedForAndThenLeft() throws IOException {
    rig.write(FROM + "\nbody\n\n");
    int agent = Posix.files().open(rig.spool().toString(), OpenFlags.READ_WRITE, 0);
    try {
      assertThat(Posix.files().tryLock(agent, true)).isTrue();
      assertThat(
              failure(
                  rig.maintenance().examine(rig.spool().toString(), MaintenanceRig.NO_PROGRESS)))
          .isInstanceOf(StoreFailure.Busy.class);
      Posix.files().unlock(agent);
      assertThat(rig.reportAlone().isClean()).isTrue();
    } finally {
      Posix.files().close(agent);
    }
  }

  @Test
  void noHalfMessageIsSeenWhileMailIsDelivered() throws Exception {
    rig.write("");
    int deliveries = 30;
    var agent =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; i < deliveries; i++) {
                deliverInTwoWrites();
              }
            });
    while (agent.isAlive()) {
      // Who finds it locked each time gives up some time.
      if (rig.maintenance().examine(rig.spool().toString(), MaintenanceRig.NO_PROGRESS)
          instanceof StoreResult.Done<SpoolReport>(var report)) {
        assertThat(MaintenanceRig.lines(report)).isEmpty();
      }
    }
    agent.join();
    assertThat(rig.reportAlone().contents().orElseThrow().messages()).isEqualTo(deliveries);
  }

  private void deliverInTwoWrites() {
    var calls = Posix.files();
    try {
      int spool = calls.open(rig.spool().toString(), OpenFlags.READ_WRITE, 0);
      try {
        while (!calls.tryLock(spool, true)) {
          LockSupport.parkNanos(100_000);
        }
        for (var half : List.of(FROM + "Subject: ha", "lf\n\nbody\n\n")) {
          var octets = ByteBuffer.allocateDirect(half.length()).put(half.getBytes(US_ASCII)).flip();
          calls.write(spool, octets, calls.stat(spool).size());
          LockSupport.parkNanos(1_000_000);
        }
      } finally {
        calls.close(spool);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aSpoolOfFiftyThousandMessagesIsReadInOneGo() throws IOException {
    rig.write((FROM + "Subject: one of many\n\nbody\n\n").repeat(50_000));
    var heard = new long[2];
    var report =
        done(
            rig.maintenance()
                .examine(
                    rig.spool().toString(),
                    (done, total) -> {
                      assertThat(done).isBetween(heard[0], total);
                      heard[0] = done;
                      heard[1] = total;
                    }));
    assertThat(report.isClean()).isTrue();
    assertThat(report.contents().orElseThrow().messages()).isEqualTo(50_000);
    assertThat(heard[0]).isEqualTo(heard[1]);
  }

  @Test
  void findingsAreCountedWhenTheyAreTooManyToKeep() throws IOException {
    rig.write(FROM + "\n" + "From x\n".repeat(Findings.MOST + 5) + "\n");
    var report = rig.reportAlone();
    assertThat(report.findings()).hasSize(Findings.MOST);
    assertThat(report.findingsLeftOut()).isEqualTo(5);
    assertThat(report.contents().orElseThrow().bareFromLines()).isEqualTo(Findings.MOST + 5);
  }

  @Test
  void lookingLeavesNoTrace() throws Exception {
    rig.write(FROM + "Subject: one\n\nbody\n\n" + FROM + "X-UID: 4\n\nFrom here\n");
    rig.openOnce();
    var longAgo = FileTime.fromMillis(1_000_000);
    Files.setAttribute(rig.spool(), "lastAccessTime", longAgo);
    assertThat(rig.report().findings()).isNotEmpty();
    assertThat(rig.accessed()).isEqualTo(longAgo);
    var before = rig.everything();
    assertThat(rig.report().findings()).isNotEmpty();
    assertThat(rig.everything()).isEqualTo(before);
  }
}
