package org.popinjay.mailstore.mbox.bulletin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.failure;
import static org.popinjay.mailstore.Outcomes.octets;
import static org.popinjay.mailstore.mbox.bulletin.BulletinRig.settings;
import static org.popinjay.mailstore.mbox.bulletin.BulletinRig.text;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.BulletinsConfig.Imap;
import org.popinjay.config.BulletinsConfig.State;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Account;
import org.popinjay.mailstore.Drafts;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.Folder;
import org.popinjay.mailstore.MailboxChange;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.posix.Posix;

/// The mailbox `Bulletins` that IMAP users share.
class BulletinFolderTest {
  private static final MailboxName BULLETINS = new MailboxName("Bulletins");
  private static final MailboxName SAVED = new MailboxName("Saved");

  @TempDir private Path folder;
  private BulletinRig rig;

  @BeforeEach
  void start() throws Exception {
    rig =
        new BulletinRig(
            folder, Posix.files(), settings(folder, 0, false, State.STATE_DIR, Imap.FOLDER));
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private Account account(String user) {
    return rig.rig().store().account(rig.rig().owner(user));
  }

  private MailboxView view(String user) {
    try (var mailbox = done(account(user).open(BULLETINS))) {
      return done(mailbox.view(Access.WRITE));
    }
  }

  private static List<Long> uids(MailboxView view) {
    return IntStream.rangeClosed(1, view.count())
        .mapToObj(number -> view.message(number).uid().value())
        .toList();
  }

  private static List<Boolean> seen(MailboxView view) {
    return IntStream.rangeClosed(1, view.count())
        .mapToObj(number -> view.message(number).flags().system().has(Flag.SEEN))
        .toList();
  }

  private static StoreResult<?> see(MailboxView view, int... positions) {
    return view.flag(positions, new FlagChange.Add(Flags.of(Flag.SEEN, Flag.DELETED)), null);
  }

  @Test
  void showsAllWithTheTextThatEverybodyMayRead() throws Exception {
    rig.post(3, 7);
    rig.post("9.forger", text(9).replace("Subject", "Status: RO\nX-UID: 99\nSubject"));
    try (var view = view("tea")) {
      assertThat(uids(view)).containsExactly(1L, 2L, 3L);
      assertThat(view.uidNext()).isEqualTo(4);
      assertThat(view.writable()).isFalse();
      assertThat(view.keepsSeen()).isTrue();
      assertThat(view.message(1).internalDate().epochSecond()).isPositive();
      byte[] read = octets(view.content(3));
      assertThat(new String(read, ISO_8859_1))
          .isEqualTo(text(9).substring(53).replace("\n", "\r\n"));
      assertThat(view.message(3).octets()).isEqualTo(read.length);
    }
  }

  @Test
  void everyUserHasHisOwnSeen() throws Exception {
    rig.post(1, 2);
    try (var tea = view("tea");
        var other = view("tea");
        var pot = view("pot")) {
      assertThat(see(tea, 2)).isInstanceOf(StoreResult.Done.class);
      assertThat(seen(tea)).containsExactly(false, true);
      assertThat(tea.message(2).flags()).isEqualTo(Flags.of(Flag.SEEN));
      assertThat(done(other.sync(true))).containsExactly(new MailboxChange.Flagged(2));
      assertThat(done(pot.sync(true))).isEmpty();
      assertThat(seen(pot)).containsExactly(false, false);
    }
    rig.rig().reopen();
    try (var tea = view("tea")) {
      assertThat(seen(tea)).containsExactly(false, true);
      assertThat(
              done(tea.flag(new int[] {2}, new FlagChange.Remove(Flags.of(Flag.SEEN)), null))
                  .changed()
                  .get(2))
          .isTrue();
      assertThat(seen(tea)).containsExactly(false, false);
    }
    try (var mailbox = done(account("tea").open(BULLETINS))) {
      var status = done(mailbox.status());
      assertThat(status.messages()).isEqualTo(2);
      assertThat(status.unseen()).isEqualTo(2);
    }
  }

  @Test
  void newOnesArriveAndRemovedOnesGo() throws Exception {
    rig.post(1, 2);
    try (var view = view("tea")) {
      rig.post(5);
      Files.delete(folder.resolve("bulletins/1.news"));
      assertThat(done(view.sync(false))).containsExactly(new MailboxChange.Arrived(3));
      assertThat(done(view.sync(true)))
          .containsExactly(new MailboxChange.Expunged(1, new org.popinjay.mailstore.Uid(1)));
      assertThat(uids(view)).containsExactly(2L, 3L);
    }
  }

  @Test
  void aCorrectedOneIsAnotherMessageAndOthersKeepTheirUids() throws Exception {
    rig.post(1, 2, 3);
    long validity;
    try (var view = view("tea")) {
      validity = view.uidValidity().value();
      rig.post("2.news", text(2).replace("Hear", "Sorry"));
      assertThat(failure(view.content(2))).isInstanceOf(StoreFailure.Gone.class);
    }
    rig.rig().reopen();
    try (var view = view("tea")) {
      assertThat(uids(view)).containsExactly(1L, 3L, 4L);
      assertThat(view.uidValidity().value()).isEqualTo(validity);
      assertThat(new String(octets(view.content(3)), ISO_8859_1)).contains("Sorry");
    }
  }

  @Test
  void oneThatWasCorrectedInItsPlaceIsSeenAsSoonAsItWasAskedFor() throws Exception {
    rig.post(1, 2, 3);
    rig.rig().pass(Duration.ofMinutes(1));
    try (var view = view("tea")) {
      assertThat(octets(view.content(2))).isNotEmpty();
      rig.post("2.news", text(2).replace("Hear", "Sorry"));
      assertThat(failure(view.content(2))).isInstanceOf(StoreFailure.Gone.class);
      assertThat(done(view.sync(true)))
          .containsExactly(
              new MailboxChange.Expunged(2, new org.popinjay.mailstore.Uid(2)),
              new MailboxChange.Arrived(3));
      assertThat(uids(view)).containsExactly(1L, 3L, 4L);
      assertThat(new String(octets(view.content(3)), ISO_8859_1)).contains("Sorry");
    }
    try (var pot = view("pot")) {
      assertThat(uids(pot)).containsExactly(1L, 3L, 4L);
    }
  }

  @Test
  void nothingElseCanBeChanged() throws Exception {
    rig.post(1);
    var account = account("tea");
    try (var view = view("tea")) {
      assertThat(failure(view.expunge(new int[] {1}))).isInstanceOf(StoreFailure.ReadOnly.class);
      assertThat(failure(view.move(new int[] {1}, MailboxName.INBOX)))
          .isInstanceOf(StoreFailure.ReadOnly.class);
    }
    try (var mailbox = done(account.open(BULLETINS));
        var view = done(mailbox.view(Access.READ))) {
      assertThat(failure(see(view, 1))).isInstanceOf(StoreFailure.ReadOnly.class);
    }
    assertThat(
            failure(
                Drafts.append(
                    account, BULLETINS, Flags.NONE, Drafts.DATE, text(1).getBytes(ISO_8859_1))))
        .isInstanceOf(StoreFailure.ReadOnly.class);
    assertThat(failure(account.create(BULLETINS, false, null)))
        .isInstanceOf(StoreFailure.AlreadyExists.class);
    assertThat(failure(account.create(new MailboxName("Bulletins/x"), false, null)))
        .isInstanceOf(StoreFailure.NameRefused.class);
    assertThat(failure(account.delete(BULLETINS))).isInstanceOf(StoreFailure.NameRefused.class);
    assertThat(failure(account.rename(BULLETINS, SAVED)))
        .isInstanceOf(StoreFailure.NameRefused.class);
  }

  @Test
  void oneCanBeCopiedIntoAMailboxOfOnesOwn() throws Exception {
    rig.post(1);
    var account = account("tea");
    done(account.create(SAVED, false, null));
    try (var view = view("tea")) {
      assertThat(done(view.copy(new int[] {1}, SAVED)).target().size()).isEqualTo(1);
    }
    try (var mailbox = done(account.open(SAVED));
        var view = done(mailbox.view(Access.READ))) {
      assertThat(new String(octets(view.content(1)), ISO_8859_1))
          .contains("Subject: Bulletin 1\r\n");
    }
  }

  @Test
  void isListedAndAMailboxOfTheUsersOwnHidesIt() throws Exception {
    rig.post(1);
    var account = account("tea");
    assertThat(done(account.folders()))
        .extracting(Folder::name)
        .containsExactly(MailboxName.INBOX, BULLETINS);
    Files.createDirectories(rig.rig().folders("tea"));
    Files.writeString(rig.rig().folders("tea").resolve("Bulletins"), "");
    BulletinRig.permit(rig.rig().folders("tea").resolve("Bulletins"), "rw-------");
    try (var mailbox = done(account.open(BULLETINS))) {
      assertThat(done(mailbox.status()).messages()).isZero();
    }
    assertThat(done(account.folders()))
        .extracting(Folder::name)
        .containsExactly(MailboxName.INBOX, BULLETINS);
    done(account.delete(BULLETINS));
    try (var view = view("tea")) {
      assertThat(view.count()).isEqualTo(1);
    }
  }
}
