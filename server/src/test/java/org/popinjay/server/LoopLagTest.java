package org.popinjay.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// In virtual time, in milliseconds.
class LoopLagTest {
  private final AtomicLong now = new AtomicLong(TimeUnit.MILLISECONDS.toNanos(7));
  private final List<Long> lags = new ArrayList<>();
  private final LoopLag lag =
      new LoopLag(now::get, nanos -> lags.add(TimeUnit.NANOSECONDS.toMillis(nanos)));

  private void runAt(long millis) {
    now.set(TimeUnit.MILLISECONDS.toNanos(7 + millis));
    lag.run();
  }

  @Test
  void aLoopInTimeHasNoLag() {
    runAt(250);
    runAt(500);
    assertThat(lags).containsExactly(0L, 0L);
  }

  @Test
  void aPauseCountsWithItsLength() {
    runAt(250);
    for (int i = 0; i < 4; i++) {
      runAt(1_400);
    }
    runAt(1_500);
    assertThat(lags).containsExactly(0L, 900L, 650L, 400L, 150L, 0L);
  }

  @Test
  void aTimerThatIsEarlyIsNotLate() {
    runAt(249);
    assertThat(lags).containsExactly(0L);
  }
}
