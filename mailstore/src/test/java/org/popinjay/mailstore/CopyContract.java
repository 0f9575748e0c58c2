package org.popinjay.mailstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Drafts.append;
import static org.popinjay.mailstore.MailboxName.INBOX;
import static org.popinjay.mailstore.MaildropContract.TEA;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.failure;
import static org.popinjay.mailstore.Outcomes.octets;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// What every engine promises of messages that go from one mailbox into another.
public interface CopyContract {
  /// Where messages go.
  MailboxName ARCHIVE = new MailboxName("Archive");

  /// The engine of this test, empty at its start.
  StoreRig rig();

  private Account account() {
    return rig().store().account(rig().owner(TEA));
  }

  private MailboxView archive() {
    try (var mailbox = done(account().open(ARCHIVE))) {
      return done(mailbox.view(Access.WRITE));
    }
  }

  private static List<Integer> serials(MailboxView view) {
    return IntStream.rangeClosed(1, view.count())
        .mapToObj(position -> Letters.serial(octets(view.content(position))))
        .toList();
  }

  @Test
  default void aCopyIsTheSameMessageElsewhere() throws Exception {
    done(account().create(ARCHIVE, false, null));
    rig().deliver(TEA, 1, 2, 3);
    try (var view = rig().view(TEA)) {
      var flags = Flags.of(Flag.SEEN, Flag.FLAGGED);
      done(view.flag(new int[] {3}, new FlagChange.Replace(flags), null));
      var copied = done(view.copy(new int[] {1, 3}, ARCHIVE));
      assertThat(view.count()).isEqualTo(3);
      assertThat(copied.source())
          .isEqualTo(UidSet.of(view.message(1).uid().value(), view.message(3).uid().value()));
      try (var archive = archive()) {
        assertThat(serials(archive)).containsExactly(1, 3);
        assertThat(copied.uidValidity()).isEqualTo(archive.uidValidity());
        assertThat(copied.target())
            .isEqualTo(
                UidSet.of(archive.message(1).uid().value(), archive.message(2).uid().value()));
        assertThat(archive.message(1).flags()).isEqualTo(Flags.NONE);
        assertThat(archive.message(2).flags()).isEqualTo(flags);
        assertThat(archive.message(2).internalDate().epochSecond())
            .isEqualTo(view.message(3).internalDate().epochSecond());
        assertThat(octets(archive.content(2))).isEqualTo(octets(view.content(3)));
      }
    }
  }

  @Test
  default void copiesOfCopiesAreTheSameOctets() {
    done(account().create(ARCHIVE, false, null));
    var messages = new ArrayList<>(LongStream.range(0, 60).mapToObj(Drafts::random).toList());
    messages.addAll(Drafts.odd());
    done(append(account(), INBOX, messages.toArray(byte[][]::new)));
    int[] all = IntStream.rangeClosed(1, messages.size()).toArray();
    try (var view = rig().view(TEA)) {
      done(view.copy(all, ARCHIVE));
    }
    try (var archive = archive()) {
      done(archive.copy(all, ARCHIVE));
    }
    try (var archive = archive()) {
      assertThat(archive.count()).isEqualTo(2 * messages.size());
      for (int i = 0; i < archive.count(); i++) {
        assertThat(Drafts.text(octets(archive.content(i + 1))))
            .as("message %d", i)
            .isEqualTo(Drafts.text(messages.get(i % messages.size())));
      }
    }
  }

  @Test
  default void whatOthersDeliveredIsCopiedAsItIsServed() throws Exception {
    done(account().create(ARCHIVE, false, null));
    for (var letter : Letters.awkward().values()) {
      rig().deliver(TEA, letter);
    }
    int[] all = IntStream.rangeClosed(1, Letters.awkward().size()).toArray();
    try (var view = rig().view(TEA)) {
      done(view.copy(all, ARCHIVE));
      try (var archive = archive()) {
        for (int position : all) {
          assertThat(Drafts.text(octets(archive.content(position))))
              .isEqualTo(Drafts.text(octets(view.content(position))));
          assertThat(archive.message(position).octets()).isEqualTo(view.message(position).octets());
        }
      }
    }
  }

