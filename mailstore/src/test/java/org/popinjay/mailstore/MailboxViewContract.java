package org.popinjay.mailstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.popinjay.mailstore.MaildropContract.TEA;
import static org.popinjay.mailstore.MaildropContract.numbers;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.failure;
import static org.popinjay.mailstore.Outcomes.octets;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.popinjay.mailstore.MailboxChange.Arrived;
import org.popinjay.mailstore.MailboxChange.Expunged;
import org.popinjay.mailstore.MailboxChange.Flagged;
import org.popinjay.mailstore.NumberSet.Range;
import org.popinjay.mailstore.memory.WireForm;

/// What every engine promises about shared mailboxes and the pictures of them.
public interface MailboxViewContract {

  /// The engine of this test, empty at its start.
  StoreRig rig();

  private static FlagChange add(Flag... flags) {
    return new FlagChange.Add(Flags.of(flags));
  }

  private static List<Integer> serials(MailboxView view) {
    return IntStream.rangeClosed(1, view.count())
        .mapToObj(position -> Letters.serial(octets(view.content(position))))
        .toList();
  }

  @Test
  default void thereIsNoMailboxOfAnUnknownName() {
    var account = rig().store().account(rig().owner(TEA));
    assertThat(failure(account.open(new MailboxName("no/such"))))
        .isInstanceOf(StoreFailure.NotFound.class);
  }

  @Test
  default void aViewAndAMaildropShowTheSameMessages() throws Exception {
    rig().deliver(TEA, 1, 2, 3);
    try (var view = rig().view(TEA);
        var drop = rig().claim(TEA)) {
      assertThat(view.count()).isEqualTo(drop.count());
      assertThat(view.uidValidity()).isEqualTo(drop.uidValidity());
      for (int number = 1; number <= 3; number++) {
        assertThat(view.message(number).uid()).isEqualTo(drop.uid(number));
        assertThat(view.message(number).octets()).isEqualTo(drop.octets(number));
        assertThat(octets(view.content(number))).isEqualTo(WireForm.of(Letters.letter(number)));
      }
    }
  }

