package org.popinjay.mailstore.mbox.drop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.failure;
import static org.popinjay.mailstore.Outcomes.octets;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.Pop3Config;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Letters;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.TestHolder;
import org.popinjay.mailstore.faults.TamperedCalls;
import org.popinjay.mailstore.mbox.MboxRig;
import org.popinjay.mailstore.mbox.MboxStore;
import org.popinjay.mailstore.mbox.bulletin.BulletinRig;
import org.popinjay.mailstore.mbox.ledger.OldDrop;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Errno;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.Posix;

/// Mail that popper or qpopper left in `.USER.pop`.
public class DropRecoveryTest {
  private static final String TEA = "tea";

  @TempDir private Path folder;
  private MboxRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = MboxRig.lean(folder, Posix.files());
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  static Path drop(Path folder) {
    return folder.resolve("spool").resolve("." + TEA + ".pop");
  }

  /// Messages as an mbox file holds them.
  public static String mbox(int... serials) {
    var text = new StringBuilder();
    for (int serial : serials) {
      text.append("From mda@example.org Thu Nov  9 22:33:52 2023\n")
          .append(new String(Letters.letter(serial), ISO_8859_1))
          .append('\n');
    }
    return text.toString();
  }

  static void leave(Path folder, String text) throws IOException {
    Files.writeString(drop(folder), text, ISO_8859_1);
    BulletinRig.permit(drop(folder), "rw-------");
  }

  private Maildrop claim() {
    return done(rig.store().account(rig.owner(TEA)).claim(new TestHolder()));
  }

  static List<Integer> serials(Maildrop drop) {
    var serials = new ArrayList<Integer>();
    for (int number = 1; number <= drop.count(); number++) {
      serials.add(Letters.serial(octets(drop.content(number))));
    }
    return serials;
  }

  private List<Integer> serials() {
    try (var drop = claim()) {
      return serials(drop);
    }
  }

  private String spool() throws IOException {
    return Files.readString(rig.spool(TEA), ISO_8859_1);
  }

