package org.popinjay.mailstore.mbox.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.popinjay.mailstore.UidSet;

class UidHistoryTest {
  @Test
  void whatHappenedSinceIsToldAscendingAndOnce() {
    var history = new UidHistory(10);
    history.add(5, 7, 1);
    history.add(6, 6, 2);
    history.add(1, 2, 3);
    history.add(-1, -1, 3);
    assertThat(history.since(0)).isEqualTo(UidSet.of(1, 2, 5, 6, 7, 0xFFFF_FFFFL));
    assertThat(history.since(1)).isEqualTo(UidSet.of(1, 2, 6, 0xFFFF_FFFFL));
    assertThat(history.since(3).isEmpty()).isTrue();
  }

  @Test
  void neighboursOfOneChangeAreOneRange() {
    var history = new UidHistory(10);
    history.add(1, 1, 1);
    history.add(2, 3, 1);
    history.add(4, 4, 2);
    assertThat(history.count()).isEqualTo(2);
  }

  @Test
  void theOldestAreForgottenAndThatIsKnown() {
    var history = new UidHistory(3);
    for (int change = 1; change <= 10; change++) {
      history.add(2 * change, 2 * change, change);
    }
    assertThat(history.count()).isLessThanOrEqualTo(3);
    assertThat(history.knows(10)).isTrue();
    assertThat(history.knows(1)).isFalse();
    for (long since = history.floor(); since <= 10; since++) {
      assertThat(history.since(since).size()).isEqualTo(10 - since);
    }
  }

  @Test
  void whatWasForgottenDoesNotComeBack() {
    var history = new UidHistory(3);
    history.add(1, 1, 5);
    history.forget(7);
    history.add(2, 2, 6);
    history.add(3, 3, 8);
    assertThat(history.floor()).isEqualTo(7);
    assertThat(history.since(7)).isEqualTo(UidSet.of(3));
  }
}
