package org.popinjay.mailstore.mbox.maintenance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.popinjay.mailstore.Outcomes.done;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Drafts;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.StoreStartException;
import org.popinjay.mailstore.TestHolder;
import org.popinjay.mailstore.faults.FaultScenario;
import org.popinjay.mailstore.faults.FaultScript;
import org.popinjay.mailstore.faults.RamDirectory;
import org.popinjay.mailstore.mbox.maintenance.SpoolFinding.Kind;
import org.popinjay.mailstore.mbox.maintenance.SpoolReport.IndexState;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Posix;

/// What an examination says of the state of a mailbox, and what repair and reindexing make of it.
class MboxMaintenanceTest {
  private static final String FROM = "From a@example.org Thu Nov  9 22:33:52 2023\n";

  @TempDir(factory = RamDirectory.class)
  Path folder;

  private MaintenanceRig rig;

  @BeforeEach
  void lay() throws IOException {
    rig = new MaintenanceRig(folder);
  }

  private static String message(int serial) {
    return FROM + "Message-ID: <" + serial + "@tea>\nSubject: " + serial + "\n\nbody\n\n";
  }

  private void deliver(String mail) throws IOException {
    Files.writeString(rig.spool(), mail, ISO_8859_1, StandardOpenOption.APPEND);
  }

  private void threeMessagesThatAreKnown() throws Exception {
    rig.write(message(1) + message(2) + message(3));
    rig.openOnce();
  }

  private List<String> findings() {
    return MaintenanceRig.lines(rig.report());
  }

  private SpoolReport.Kept kept() {
    return rig.report().kept().orElseThrow();
  }

  @Test
  void nothingIsKeptOfAMailboxThatWasNeverOpened() throws Exception {
    rig.write(message(1));
    var report = rig.report();
    assertThat(report.kept()).isEmpty();
    assertThat(report.isClean()).isTrue();
    assertThat(report.notes()).containsExactly("there is no mail.state yet: " + rig.state());
  }

  @Test
  void whatIsKeptIsComparedWithTheSpool() throws Exception {
    threeMessagesThatAreKnown();
    var kept = kept();
    assertThat(kept.known()).isEqualTo(3);
    assertThat(kept.arrived()).isZero();
    assertThat(kept.vanished()).isZero();
    assertThat(kept.uidNext()).isEqualTo(4);
    assertThat(kept.index()).isEqualTo(IndexState.FRESH);
    assertThat(kept.serverRuns()).isFalse();
    rig.write(message(1) + message(3) + message(4) + message(5));
    kept = kept();
    assertThat(kept.arrived()).isEqualTo(2);
    assertThat(kept.vanished()).isEqualTo(1);
    assertThat(kept.index()).isEqualTo(IndexState.BEHIND);
    assertThat(findings()).isEmpty();
  }

  @Test
  void fieldsThatCameWithAMessageAreNamedOnceTheMailboxIsKnown() throws Exception {
    threeMessagesThatAreKnown();
    long at = Files.size(rig.spool());
    deliver(FROM + "Status: RO\nX-UID: 2\nContent-Length: 5\n\nbody\n\n");
    deliver(FROM + "Content-Length: 5\n\nbody\n\n");
    var expected =
        "4@%d forged-fields: Status, X-UID came with the message and is not believed".formatted(at);
    assertThat(findings()).containsExactly(expected);
    assertThat(rig.report().contents().orElseThrow().flags()).containsEntry(Flag.SEEN, 0);
    rig.openOnce();
    assertThat(findings()).as("once they have UIDs, too").containsExactly(expected);
    assertThat(MaintenanceRig.lines(rig.reportAlone()))
        .as("of a file alone nobody knows who wrote them")
        .isEmpty();
  }

  @Test
  void uidsThatSpoolAndStateTellDifferentlyAreNamed() throws Exception {
    rig.write(
        FROM
            + "X-IMAPbase: 1700000000 0000000009\nX-UID: 4\nMessage-ID: <1>\n\nb\n\n"
            + (FROM + "X-UID: 9\nMessage-ID: <2>\n\nb\n\n"));
    rig.openOnce();
    assertThat(findings()).isEmpty();
    var mail = Files.readString(rig.spool(), ISO_8859_1);
    rig.write(mail.replace("X-UID: 4", "X-UID: 7").replace("0000000009", "0000000012"));
    assertThat(findings())
        .containsExactlyInAnyOrder(
            "1@0 uid-differs: X-UID says 7, mail.state 4",
            "0@-1 state-older: the spool has UIDs up to 12, mail.state goes on with 10: it is of an"
                + " older backup, or another server gave UIDs");
    rig.write(mail.replace("1700000000", "1700000001"));
    assertThat(findings())
        .containsExactly(
            "0@-1 uid-differs: the spool says UIDVALIDITY 1700000001, mail.state 1700000000");
  }

