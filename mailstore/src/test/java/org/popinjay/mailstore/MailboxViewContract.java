package org.popinjay.mailstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.popinjay.mailstore.MaildropContract.TEA;
import static org.popinjay.mailstore.MaildropContract.numbers;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.failure;
import static org.popinjay.mailstore.Outcomes.octets;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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
          .isEqualTo(new Maildrop.Committed(1, drop.octets(1), 0, 1, drop.octets(3)));
      assertThat(replay(3, done(view.sync(true)))).containsExactly(3);
    }
  }

  private static FlagChange add(String... keywords) {
    return new FlagChange.Add(new Flags(FlagSet.NONE, Keywords.of(keywords)));
  }

  @Test
  default void keywordsAreKeptWithTheSpellingThatCameFirst() throws Exception {
    rig().deliver(TEA, 1, 2);
    try (var here = rig().view(TEA);
        var there = rig().view(TEA)) {
      assertThat(here.takesKeywords()).isTrue();
      done(here.flag(new int[] {1}, add("$Forwarded", "work"), null));
      done(there.flag(new int[] {2}, add("WORK"), null));
      assertThat(done(there.sync(true))).containsExactly(new Flagged(1));
      assertThat(there.message(1).flags().keywords().list())
          .extracting(Keyword::name)
          .containsExactly("$Forwarded", "work");
      assertThat(here.message(2).flags().keywords().list())
          .extracting(Keyword::name)
          .containsExactly("work");
      assertThat(here.keywords().has(new Keyword("Work"))).isTrue();
    }
  }

  @Test
  default void flagsAreReplacedAllTogether() throws Exception {
    rig().deliver(TEA, 1);
    try (var view = rig().view(TEA)) {
      done(view.flag(new int[] {1}, add("a", "b"), null));
      done(view.flag(new int[] {1}, add(Flag.SEEN), null));
      var wanted = new Flags(FlagSet.of(Flag.DRAFT), Keywords.of("b", "c"));
      done(view.flag(new int[] {1}, new FlagChange.Replace(wanted), null));
      assertThat(view.message(1).flags()).isEqualTo(wanted);
      done(view.flag(new int[] {1}, new FlagChange.Remove(wanted), null));
      assertThat(view.message(1).flags()).isEqualTo(Flags.NONE);
    }
  }

  @Test
  default void thereIsAnEndToKeywords() throws Exception {
    rig().deliver(TEA, 1);
    try (var view = rig().view(TEA)) {
      var names = IntStream.range(0, 256).mapToObj(i -> "k" + i).toArray(String[]::new);
      done(view.flag(new int[] {1}, add(names), null));
      assertThat(view.takesKeywords()).isFalse();
      var before = view.message(1);
      assertThat(failure(view.flag(new int[] {1}, add("one-more"), null)))
          .isInstanceOf(StoreFailure.TooManyKeywords.class);
      assertThat(view.message(1)).isEqualTo(before);
      done(view.flag(new int[] {1}, add("K7"), null));
    }
  }

  @Test
  default void everyChangeHasAGreaterModSeq() throws Exception {
    rig().deliver(TEA, 1, 2);
    try (var view = rig().view(TEA)) {
      var start = view.highestModSeq();
      assertThat(view.message(2).modSeq()).isLessThanOrEqualTo(start);

      done(view.flag(new int[] {1, 2}, add(Flag.SEEN), null));
      var flagged = view.message(1).modSeq();
      assertThat(flagged).isGreaterThan(start).isEqualTo(view.message(2).modSeq());
      assertThat(view.highestModSeq()).isEqualTo(flagged);

      var nothing = done(view.flag(new int[] {1, 2}, add(Flag.SEEN), null));
      assertThat(nothing.done()).isEqualTo(numbers(1, 2));
      assertThat(nothing.changed()).isEqualTo(numbers());
      assertThat(view.highestModSeq()).isEqualTo(flagged);

      rig().deliver(TEA, 3);
      done(view.sync(true));
      assertThat(view.message(3).modSeq()).isGreaterThan(flagged);
      assertThat(view.highestModSeq()).isEqualTo(view.message(3).modSeq());

      done(view.expunge(new int[] {2}));
      assertThat(view.highestModSeq()).isEqualTo(view.message(3).modSeq());
      done(view.sync(true));
      assertThat(view.highestModSeq()).isGreaterThan(view.message(2).modSeq());
      try (var inbox = rig().inbox(TEA)) {
        assertThat(done(inbox.status()).highestModSeq()).isEqualTo(view.highestModSeq());
      }
    }
  }

  @Test
  default void aModSeqNeverCoversWhatWasNotTold() throws Exception {
    rig().deliver(TEA, 1, 2, 3);
    try (var here = rig().view(TEA);
        var there = rig().view(TEA)) {
      var start = here.highestModSeq();
      done(there.flag(new int[] {1}, add(Flag.SEEN), null));
      done(there.expunge(new int[] {2}));
      assertThat(here.highestModSeq()).isLessThan(here.message(1).modSeq());

      done(here.flag(new int[] {3}, add(Flag.FLAGGED), null));
      assertThat(here.highestModSeq()).isLessThan(here.message(1).modSeq());

      assertThat(done(here.sync(false))).containsExactly(new Flagged(1));
      assertThat(here.highestModSeq())
          .isGreaterThanOrEqualTo(here.message(1).modSeq())
          .isLessThan(here.message(3).modSeq());
      done(here.sync(true));
      assertThat(here.highestModSeq()).isGreaterThanOrEqualTo(here.message(2).modSeq());
      assertThat(start).isLessThan(here.highestModSeq());
    }
  }

  @Test
  default void onlyUnchangedMessagesAreFlagged() throws Exception {
    rig().deliver(TEA, 1, 2, 3);
    try (var here = rig().view(TEA);
        var there = rig().view(TEA)) {
      var start = here.highestModSeq();
      done(there.flag(new int[] {2}, add(Flag.SEEN), null));
      done(there.expunge(new int[] {3}));
      var told = done(here.flag(new int[] {1, 2, 3}, add(Flag.SEEN), start));
      assertThat(told.done()).isEqualTo(numbers(1));
      assertThat(told.changed()).isEqualTo(numbers(1));
      assertThat(told.modified()).isEqualTo(numbers(2));
      assertThat(told.gone()).isEqualTo(numbers(3));
      assertThat(here.message(2).flags()).isEqualTo(Flags.of(Flag.SEEN));
      assertThat(done(here.sync(false))).containsExactly(new Flagged(2));

      var before = here.message(1).modSeq();
      var again = done(here.flag(new int[] {1}, add(Flag.SEEN), before));
      assertThat(again.done()).isEqualTo(numbers(1));
      assertThat(again.changed()).isEqualTo(numbers());
      assertThat(here.message(1).modSeq()).isGreaterThan(before);
    }
  }

  @Test
  default void changesOfOtherFlagsAreNoReasonToLeaveAMessageAlone() throws Exception {
    rig().deliver(TEA, 1);
    try (var here = rig().view(TEA);
        var there = rig().view(TEA)) {
      var all = new int[] {1};
      done(there.flag(all, add(Flag.ANSWERED), null));
      done(here.sync(true));
      var start = here.highestModSeq();
      done(there.flag(all, add(Flag.SEEN), null));
      done(there.flag(all, new FlagChange.Add(keyword("$Junk")), null));
      done(there.flag(all, add(Flag.DRAFT), null));

      for (var changed : List.of(add(Flag.SEEN), new FlagChange.Remove(keyword("$junk")))) {
        assertThat(done(here.flag(all, changed, start)).modified()).isEqualTo(numbers(1));
      }
      var replaced = new FlagChange.Replace(Flags.of(Flag.ANSWERED));
      assertThat(done(here.flag(all, replaced, start)).modified()).isEqualTo(numbers(1));
      var later = here.message(1).modSeq();
      assertThat(done(here.flag(all, add(Flag.FLAGGED), start)).done()).isEqualTo(numbers(1));
      assertThat(here.message(1).modSeq()).isGreaterThan(later);
      assertThat(done(here.sync(true))).containsExactly(new Flagged(1));
      var answered = new FlagChange.Remove(Flags.of(Flag.ANSWERED));
      assertThat(done(here.flag(all, answered, start)).done()).isEqualTo(numbers(1));
      assertThat(here.message(1).flags())
          .isEqualTo(
              new Flags(FlagSet.of(Flag.SEEN, Flag.DRAFT, Flag.FLAGGED), Keywords.of("$Junk")));
    }
  }

  @Test
  default void onlyKeywordsThatNeverWereAreUnchangedSinceTheBeginning() throws Exception {
    rig().deliver(TEA, 1);
    try (var here = rig().view(TEA)) {
      var all = new int[] {1};
      assertThat(done(here.flag(all, add(Flag.SEEN), ModSeq.ZERO)).modified())
          .isEqualTo(numbers(1));
      var todo = new FlagChange.Add(keyword("todo"));
      assertThat(done(here.flag(all, todo, ModSeq.ZERO)).done()).isEqualTo(numbers(1));
      assertThat(done(here.flag(all, todo, ModSeq.ZERO)).modified()).isEqualTo(numbers(1));
    }
  }

  private static Flags keyword(String name) {
    return new Flags(FlagSet.NONE, Keywords.of(name));
  }

  @Test
  default void removalsAreRememberedOneByOne() throws Exception {
    rig().deliver(TEA, 1, 2, 3, 4);
    try (var here = rig().view(TEA);
        var there = rig().view(TEA)) {
      var start = here.highestModSeq();
      long second = here.message(2).uid().value();
      long fourth = here.message(4).uid().value();
      var all = new UidSet.Builder().add(1, 0xFFFF_FFFFL).build();
      assertThat(here.remembersRemovals(start)).isTrue();
      done(there.expunge(new int[] {2}));
      assertThat(here.removed(start, all).isEmpty()).isTrue();
      done(here.sync(true));
      var between = here.highestModSeq();
      assertThat(here.removed(start, all)).isEqualTo(UidSet.of(second));
      done(here.expunge(new int[] {3}));
      done(here.sync(true));
      assertThat(here.removed(start, all)).isEqualTo(UidSet.of(second, fourth));
      assertThat(here.removed(between, all)).isEqualTo(UidSet.of(fourth));
      assertThat(here.removed(start, UidSet.of(second))).isEqualTo(UidSet.of(second));
      assertThat(here.remembersRemovals(ModSeq.ZERO)).isFalse();
      assertThat(here.removed(ModSeq.ZERO, UidSet.of(second, fourth, fourth + 1)))
          .isEqualTo(UidSet.of(second, fourth));
    }
  }

  @Test
  default void aMessageIsRecentInOneSession() throws Exception {
    rig().deliver(TEA, 1, 2);
    try (var inbox = rig().inbox(TEA);
        var looking = done(inbox.view(Access.READ));
        var first = done(inbox.view(Access.WRITE));
        var second = done(inbox.view(Access.WRITE))) {
      assertThat(looking.recent()).isEqualTo(2);
      assertThat(first.recent()).isEqualTo(2);
      assertThat(first.message(1).recent()).isTrue();
      assertThat(second.recent()).isZero();
      assertThat(second.message(1).recent()).isFalse();
      rig().deliver(TEA, 3);
      assertThat(done(inbox.status()).recent()).isEqualTo(1);
      done(second.sync(true));
      done(first.sync(true));
      assertThat(second.recent()).isEqualTo(1);
      assertThat(second.message(3).recent()).isTrue();
      assertThat(first.recent()).isEqualTo(2);
      done(first.expunge(new int[] {1}));
      done(first.sync(true));
      assertThat(first.recent()).isEqualTo(1);
      assertThat(first.message(1).recent()).isTrue();
      assertThat(done(inbox.status()).recent()).isZero();
    }
  }

  @Test
  default void whoOnlyLooksChangesNothing() throws Exception {
    rig().deliver(TEA, 1);
    try (var inbox = rig().inbox(TEA);
        var view = done(inbox.view(Access.READ))) {
      assertThat(view.writable()).isFalse();
      assertThat(view.takesKeywords()).isFalse();
      assertThat(failure(view.flag(new int[] {1}, add(Flag.SEEN), null)))
          .isInstanceOf(StoreFailure.ReadOnly.class);
      assertThat(failure(view.expunge(new int[] {1}))).isInstanceOf(StoreFailure.ReadOnly.class);
      assertThat(view.message(1).flags()).isEqualTo(Flags.NONE);
    }
  }

  @Test
  default void whoeverWatchesHearsOfChanges() throws Exception {
    rig().deliver(TEA, 1, 2);
    try (var inbox = rig().inbox(TEA);
        var here = done(inbox.view(Access.WRITE));
        var there = done(inbox.view(Access.WRITE))) {
      var calls = new AtomicInteger();
      try (var _ = inbox.watch(calls::incrementAndGet)) {
        done(there.flag(new int[] {1}, add(Flag.SEEN), null));
        assertThat(calls.getAndSet(0)).isPositive();
        assertThat(here.news(true)).containsExactly(new Flagged(1));
        var second = there.message(2).uid();
        done(there.expunge(new int[] {2}));
        assertThat(calls.getAndSet(0)).isPositive();
        assertThat(here.news(false)).isEmpty();
        assertThat(here.news(true)).containsExactly(new Expunged(2, second));
        done(there.sync(true));
        calls.set(0);
        assertThat(here.news(true)).isEmpty();
        done(here.sync(true));
        assertThat(calls.get()).isZero();
      }
      done(there.flag(new int[] {1}, add(Flag.FLAGGED), null));
      assertThat(calls.get()).isZero();
    }
  }

  @Test
  default void newsComeInOrder() throws Exception {
    rig().deliver(TEA, 1, 2, 3, 4);
    try (var here = rig().view(TEA);
        var there = rig().view(TEA)) {
      var uids = IntStream.rangeClosed(1, 4).mapToObj(i -> here.message(i).uid()).toList();
      done(there.flag(new int[] {2, 4}, add(Flag.SEEN), null));
      done(there.expunge(new int[] {1, 3}));
      rig().deliver(TEA, 5);
      assertThat(done(here.sync(true)))
          .containsExactly(
              new Expunged(3, uids.get(2)),
              new Expunged(1, uids.get(0)),
              new Arrived(3),
              new Flagged(1),
              new Flagged(2));
      assertThat(here.uidNext()).isGreaterThan(here.message(3).uid().value());
    }
  }

  @Test
  default void whatIsKnownOfAGoneMessageStaysUntilItWasTold() throws Exception {
    rig().deliver(TEA, 1, 2);
    try (var here = rig().view(TEA);
        var there = rig().view(TEA)) {
      done(here.flag(new int[] {1}, add("kept"), null));
      var before = here.message(1);
      done(there.sync(true));
      done(there.expunge(new int[] {1}));
      done(there.sync(true));
      rig().deliver(TEA, 3);
      assertThat(done(here.sync(false))).containsExactly(new Arrived(3));
      assertThat(here.message(1).uid()).isEqualTo(before.uid());
      assertThat(here.message(1).octets()).isEqualTo(before.octets());
      assertThat(here.message(1).flags()).isEqualTo(before.flags());
      assertThat(done(here.flag(new int[] {1}, add(Flag.SEEN), null)).gone()).isEqualTo(numbers(1));
    }
  }
}
