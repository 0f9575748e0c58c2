package org.popinjay.mailstore.mbox.ledger;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.config.Pop3Config;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.mbox.MboxRig;
import org.popinjay.mailstore.mbox.MboxStore;
import org.popinjay.mailstore.mbox.drop.DropRecoveryTest;
import org.popinjay.posix.Posix;

/// What Dovecot kept of a spool in its index alone is taken over at the first look, if it is
/// certain whose it is. The samples are those of `DovecotIndexReaderTest`.
class EarlierIndexTest {
  private static final String TEA = "tea";
  private static final List<String> KEPT =
      List.of("1", "2 SEEN FLAGGED Work", "3 ANSWERED", "4", "5 DRAFT DELETED Other", "6");

  @TempDir private Path folder;
  private MboxRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = MboxRig.lean(folder, Posix.files());
    rig.owner(TEA);
    rig.reopen(Pop3Config.DEFAULTS.withUidl("popinjay", Optional.of("dovecot")));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static byte[] resource(String sample, String name) throws IOException {
    try (var in = EarlierIndexTest.class.getResourceAsStream("/dovecot/" + sample + "/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  private Path index() throws IOException {
    return Files.createDirectories(rig.folders(TEA).resolve(".imap/INBOX"));
  }

  private static void put(Path file, byte[] octets) throws IOException {
    Files.write(file, octets);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private void lay(String sample) throws IOException {
    put(rig.spool(TEA), resource(sample, "spool"));
    for (var name : List.of("dovecot.index", "dovecot.index.log", "dovecot.index.log.2")) {
      if (EarlierIndexTest.class.getResource("/dovecot/" + sample + "/" + name) != null) {
        put(index().resolve(name), resource(sample, name));
      }
    }
  }

  private String spool() throws IOException {
    return Files.readString(rig.spool(TEA), ISO_8859_1);
  }

  private Adopted adopt() {
    return done(((MboxStore) rig.store()).adopt(rig.owner(TEA), true));
  }

  private List<String> messages() {
    var lines = new ArrayList<String>();
    try (var mailbox = done(rig.store().account(rig.owner(TEA)).open(MailboxName.INBOX));
        var view = done(mailbox.view(Access.READ))) {
      for (int number = 1; number <= view.count(); number++) {
        var message = view.message(number);
        var line = new StringBuilder().append(message.uid().value());
        for (var flag : Flag.values()) {
          line.append(message.flags().system().has(flag) ? " " + flag : "");
        }
        message.flags().keywords().list().forEach(each -> line.append(' ').append(each.name()));
        lines.add(line.toString());
      }
    }
    return lines;
  }

  @Test
  void flagsThatDovecotHadStillToWriteAreTakenOver() throws Exception {
    lay("lazy");
    var adopted = adopt();
    assertThat(adopted.index()).contains(new OldIndex(6, 3, ""));
    assertThat(adopted.sameUids()).isTrue();
    assertThat(adopted.uidValidity()).isEqualTo(1_795_293_800L);
    assertThat(messages()).isEqualTo(KEPT);
    rig.reopen();
    assertThat(messages()).isEqualTo(KEPT);
  }

  @Test
  void uidsThatNeverCameIntoTheSpoolAreTakenOver() throws Exception {
    lay("readonly");
    assertThat(spool()).doesNotContain("X-UID");
    var adopted = adopt();
    assertThat(adopted.index()).contains(new OldIndex(6, 3, ""));
    assertThat(adopted.uidValidity()).isEqualTo(1_795_293_851L);
    assertThat(messages()).isEqualTo(KEPT);
    rig.reopen();
    assertThat(messages()).isEqualTo(KEPT);
  }

  @Test
  void aRotatedLogIsRead() throws Exception {
    lay("rotated");
    assertThat(adopt().index()).contains(new OldIndex(6, 4, ""));
    assertThat(messages())
        .containsExactly(
            "1 SEEN ANSWERED", "2", "3 FLAGGED Again3", "4 SEEN Fresh K1 K2 K3", "5", "9 DRAFT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lazy", "readonly"})
  void mailThatCameSinceIsNew(String sample) throws Exception {
    lay(sample);
    put(rig.spool(TEA), (spool() + DropRecoveryTest.mbox(8)).getBytes(ISO_8859_1));
    assertThat(adopt().index()).contains(new OldIndex(6, 3, ""));
    assertThat(messages()).startsWith(KEPT.toArray(String[]::new)).endsWith("7").hasSize(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lazy", "readonly"})
  void whereMailWasRemovedTheOthersAreKnownByName(String sample) throws Exception {
    lay(sample);
    var text = spool();
    int second = text.indexOf("From ", 1);
    // Two goes, one is moved, one comes in between.
    int third = text.indexOf("From ", second + 1);
    var changed = text.substring(0, second) + DropRecoveryTest.mbox(8) + text.substring(third);
    put(rig.spool(TEA), changed.getBytes(ISO_8859_1));
    assertThat(adopt().index()).contains(new OldIndex(5, 2, ""));
    var kept = new ArrayList<>(KEPT);
    kept.remove(1);
    kept.addLast(sample.equals("lazy") ? "2" : "7");
    assertThat(messages()).containsExactlyInAnyOrderElementsOf(kept);
  }

  @Test
  void whatAnotherProgramWroteSinceWinsOverWhatDovecotHadWritten() throws Exception {
    lay("rotated");
    var text = spool().replace("Status: O\n", "Status: RO\n");
    put(rig.spool(TEA), text.getBytes(ISO_8859_1));
    assertThat(adopt().index()).hasValueSatisfying(index -> assertThat(index.fault()).isEmpty());
    assertThat(messages()).contains("2 SEEN", "3 SEEN FLAGGED Again3", "5");
  }

  @Test
  void theIndexOfAnotherSpoolIsNotBelieved() throws Exception {
    lay("lazy");
    put(rig.spool(TEA), spool().replace("1795293800", "1795293801").getBytes(ISO_8859_1));
    assertThat(adopt().index())
        .contains(OldIndex.refused("it is of UIDVALIDITY 1795293800, the spool of 1795293801"));
    assertThat(messages()).containsExactly("1", "2", "3", "4", "5", "6");
  }

  @Test
  void otherMailAtTheSamePlacesIsNotMistaken() throws Exception {
    lay("readonly");
    put(rig.spool(TEA), spool().replace("@example.org>", "@example.com>").getBytes(ISO_8859_1));
    var adopted = adopt();
    assertThat(adopted.index())
        .contains(OldIndex.refused("none of its messages is one of the spool"));
    assertThat(adopted.sameUids()).isFalse();
    assertThat(messages()).containsExactly("1", "2", "3", "4", "5", "6");
  }

  @Test
  void withoutAnIndexAllIsAsBefore() throws Exception {
    put(rig.spool(TEA), resource("lazy", "spool"));
    assertThat(adopt().index()).isEmpty();
    assertThat(messages()).containsExactly("1", "2", "3", "4", "5", "6");
  }

  @Test
  void whatMayNotBeTrustedIsNotOpened() throws Exception {
    lay("lazy");
    var log = index().resolve("dovecot.index.log");
    var elsewhere = Files.move(log, folder.resolve("elsewhere"));
    Files.createSymbolicLink(log, elsewhere);
    assertThat(adopt().index())
        .hasValueSatisfying(index -> assertThat(index.fault()).contains("symbolic link"));
    assertThat(messages()).containsExactly("1", "2", "3", "4", "5", "6");
  }

  @Test
  void aHugeIndexIsNotRead() throws Exception {
    lay("lazy");
    try (var file =
        Files.newByteChannel(
            index().resolve("dovecot.index"),
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.WRITE)) {
      file.position(1L << 33).write(java.nio.ByteBuffer.allocate(1));
    }
    Files.setPosixFilePermissions(
        index().resolve("dovecot.index"), PosixFilePermissions.fromString("rw-------"));
    assertThat(adopt().index())
        .hasValueSatisfying(index -> assertThat(index.fault()).contains("is too large"));
  }

  @Test
  void noIndexWhateverLosesMail() throws Exception {
    var dice = new SplittableRandom(2_026);
    for (int round = 0; round < 60; round++) {
      var sample = List.of("lazy", "readonly", "rotated").get(round % 3);
      var user = "tea" + round;
      rig.owner(user);
      put(rig.spool(user), resource(sample, "spool"));
      var at = Files.createDirectories(rig.folders(user).resolve(".imap/INBOX"));
      for (var name : List.of("dovecot.index", "dovecot.index.log", "dovecot.index.log.2")) {
        if (EarlierIndexTest.class.getResource("/dovecot/" + sample + "/" + name) != null) {
          byte[] octets = resource(sample, name);
          for (int change = dice.nextInt(4); change > 0; change--) {
            octets[dice.nextInt(octets.length)] = (byte) dice.nextInt();
          }
          put(at.resolve(name), octets);
        }
      }
      var adopted = done(((MboxStore) rig.store()).adopt(rig.owner(user), true));
      assertThat(adopted.messages()).as("%s, round %d", sample, round).isEqualTo(6);
      assertThat(Files.readAllBytes(rig.spool(user))).isEqualTo(resource(sample, "spool"));
    }
  }

  @Test
  void mailboxesInFoldersHaveTheirsBesideThem() throws Exception {
    Files.createDirectories(rig.folders(TEA).resolve("far"));
    put(rig.folders(TEA).resolve("far/away"), resource("readonly", "spool"));
    var at = Files.createDirectories(rig.folders(TEA).resolve("far/.imap/away"));
    put(at.resolve("dovecot.index.log"), resource("readonly", "dovecot.index.log"));
    var name = new MailboxName("far/away");
    try (var mailbox = done(rig.store().account(rig.owner(TEA)).open(name));
        var view = done(mailbox.view(Access.READ))) {
      assertThat(view.message(2).flags().system().has(Flag.FLAGGED)).isTrue();
    }
  }
}