  @Test
  void whatTheServerItselfAppendsIsInOrder() throws Exception {
    rig.write("");
    try (var store = rig.server(Posix.files())) {
      var account = store.account(rig.owner());
      var sent = "Subject: sent\r\n\r\nFrom here on\r\n".getBytes(ISO_8859_1);
      done(Drafts.append(account, MailboxName.INBOX, sent, sent));
    }
    assertThat(Files.readString(rig.spool())).contains("X-UID: 0000000002");
    assertThat(rig.report().isClean()).isTrue();
    assertThat(rig.reportAlone().isClean()).isTrue();
  }

  @Test
  void aRunningServerIsNoticedAndLeftAlone() throws Exception {
    threeMessagesThatAreKnown();
    try (var _ = rig.server(Posix.files())) {
      var kept = kept();
      assertThat(kept.serverRuns()).isTrue();
      assertThat(kept.serverProcess()).hasValue((int) ProcessHandle.current().pid());
      assertThatThrownBy(() -> rig.maintenance().reopen(rig.owner(), MailboxName.INBOX, true))
          .isInstanceOfSatisfying(
              StoreStartException.class,
              e -> assertThat(e.reason()).isEqualTo(StoreStartException.Reason.IN_USE));
    }
    assertThat(kept().serverRuns()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {".log", "registry", ".cache"})
  void whatIsDamagedIsNamedAndReplacedAndKept(String file) throws Exception {
    threeMessagesThatAreKnown();
    var path = rig.kept(file);
    var octets = Files.readAllBytes(path);
    octets[file.equals(".cache") ? octets.length / 2 : 10] ^= 1;
    Files.write(path, octets);
    var mail = Files.readString(rig.spool());
    var before = rig.everything();
    var found = MaintenanceRig.kinds(rig.report());
    assertThat(rig.everything()).isEqualTo(before);
    assertThat(found)
        .containsExactly(file.equals(".cache") ? Kind.INDEX_DAMAGED : Kind.STATE_DAMAGED);
    assertThat(found).allMatch(Kind::isForTheNextOpen);

    assertThat(done(rig.maintenance().reopen(rig.owner(), MailboxName.INBOX, false)).messages())
        .isEqualTo(3);
    assertThat(rig.report().isClean()).isTrue();
    assertThat(Path.of(path + ".damaged")).hasBinaryContent(octets);
    assertThat(rig.spool()).hasContent(mail);
    assertThat(kept().index()).isEqualTo(IndexState.FRESH);
  }

  @Test
  void anEndThatACrashLeftUnfinishedIsNamed() throws Exception {
    threeMessagesThatAreKnown();
    var log = rig.kept(".log");
    var octets = Files.readAllBytes(log);
    int end = octets.length;
    while (octets[end - 1] == 0) {
      end--;
    }
    octets[end + 20] = 7;
    Files.write(log, octets);
    assertThat(MaintenanceRig.kinds(rig.report())).containsExactly(Kind.STATE_TORN);
    done(rig.maintenance().reopen(rig.owner(), MailboxName.INBOX, false));
    assertThat(rig.report().isClean()).isTrue();
    assertThat(kept().uidNext()).isEqualTo(4);
  }

  @Test
  void whatANewerVersionWroteIsNamedAndLeftAlone() throws Exception {
    threeMessagesThatAreKnown();
    var registry = rig.kept("registry");
    Files.writeString(registry, "popinjay registry 99\n");
    assertThat(MaintenanceRig.kinds(rig.report())).containsExactly(Kind.STATE_NEWER);
    assertThat(rig.maintenance().reopen(rig.owner(), MailboxName.INBOX, false))
        .isInstanceOf(StoreResult.Failed.class);
    assertThat(registry).hasContent("popinjay registry 99\n");
  }

  @Test
  void aFolderThatOthersMayWriteToIsNamed() throws Exception {
    threeMessagesThatAreKnown();
    Files.setPosixFilePermissions(
        rig.state().resolve("tea"), PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(MaintenanceRig.kinds(rig.report())).containsExactly(Kind.STATE_FOREIGN);
  }

  @Test
  void reindexingBuildsTheIndexAnewAndKeepsUidsAndFlags() throws Exception {
    threeMessagesThatAreKnown();
    rig.write(message(1) + message(3));
    flagLast();
    var before = kept();
    var octets = Files.readAllBytes(rig.spool());
    Files.write(rig.kept(".cache"), new byte[] {1, 2, 3});
    var status = done(rig.maintenance().reopen(rig.owner(), MailboxName.INBOX, true));
    assertThat(status.messages()).isEqualTo(2);
    assertThat(status.unseen()).isEqualTo(1);
    assertThat(status.uidNext()).isEqualTo(4);
    var after = kept();
    assertThat(after.index()).isEqualTo(IndexState.FRESH);
    assertThat(after.uidValidity()).isEqualTo(before.uidValidity());
    assertThat(rig.spool()).hasBinaryContent(octets);
    assertThat(rig.report().isClean()).isTrue();
  }

  private void flagLast() throws StoreStartException {
    try (var store = rig.server(Posix.files());
        var inbox = done(store.account(rig.owner()).open(MailboxName.INBOX));
        var view = done(inbox.view(Access.WRITE))) {
      done(view.flag(new int[] {2}, new FlagChange.Add(Flags.of(Flag.SEEN)), null));
    }
  }

  /// A POP3 session that removes the first of three messages dies at each of its calls.
  private static final class Session implements FaultScript<Path> {
    private final List<Kind> seen = new ArrayList<>();

    @Override
    public Path prepare(Path directory) throws Exception {
      var rig = new MaintenanceRig(directory);
      rig.write(message(1) + longMessage() + message(3));
      rig.openOnce();
      return directory;
    }

    @Override
    public void run(Path directory, FileCalls files) throws Exception {
      var rig = new MaintenanceRig(directory);
      try (var store = rig.server(files)) {
        if (store.account(rig.owner()).claim(new TestHolder())
            instanceof StoreResult.Done<Maildrop>(Maildrop drop)) {
          var first = new BitSet();
          first.set(1);
          drop.commit(first, new BitSet());
          drop.close();
        }
      }
    }

    @Override
    public void check(Path directory, FileCalls files, Outcome outcome) throws Exception {
      Files.deleteIfExists(directory.resolve("spool/tea.lock"));
      var rig = new MaintenanceRig(directory);
      var before = rig.everything();
      var found = rig.report();
      assertThat(rig.everything()).as("looking changes nothing").isEqualTo(before);
      seen.addAll(MaintenanceRig.kinds(found));
      done(rig.maintenance().reopen(rig.owner(), MailboxName.INBOX, false));
      assertThat(rig.report().findings()).isEmpty();
      assertThat(Files.readString(rig.spool()))
          .isIn(message(1) + longMessage() + message(3), longMessage() + message(3));
      boolean finished = MaintenanceRig.lines(found).toString().contains("the next open finishes");
      assertThat(finished && Files.readString(rig.spool()).startsWith(message(1)))
          .as("what was foretold comes true")
          .isFalse();
    }
  }

  private static String longMessage() {
    return FROM + "Message-ID: <2>\n\n" + "a line of a long message\n".repeat(1_000) + "\n";
  }

  @Test
  void aCrashedRemovalIsForetoldAndFinished() throws Exception {
    var session = new Session();
    new FaultScenario<>(folder, Posix.files(), session).atMost(60).killAfterEveryCall();
    assertThat(session.seen).contains(Kind.REWRITE_PENDING);
  }

  @Test
  void aRewriteThatWasPutAsideIsNamedUntilItsJournalIsGone() throws Exception {
    threeMessagesThatAreKnown();
    var stat = Posix.files().stat(rig.spool().toString());
    var aside =
        rig.state().resolve(".journals/%d-%d.journal.aside".formatted(stat.device(), stat.inode()));
    Files.writeString(aside, "journal");
    assertThat(findings())
        .containsExactly(
            "0@-1 rewrite-aside: a rewrite was interrupted and could not be finished: " + aside);
    Files.delete(aside);
    assertThat(findings()).isEmpty();
  }

  @Test
  void aDamagedJournalIsForetoldToBePutAside() throws Exception {
    threeMessagesThatAreKnown();
    var stat = Posix.files().stat(rig.spool().toString());
    Files.writeString(
        rig.state().resolve(".journals/%d-%d.journal".formatted(stat.device(), stat.inode())),
        "no journal");
    assertThat(findings())
        .containsExactly(
            "0@-1 rewrite-pending: a rewrite was interrupted, and another program has changed the"
                + " file since or the journal is damaged; the next open puts it aside");
    done(rig.maintenance().reopen(rig.owner(), MailboxName.INBOX, false));
    assertThat(MaintenanceRig.kinds(rig.report())).containsExactly(Kind.REWRITE_ASIDE);
  }
}