  @Test
  default void thereIsNoMessageOutsideThePicture() throws Exception {
    rig().deliver(TEA, 1);
    try (var view = rig().view(TEA)) {
      assertThatThrownBy(() -> view.message(0)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> view.message(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  default void arrivalsAreSeenWhenAskedFor() throws Exception {
    rig().deliver(TEA, 1);
    try (var view = rig().view(TEA)) {
      rig().deliver(TEA, 2, 3);
      assertThat(view.count()).isEqualTo(1);
      assertThat(done(view.sync(false))).containsExactly(new Arrived(3));
      assertThat(serials(view)).containsExactly(1, 2, 3);
      assertThat(done(view.sync(true))).isEmpty();
    }
  }

  @Test
  default void anExpungeElsewhereMovesNoNumbersUntilItMay() throws Exception {
    rig().deliver(TEA, 1, 2, 3, 4);
    try (var here = rig().view(TEA);
        var there = rig().view(TEA)) {
      assertThat(done(there.expunge(new int[] {1, 3}))).isEqualTo(2);
      rig().deliver(TEA, 5);

      assertThat(done(here.sync(false))).containsExactly(new Arrived(5));
      assertThat(here.count()).isEqualTo(5);
      assertThat(Letters.serial(octets(here.content(4)))).isEqualTo(4);

      assertThat(replay(5, done(here.sync(true)))).containsExactly(2, 4, 5);
      assertThat(serials(here)).containsExactly(2, 4, 5);
    }
  }

  /// Positions of the old picture that are left after the changes, each expunge counted in what the
  /// ones before it left.
  private static List<Integer> replay(int count, List<MailboxChange> changes) {
    var left = new java.util.ArrayList<>(IntStream.rangeClosed(1, count).boxed().toList());
    for (var change : changes) {
      assertThat(change).isInstanceOf(Expunged.class);
      if (change instanceof Expunged(int position, Uid _)) {
        left.subList(position - 1, position).clear();
      }
    }
    return left;
  }

  @Test
  default void anExpungeOfOnesOwnShowsAtTheNextSync() throws Exception {
    rig().deliver(TEA, 1, 2);
    try (var view = rig().view(TEA)) {
      var first = view.message(1).uid();
      assertThat(done(view.expunge(new int[] {1}))).isEqualTo(1);
      assertThat(view.count()).isEqualTo(2);
      assertThat(done(view.sync(true))).containsExactly(new Expunged(1, first));
      assertThat(serials(view)).containsExactly(2);
    }
  }

  @Test
  default void aMessageIsExpungedOnce() throws Exception {
    rig().deliver(TEA, 1, 2);
    try (var here = rig().view(TEA);
        var there = rig().view(TEA)) {
      var first = here.message(1).uid();
      assertThat(done(there.expunge(new int[] {1}))).isEqualTo(1);
      assertThat(done(here.expunge(new int[] {1}))).isZero();
      assertThat(done(here.sync(true))).containsExactly(new Expunged(1, first));
    }
  }

  @Test
  default void anExpungedMessageIsServedRightOrNotAtAll() throws Exception {
    rig().deliver(TEA, 1, 2);
    try (var here = rig().view(TEA);
        var there = rig().view(TEA)) {
      done(there.expunge(new int[] {1}));
      switch (here.content(1)) {
        case StoreResult.Failed<MessageContent>(StoreFailure failure) ->
            assertThat(failure).isInstanceOf(StoreFailure.Gone.class);
        case StoreResult.Done<MessageContent> content ->
            octets(content, 100)
                .ifPresent(octets -> assertThat(octets).isEqualTo(WireForm.of(Letters.letter(1))));
      }
    }
  }

  @Test
  default void flagsAreToldToTheOthersAndNotToOneself() throws Exception {
    rig().deliver(TEA, 1, 2);
    try (var here = rig().view(TEA);
        var there = rig().view(TEA)) {
      var told = done(here.flag(new int[] {2}, add(Flag.SEEN, Flag.FLAGGED), null));
      assertThat(told.done()).isEqualTo(numbers(2));
      assertThat(told.changed()).isEqualTo(numbers(2));
      assertThat(here.message(2).flags()).isEqualTo(Flags.of(Flag.SEEN, Flag.FLAGGED));
      assertThat(done(here.sync(true))).isEmpty();
      assertThat(done(there.sync(false))).containsExactly(new Flagged(2));
      assertThat(there.message(2).flags()).isEqualTo(Flags.of(Flag.SEEN, Flag.FLAGGED));
    }
  }

  @Test
  default void flagsOfTwoSessionsAddUp() throws Exception {
    rig().deliver(TEA, 1);
    try (var here = rig().view(TEA);
        var there = rig().view(TEA)) {
      done(there.flag(new int[] {1}, add(Flag.ANSWERED), null));
      done(here.flag(new int[] {1}, add(Flag.SEEN), null));
      assertThat(done(here.sync(true))).containsExactly(new Flagged(1));
      assertThat(here.message(1).flags()).isEqualTo(Flags.of(Flag.SEEN, Flag.ANSWERED));
      done(here.flag(new int[] {1}, new FlagChange.Remove(Flags.of(Flag.SEEN)), null));
      assertThat(here.message(1).flags()).isEqualTo(Flags.of(Flag.ANSWERED));
    }
  }

  @Test
  default void positionsAreResolved() throws Exception {
    rig().deliver(TEA, IntStream.rangeClosed(1, 10).toArray());
    try (var drop = rig().claim(TEA)) {
      done(drop.commit(numbers(2, 9), numbers()));
    }
    try (var view = rig().view(TEA)) {
      long third = view.message(3).uid().value();
      assertThat(view.resolve(sequence(new Range(1, 4294967295L))))
          .containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
      assertThat(view.resolve(sequence(new Range(7, 5), new Range(6, 6), new Range(1, 1))))
          .containsExactly(1, 5, 6, 7);
      assertThat(view.resolve(sequence(new Range(Range.STAR, 7), new Range(20, 30))))
          .containsExactly(7, 8);
      assertThat(view.resolve(uids(new Range(third, third)))).containsExactly(3);
      assertThat(view.resolve(uids(new Range(1, 4294967295L)))).hasSize(8);
      assertThat(view.resolve(uids(new Range(4294967295L, Range.STAR)))).containsExactly(8);
      assertThat(view.resolve(uids(new Range(4294967294L, 4294967295L)))).isEmpty();
    }
  }

  @Test
  default void inAnEmptyMailboxNothingIsResolved() {
    try (var view = rig().view(TEA)) {
      assertThat(view.count()).isZero();
      assertThat(view.resolve(sequence(new Range(1, Range.STAR)))).isEmpty();
      assertThat(view.resolve(uids(new Range(Range.STAR, Range.STAR)))).isEmpty();
    }
  }

  private static NumberSet sequence(Range... ranges) {
    return new NumberSet.Sequence(List.of(ranges));
  }

  private static NumberSet uids(Range... ranges) {
    return new NumberSet.Uids(List.of(ranges));
  }

  @Test
  default void theStatusCounts() throws Exception {
    rig().deliver(TEA, 1, 2, 3);
    try (var view = rig().view(TEA);
        var inbox = rig().inbox(TEA)) {
      done(view.flag(new int[] {1, 2}, add(Flag.SEEN), null));
      done(view.flag(new int[] {3}, add(Flag.DELETED), null));
      long octets =
          IntStream.rangeClosed(1, 3).mapToLong(position -> view.message(position).octets()).sum();
      var status = done(inbox.status());
      assertThat(status.messages()).isEqualTo(3);
      assertThat(status.octets()).isEqualTo(octets);
      assertThat(status.unseen()).isEqualTo(1);
      assertThat(status.deleted()).isEqualTo(1);
      assertThat(status.uidNext()).isGreaterThan(view.message(3).uid().value());
      assertThat(status.uidValidity()).isEqualTo(view.uidValidity());

      rig().deliver(TEA, 4);
      assertThat(done(inbox.status()).messages()).isEqualTo(4);
    }
  }

  @Test
  default void aClaimStopsNoViewAndAViewNoClaim() throws Exception {
    rig().deliver(TEA, 1, 2, 3);
    try (var drop = rig().claim(TEA);
        var view = rig().view(TEA)) {
      done(view.expunge(new int[] {2}));
      assertThat(drop.count()).isEqualTo(3);
      assertThat(done(drop.commit(numbers(1, 2), numbers())))
          .isEqualTo(new Maildrop.Committed(1, 0, 1, drop.octets(3)));
      assertThat(replay(3, done(view.sync(true)))).containsExactly(3);
    }
  }
}