  @Test
  void whatWasLeftComesFirst() throws Exception {
    rig.deliver(TEA, 4, 5);
    leave(folder, mbox(1, 2, 3));
    assertThat(serials()).containsExactly(1, 2, 3, 4, 5);
    assertThat(drop(folder)).isEmptyFile();
    assertThat(spool()).isEqualTo(mbox(1, 2, 3, 4, 5));
    rig.reopen();
    assertThat(serials()).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void withoutASpoolItBecomesTheSpool() throws Exception {
    leave(folder, mbox(1, 2));
    assertThat(serials()).containsExactly(1, 2);
    assertThat(spool()).isEqualTo(mbox(1, 2));
    assertThat(drop(folder)).isEmptyFile();
  }

  @Test
  void aMessageThatIsInBothIsThereOnce() throws Exception {
    // The old server was writing its maildrop back, and mail came in since.
    rig.deliver(TEA, 1, 2, 5);
    leave(folder, mbox(1, 2, 3, 4));
    assertThat(serials()).containsExactly(1, 2, 3, 4, 5);
    assertThat(spool()).isEqualTo(mbox(1, 2, 3, 4, 5));
  }

  @Test
  void whatWasCutOffWhileItWasCopiedIsNoMessage() throws Exception {
    var all = mbox(1, 2, 3);
    int second = mbox(1).length();
    for (int cut : List.of(50, second - 1, second, second + 3, second + 60, mbox(1, 2).length())) {
      Files.writeString(rig.spool(TEA), all, ISO_8859_1);
      leave(folder, all.substring(0, cut));
      assertThat(serials()).as("%d octets", cut).containsExactly(1, 2, 3);
      assertThat(spool()).isEqualTo(all);
      assertThat(drop(folder)).isEmptyFile();
    }
  }

  @Test
  void whatIsNotTheBeginningOfTheNextIsAMessage() throws Exception {
    rig.deliver(TEA, 1, 2, 3);
    leave(folder, mbox(1) + mbox(3).substring(0, 60) + "else\n");
    try (var drop = claim()) {
      assertThat(drop.count()).isEqualTo(4);
    }
  }

  @Test
  void imapTakesItBackToo() throws Exception {
    rig.deliver(TEA, 4);
    leave(folder, mbox(1, 2));
    try (var inbox = done(rig.store().account(rig.owner(TEA)).open(MailboxName.INBOX));
        var view = done(inbox.view(Access.WRITE))) {
      assertThat(view.count()).isEqualTo(3);
    }
    assertThat(spool()).isEqualTo(mbox(1, 2, 4));
  }

  @Test
  void equalMessagesStayAsManyAsTheyAre() throws Exception {
    rig.deliver(TEA, 1);
    leave(folder, mbox(1, 1, 2));
    assertThat(serials()).containsExactly(1, 1, 2);
  }

  @Test
  void knownMailKeepsItsUids() throws Exception {
    rig.deliver(TEA, 4, 5);
    assertThat(serials()).containsExactly(4, 5);
    leave(folder, mbox(1, 2));
    try (var drop = claim()) {
      // Numbers follow UIDs; the file has the order of the old server.
      assertThat(serials(drop)).containsExactly(4, 5, 1, 2);
      assertThat(drop.uid(1).value()).isEqualTo(1);
      assertThat(drop.uid(3).value()).isEqualTo(3);
    }
    assertThat(spool()).isEqualTo(mbox(1, 2, 4, 5));
  }

  @Test
  void aLastLineWithoutAnEndIsEnded() throws Exception {
    rig.deliver(TEA, 3);
    var open = mbox(2);
    leave(folder, mbox(1) + open.substring(0, open.length() - 2));
    Files.writeString(rig.spool(TEA), spool().substring(0, spool().length() - 1), ISO_8859_1);
    assertThat(serials()).containsExactly(1, 2, 3);
    assertThat(spool()).isEqualTo(mbox(1, 2, 3));
  }

  @Test
  void anEmptyOneIsNoBusinessOfOurs() throws Exception {
    rig.deliver(TEA, 1);
    leave(folder, "");
    assertThat(serials()).containsExactly(1);
    assertThat(drop(folder)).exists();
  }

  @Test
  void whatIsNoMailIsLeftAlone() throws Exception {
    rig.deliver(TEA, 1);
    for (var odd :
        List.of("no mail\n", "From nobody\n\nx\n", "\nFrom a Thu Nov  9 22:33:52 2023\n")) {
      leave(folder, odd);
      assertThat(serials()).as(odd).containsExactly(1);
      assertThat(drop(folder)).hasContent(odd);
    }
  }

  @Test
  void whatMayNotBeTrustedIsLeftAlone() throws Exception {
    rig.deliver(TEA, 1);
    var mine = Files.writeString(folder.resolve("mine"), mbox(2), ISO_8859_1);
    BulletinRig.permit(mine, "rw-------");
    Files.createSymbolicLink(drop(folder), mine);
    assertThat(serials()).containsExactly(1);
    Files.delete(drop(folder));
    Files.createLink(drop(folder), mine);
    assertThat(serials()).containsExactly(1);
    Files.delete(drop(folder));
    assertThat(new ProcessBuilder("mkfifo", drop(folder).toString()).start().waitFor()).isZero();
    assertThat(serials()).containsExactly(1);
    Files.delete(drop(folder));
    Files.createDirectory(drop(folder));
    assertThat(serials()).containsExactly(1);
    Files.delete(drop(folder));
    leave(folder, mbox(2));
    BulletinRig.permit(drop(folder), "rw-rw-rw-");
    assertThat(serials()).containsExactly(1);
    assertThat(mine).hasContent(mbox(2));
  }

  @Test
  void thatOfSomebodyElseIsLeftAlone() throws Exception {
    assumeTrue(Accounts.own().uid() == 0, "only root can give files away");
    rig.deliver(TEA, 1);
    leave(folder, mbox(2));
    Files.setAttribute(drop(folder), "unix:uid", 4_242);
    assertThat(serials()).containsExactly(1);
    assertThat(drop(folder)).hasContent(mbox(2));
  }

  @Test
  void aSessionOfTheOldServerIsNotDisturbed() throws Exception {
    rig.deliver(TEA, 3);
    leave(folder, mbox(1, 2));
    var calls = Posix.files();
    int other = calls.open(drop(folder).toString(), OpenFlags.READ_WRITE, 0);
    assertThat(calls.tryFlock(other, true)).isTrue();
    assertThat(serials()).containsExactly(3);
    assertThat(drop(folder)).hasContent(mbox(1, 2));
    calls.close(other);
    assertThat(serials()).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void onAFullDiskBothAreServedAndNothingIsRemoved() throws Exception {
    rig.deliver(TEA, 3);
    assertThat(serials()).containsExactly(3);
    leave(folder, mbox(1, 2));
    rig.close();
    rig =
        MboxRig.lean(
            folder, TamperedCalls.failing(Posix.files(), "syncData", _ -> true, Errno.ENOSPC));
    try (var drop = claim()) {
      assertThat(serials(drop)).containsExactly(1, 2, 3);
      assertThat(drop.octets(1)).isEqualTo(octets(drop.content(1)).length);
      assertThat(drop.frozen()).isInstanceOf(StoreFailure.NoSpace.class);
      var all = new BitSet();
      all.set(1);
      assertThat(failure(drop.commit(all, new BitSet()))).isInstanceOf(StoreFailure.NoSpace.class);
    }
    assertThat(drop(folder)).hasContent(mbox(1, 2));
    assertThat(spool()).isEqualTo(mbox(3));
    rig.close();
    rig = MboxRig.lean(folder, Posix.files());
    assertThat(serials()).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(spool()).isEqualTo(mbox(1, 2, 3));
  }

  private MboxRig full() throws Exception {
    rig.close();
    rig =
        MboxRig.lean(
            folder, TamperedCalls.failing(Posix.files(), "syncData", _ -> true, Errno.ENOSPC));
    return rig;
  }

  private void withRoom() throws Exception {
    rig.close();
    rig = MboxRig.lean(folder, Posix.files());
  }

  /// What clients know messages by, in the order of their serial numbers.
  static Map<Integer, String> ids(Maildrop drop) {
    var ids = new TreeMap<Integer, String>();
    for (int number = 1; number <= drop.count(); number++) {
      var kept = drop.keptId(number);
      var id = kept == null ? drop.uidValidity().value() + "." + drop.uid(number).value() : kept;
      ids.put(Letters.serial(octets(drop.content(number))), id);
    }
    return ids;
  }

  @Test
  void whatIsServedOnAFullDiskHasTheIdsThatItWillHave() throws Exception {
    rig.deliver(TEA, 2, 5);
    assertThat(serials()).containsExactly(2, 5);
    leave(
        folder, mbox(1, 2, 3).replace("\nSubject: letter 3", "\nX-UIDL: three\nSubject: letter 3"));
    Map<Integer, String> before;
    try (var drop = done(full().store().account(rig.owner(TEA)).claim(new TestHolder()))) {
      assertThat(serials(drop)).containsExactly(1, 2, 3, 5);
      before = ids(drop);
    }
    // Mail that comes meanwhile takes the next UIDs.
    withRoom();
    rig.deliver(TEA, 6);
    try (var mailbox = done(rig.store().account(rig.owner(TEA)).open(MailboxName.INBOX))) {
      assertThat(done(mailbox.status()).messages()).isEqualTo(3);
    }
    try (var drop = claim()) {
      assertThat(drop.frozen()).isNull();
      assertThat(ids(drop)).containsAllEntriesOf(before).hasSize(5);
    }
    rig.reopen();
    try (var drop = claim()) {
      assertThat(ids(drop)).containsAllEntriesOf(before).hasSize(5);
    }
  }

  @Test
  void whatIsLeftIsReadOnlyWhileItIsWhatItWas() throws Exception {
    rig.deliver(TEA, 3);
    leave(folder, mbox(1, 2));
    try (var drop = done(full().store().account(rig.owner(TEA)).claim(new TestHolder()))) {
      assertThat(drop.count()).isEqualTo(3);
      leave(folder, mbox(7));
      var into = ByteBuffer.allocateDirect(4_000);
      try (var content = done(drop.content(1))) {
        assertThat(content.read(into)).isInstanceOf(MessageContent.Chunk.Lost.class);
      }
      assertThat(Letters.serial(octets(drop.content(3)))).isEqualTo(3);
    }
  }

  @Test
  void anAdoptionTakesItBackFirst() throws Exception {
    rig.reopen(Pop3Config.DEFAULTS.withUidl("popinjay", Optional.of("qpopper")));
    Files.writeString(rig.spool(TEA), mbox(4, 5), ISO_8859_1);
    BulletinRig.permit(rig.spool(TEA), "rw-------");
    leave(folder, mbox(1, 2));
    var counted = done(((MboxStore) rig.store()).adopt(rig.owner(TEA), false));
    assertThat(counted.drop()).contains(new OldDrop(2, ""));
    assertThat(drop(folder)).hasContent(mbox(1, 2));
    stateless();
    var adopted = done(((MboxStore) rig.store()).adopt(rig.owner(TEA), true));
    assertThat(adopted.drop()).contains(new OldDrop(2, ""));
    assertThat(adopted.messages()).isEqualTo(4);
    assertThat(adopted.ids()).isEqualTo(4);
    assertThat(drop(folder)).isEmptyFile();
    try (var drop = claim()) {
      assertThat(serials(drop)).containsExactly(1, 2, 4, 5);
      for (int number = 1; number <= 4; number++) {
        assertThat(drop.keptId(number)).hasSize(32);
      }
    }
  }

  @Test
  void anAdoptionOnAFullDiskLeavesItAndSaysSo() throws Exception {
    rig.deliver(TEA, 4);
    leave(folder, mbox(1));
    full();
    var adopted = done(((MboxStore) rig.store()).adopt(rig.owner(TEA), true));
    assertThat(adopted.messages()).isEqualTo(1);
    assertThat(adopted.drop()).hasValueSatisfying(left -> assertThat(left.fault()).isNotEmpty());
    assertThat(drop(folder)).hasContent(mbox(1));
  }

  @Test
  void anAdoptionThatKeepsUidsGivesTheOthersTheirIdsToo() throws Exception {
    rig.reopen(Pop3Config.DEFAULTS.withUidl("popinjay", Optional.of("mailutils")));
    var spool =
        mbox(4, 5)
            .replace(
                "\nSubject: letter 4", "\nX-IMAPbase: 77 0000000009\nX-UID: 9\nSubject: letter 4");
    assertThat(spool).contains("X-UID");
    Files.writeString(rig.spool(TEA), spool, ISO_8859_1);
    BulletinRig.permit(rig.spool(TEA), "rw-------");
    leave(folder, mbox(1).replace("\nSubject: letter 1", "\nX-UIDL: one\nSubject: letter 1"));
    var adopted = done(((MboxStore) rig.store()).adopt(rig.owner(TEA), true));
    assertThat(adopted.sameUids()).isTrue();
    assertThat(adopted.uidValidity()).isEqualTo(77);
    try (var drop = claim()) {
      assertThat(ids(drop)).containsEntry(1, "one").containsEntry(4, "77.9").hasSize(3);
    }
  }

  /// As if nobody had ever looked.
  private void stateless() throws Exception {
    rig.close();
    try (var all = Files.walk(folder.resolve("state"))) {
      for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
    rig = MboxRig.lean(folder, Posix.files());
    rig.reopen(Pop3Config.DEFAULTS.withUidl("popinjay", Optional.of("qpopper")));
  }

  @Test
  void theOtherServersLockOfTheWholeFileCountsToo() throws Exception {
    leave(folder, mbox(1));
    try (var channel = FileChannel.open(drop(folder), StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThat(serials()).isEmpty();
    }
    assertThat(serials()).containsExactly(1);
  }

  @Test
  void aSessionHoldsTheLockOfQpopperWhereThatIsWanted() throws Exception {
    rig.deliver(TEA, Letters.letter(1));
    rig.reopenWithPopLock();
    try (var session = claim()) {
      assertThat(session.count()).isEqualTo(1);
      try (var theirs = FileChannel.open(drop(folder), StandardOpenOption.WRITE)) {
        assertThat(Posix.files().tryFlock(descriptorOf(drop(folder)), true)).isFalse();
        assertThat(theirs.size()).isZero();
      }
    }
    assertThat(Posix.files().tryFlock(descriptorOf(drop(folder)), true)).isTrue();
  }

  @Test
  void aSessionOfQpopperKeepsOursOut() throws Exception {
    rig.reopenWithPopLock();
    leave(folder, "");
    int theirs = descriptorOf(drop(folder));
    assertThat(Posix.files().tryFlock(theirs, true)).isTrue();
    assertThat(failure(rig.store().account(rig.owner(TEA)).claim(new TestHolder())))
        .isInstanceOf(StoreFailure.Claimed.class);
    Posix.files().close(theirs);
    claim().close();
  }

  @Test
  void whoTakesASessionOverHoldsItsLockToo() throws Exception {
    rig.reopenWithPopLock();
    var old =
        done(
            rig.store()
                .account(rig.owner(TEA))
                .claim(new TestHolder().silentFor(Duration.ofMinutes(5))));
    try (var next = claim()) {
      assertThat(next.claimed()).isTrue();
      old.close();
      assertThat(Posix.files().tryFlock(descriptorOf(drop(folder)), true)).isFalse();
    }
    assertThat(Posix.files().tryFlock(descriptorOf(drop(folder)), true)).isTrue();
  }

  @Test
  void whoClosesTwiceGivesBackOnlyWhatIsHis() throws Exception {
    rig.reopenWithPopLock();
    var old = claim();
    old.close();
    try (var next = claim()) {
      assertThat(next.claimed()).isTrue();
      old.close();
      assertThat(next.claimed()).isTrue();
      assertThat(Posix.files().tryFlock(descriptorOf(drop(folder)), true)).isFalse();
    }
    assertThat(Posix.files().tryFlock(descriptorOf(drop(folder)), true)).isTrue();
  }

  private static int descriptorOf(Path file) throws IOException {
    return Posix.files().open(file.toString(), OpenFlags.READ_WRITE, 0);
  }
}
