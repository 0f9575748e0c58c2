package org.popinjay.mailstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popinjay.mailstore.Outcomes.done;
import static org.popinjay.mailstore.Outcomes.failure;
import static org.popinjay.mailstore.Outcomes.octets;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.popinjay.mailstore.memory.WireForm;

/// What every engine promises about claimed maildrops.
public interface MaildropContract {
  /// A user with mail.
  String TEA = "tea";

  /// Another one.
  String POT = "pot";

  /// The engine of this test, empty at its start.
  StoreRig rig();

  /// A set of message numbers.
  static BitSet numbers(int... numbers) {
    var set = new BitSet();
    Arrays.stream(numbers).forEach(set::set);
    return set;
  }

  /// The serial numbers of the messages, read one by one.
  static List<Integer> serials(Maildrop drop) {
    return IntStream.rangeClosed(1, drop.count())
        .mapToObj(number -> Letters.serial(octets(drop.content(number))))
        .toList();
  }

  /// The serial numbers of what is in a user's INBOX now.
  default List<Integer> serialsNow() {
    try (var drop = rig().claim(TEA)) {
      return serials(drop);
    }
  }

  @Test
  default void whoNeverGotMailHasAnEmptyMaildrop() {
    try (var drop = rig().claim(TEA)) {
      assertThat(drop.count()).isZero();
      assertThat(drop.claimed()).isTrue();
      assertThat(done(drop.commit(numbers(), numbers())))
          .isEqualTo(new Maildrop.Committed(0, 0, 0, 0, 0));
    }
  }

  @Test
  default void messagesAreNumberedInTheOrderOfTheirArrival() throws Exception {
    rig().deliver(TEA, 30, 10, 20);
    assertThat(serialsNow()).containsExactly(30, 10, 20);
  }

  @Test
  default void uidsAscendAndStayTheSame() throws Exception {
    rig().deliver(TEA, 1, 2, 3);
    List<Uid> first;
    UidValidity validity;
    try (var drop = rig().claim(TEA)) {
      first = uids(drop);
      validity = drop.uidValidity();
      assertThat(first).hasSize(3).isSorted().doesNotHaveDuplicates();
    }
    rig().deliver(TEA, 4);
    try (var drop = rig().claim(TEA)) {
      assertThat(uids(drop)).startsWith(first.toArray(Uid[]::new)).isSorted().hasSize(4);
      assertThat(drop.uidValidity()).isEqualTo(validity);
    }
  }

  @Test
  default void theUidOfARemovedMessageIsNeverGivenAgain() throws Exception {
    rig().deliver(TEA, 1, 2, 3);
    Uid greatest;
    try (var drop = rig().claim(TEA)) {
      greatest = drop.uid(3);
      done(drop.commit(numbers(1, 2, 3), numbers()));
    }
    rig().deliver(TEA, 4);
    try (var drop = rig().claim(TEA)) {
      assertThat(drop.uid(1)).isGreaterThan(greatest);
    }
  }

  private static List<Uid> uids(Maildrop drop) {
    return IntStream.rangeClosed(1, drop.count()).mapToObj(drop::uid).toList();
  }

  @Test
  default void aMessageIsServedAsEveryProtocolSendsItAndItsSizeIsExact() throws Exception {
    var letters = Letters.awkward();
    for (var letter : letters.values()) {
      rig().deliver(TEA, letter);
    }
    try (var drop = rig().claim(TEA)) {
      assertThat(drop.count()).isEqualTo(letters.size());
      int number = 0;
      for (var letter : letters.entrySet()) {
        number++;
        var wire = WireForm.of(letter.getValue());
        assertThat(octets(drop.content(number))).as(letter.getKey()).isEqualTo(wire);
        assertThat(drop.octets(number)).as("octets of " + letter.getKey()).isEqualTo(wire.length);
      }
    }
  }

  @Test
  default void howMuchIsAskedForAtATimeChangesNothing() throws Exception {
    var letters = new ArrayList<>(Letters.awkward().values());
    letters.removeIf(letter -> letter.length > 3000);
    for (var letter : letters) {
      rig().deliver(TEA, letter);
    }
    try (var drop = rig().claim(TEA)) {
      for (int number = 1; number <= drop.count(); number++) {
        var wire = WireForm.of(letters.get(number - 1));
        for (int bufferOctets : new int[] {2, 3, 7, 64, 1000}) {
          assertThat(octets(drop.content(number), bufferOctets)).contains(wire);
        }
      }
    }
  }

  @Test
  default void whatArrivesDuringAClaimIsNoPartOfIt() throws Exception {
    rig().deliver(TEA, 1);
    try (var drop = rig().claim(TEA)) {
      rig().deliver(TEA, 2);
      assertThat(drop.count()).isEqualTo(1);
      assertThat(serials(drop)).containsExactly(1);
      assertThat(done(drop.commit(numbers(1), numbers())).removed()).isEqualTo(1);
    }
    assertThat(serialsNow()).containsExactly(2);
  }

  @Test
  default void onlyOneSessionHasAMaildrop() {
    var account = rig().store().account(rig().owner(TEA));
    try (var _ = rig().claim(TEA)) {
      assertThat(failure(account.claim(new TestHolder()))).isInstanceOf(StoreFailure.Claimed.class);
    }
    done(account.claim(new TestHolder())).close();
  }

  @Test
  default void usersDoNotStandInEachOthersWay() throws Exception {
    rig().deliver(TEA, 1);
    rig().deliver(POT, 2);
    try (var tea = rig().claim(TEA);
        var pot = rig().claim(POT)) {
      assertThat(serials(tea)).containsExactly(1);
      assertThat(serials(pot)).containsExactly(2);
    }
  }