  @Test
  default void aMailboxCanBeCopiedIntoItself() throws Exception {
    rig().deliver(TEA, 1, 2);
    try (var view = rig().view(TEA)) {
      var copied = done(view.copy(new int[] {1, 2}, INBOX));
      assertThat(copied.target().first(0)).isGreaterThan(view.message(2).uid().value());
      assertThat(view.count()).isEqualTo(2);
      assertThat(done(view.sync(true))).containsExactly(new MailboxChange.Arrived(4));
      assertThat(serials(view)).containsExactly(1, 2, 1, 2);
    }
  }

  @Test
  default void aMoveLeavesNothingBehind() throws Exception {
    done(account().create(ARCHIVE, false, null));
    rig().deliver(TEA, 1, 2, 3, 4);
    try (var view = rig().view(TEA)) {
      long first = view.message(2).uid().value();
      var moved = done(view.move(new int[] {2, 3}, ARCHIVE));
      assertThat(moved.source()).isEqualTo(UidSet.of(first, first + 1));
      assertThat(view.count()).isEqualTo(4);
      assertThat(done(view.sync(true))).hasSize(2);
      assertThat(serials(view)).containsExactly(1, 4);
    }
    try (var archive = archive()) {
      assertThat(serials(archive)).containsExactly(2, 3);
    }
  }

  @Test
  default void whereThereIsNoMailboxNothingIsDone() throws Exception {
    rig().deliver(TEA, 1);
    try (var view = rig().view(TEA)) {
      assertThat(failure(view.copy(new int[] {1}, ARCHIVE)))
          .isInstanceOf(StoreFailure.NotFound.class);
      assertThat(failure(view.move(new int[] {1}, ARCHIVE)))
          .isInstanceOf(StoreFailure.NotFound.class);
      assertThat(failure(view.move(new int[] {1}, INBOX)))
          .isInstanceOf(StoreFailure.NameRefused.class);
      assertThat(done(view.sync(true))).isEmpty();
    }
  }

  @Test
  default void withAMessageThatIsGoneNothingIsCopied() throws Exception {
    done(account().create(ARCHIVE, false, null));
    rig().deliver(TEA, 1, 2, 3);
    try (var view = rig().view(TEA)) {
      rig().removeBehindTheBack(TEA, 2);
      assertThat(failure(view.copy(new int[] {1, 2, 3}, ARCHIVE)))
          .isInstanceOf(StoreFailure.Gone.class);
      assertThat(failure(view.move(new int[] {1, 2, 3}, ARCHIVE)))
          .isInstanceOf(StoreFailure.Gone.class);
      try (var archive = archive()) {
        assertThat(archive.count()).isZero();
      }
    }
  }

  @Test
  default void whatAnotherSessionRemovedIsNotCopied() throws Exception {
    done(account().create(ARCHIVE, false, null));
    rig().deliver(TEA, 1, 2);
    try (var view = rig().view(TEA);
        var other = rig().view(TEA)) {
      done(other.expunge(new int[] {1}));
      assertThat(failure(view.copy(new int[] {1, 2}, ARCHIVE)))
          .isInstanceOf(StoreFailure.Gone.class);
      assertThat(failure(view.move(new int[] {1, 2}, ARCHIVE)))
          .isInstanceOf(StoreFailure.Gone.class);
      assertThat(view.count()).isEqualTo(2);
    }
  }

  @Test
  default void aPictureToLookAtCanBeCopiedAndNotMoved() throws Exception {
    done(account().create(ARCHIVE, false, null));
    rig().deliver(TEA, 1);
    try (var inbox = rig().inbox(TEA);
        var view = done(inbox.view(Access.READ))) {
      assertThat(failure(view.move(new int[] {1}, ARCHIVE)))
          .isInstanceOf(StoreFailure.ReadOnly.class);
      done(view.copy(new int[] {1}, ARCHIVE));
    }
    try (var archive = archive()) {
      assertThat(serials(archive)).containsExactly(1);
    }
  }
}