  @Test
  default void aSilentSessionIsReplacedAndCanChangeNothingAnyMore() throws Exception {
    rig().deliver(TEA, 1);
    var account = rig().store().account(rig().owner(TEA));
    var silent = new TestHolder();
    var old = done(account.claim(silent));
    silent.silentFor(Duration.ofSeconds(59));
    assertThat(failure(account.claim(new TestHolder()))).isInstanceOf(StoreFailure.Claimed.class);
    assertThat(silent.replacements()).isZero();

    silent.silentFor(Duration.ofSeconds(60));
    try (var fresh = done(account.claim(new TestHolder()))) {
      assertThat(silent.replacements()).isEqualTo(1);
      assertThat(old.claimed()).isFalse();
      assertThat(failure(old.commit(numbers(1), numbers())))
          .isInstanceOf(StoreFailure.Claimed.class);
      old.close();
      assertThat(fresh.claimed()).isTrue();
      assertThat(failure(account.claim(new TestHolder()))).isInstanceOf(StoreFailure.Claimed.class);
      assertThat(serials(fresh)).containsExactly(1);
    }
  }

  @Test
  default void aCommitRemovesWhatItWasToldToAndSaysWhatIsLeft() throws Exception {
    rig().deliver(TEA, 1, 2, 3, 4, 5);
    try (var drop = rig().claim(TEA)) {
      var committed = done(drop.commit(numbers(1, 3, 4), numbers()));
      long removed = drop.octets(1) + drop.octets(3) + drop.octets(4);
      long left = drop.octets(2) + drop.octets(5);
      assertThat(committed).isEqualTo(new Maildrop.Committed(3, removed, 0, 2, left));
    }
    assertThat(serialsNow()).containsExactly(2, 5);
  }

  @Test
  default void aCommitMarksMessagesAsSeen() throws Exception {
    rig().deliver(TEA, 1, 2, 3);
    try (var drop = rig().claim(TEA)) {
      assertThat(drop.flags(2)).isEqualTo(FlagSet.NONE);
      assertThat(done(drop.commit(numbers(1), numbers(2))))
          .isEqualTo(
              new Maildrop.Committed(1, drop.octets(1), 0, 2, drop.octets(2) + drop.octets(3)));
    }
    try (var drop = rig().claim(TEA)) {
      assertThat(serials(drop)).containsExactly(2, 3);
      assertThat(drop.flags(1)).isEqualTo(FlagSet.of(Flag.SEEN));
      assertThat(drop.flags(2)).isEqualTo(FlagSet.NONE);
    }
  }

  @Test
  default void aSecondCommitFindsWhatTheFirstOneLeft() throws Exception {
    rig().deliver(TEA, 1, 2, 3);
    try (var drop = rig().claim(TEA)) {
      done(drop.commit(numbers(1), numbers()));
      assertThat(octets(drop.content(2))).isEqualTo(WireForm.of(Letters.letter(2)));
      assertThat(done(drop.commit(numbers(1, 2), numbers(3))))
          .isEqualTo(new Maildrop.Committed(1, drop.octets(2), 0, 1, drop.octets(3)));
    }
    assertThat(serialsNow()).containsExactly(3);
  }

  @Test
  default void withoutACommitNothingChanges() throws Exception {
    rig().deliver(TEA, 1, 2);
    try (var drop = rig().claim(TEA)) {
      assertThat(serials(drop)).containsExactly(1, 2);
    }
    try (var drop = rig().claim(TEA)) {
      assertThat(serials(drop)).containsExactly(1, 2);
      assertThat(drop.flags(1)).isEqualTo(FlagSet.NONE);
    }
  }

  @Test
  default void numbersAndSizesStayWhenAnotherProgramRemovesAMessage() throws Exception {
    rig().deliver(TEA, 1, 2, 3);
    try (var drop = rig().claim(TEA)) {
      long octets = drop.octets(2);
      rig().removeBehindTheBack(TEA, 2);
      assertThat(failure(drop.content(2))).isInstanceOf(StoreFailure.Gone.class);
      assertThat(Letters.serial(octets(drop.content(3)))).isEqualTo(3);
      assertThat(drop.count()).isEqualTo(3);
      assertThat(drop.octets(2)).isEqualTo(octets);
    }
  }

  @Test
  default void aCommitNeverRemovesAnotherMessageInPlaceOfOneThatIsGone() throws Exception {
    rig().deliver(TEA, 1, 2, 3, 4);
    try (var drop = rig().claim(TEA)) {
      rig().removeBehindTheBack(TEA, 2);
      rig().deliver(TEA, 5);
      var committed = done(drop.commit(numbers(1, 2), numbers()));
      assertThat(committed.removed()).isEqualTo(1);
      assertThat(committed.left()).isEqualTo(2);
    }
    assertThat(serialsNow()).containsExactly(3, 4, 5);
  }

  @Test
  default void aMessageRemovedWhileItIsReadIsNeverContinuedWithOtherOctets() throws Exception {
    rig().deliver(TEA, 1, 13, 3, 13);
    var wire = WireForm.of(Letters.letter(13));
    try (var drop = rig().claim(TEA);
        var content = done(drop.content(2))) {
      var buffer = ByteBuffer.allocateDirect(wire.length);
      content.read(buffer.limit(20));
      rig().removeBehindTheBack(TEA, 2);
      rig().removeBehindTheBack(TEA, 1);
      buffer.limit(buffer.capacity());
      while (buffer.remaining() >= 2
          && content.read(buffer) instanceof MessageContent.Chunk.Octets(int count)
          && count > 0) {
        // Whatever is still served has to be this message's.
      }
      byte[] served = new byte[buffer.flip().remaining()];
      buffer.get(served);
      assertThat(served).isEqualTo(Arrays.copyOf(wire, served.length));
    }
  }
}
