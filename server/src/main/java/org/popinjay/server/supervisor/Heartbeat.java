package org.popinjay.server.supervisor;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Beats as long as every event loop does what it is given.
///
/// Each beat is a round: all loops get a task, and the last one to come to it beats. While a loop
/// is stuck there is no further round, and so no beat.
public final class Heartbeat {
  private final List<EventExecutor> loops;
  private final Runnable beat;
  private final AtomicInteger awaited = new AtomicInteger();
  private final Future<?> rounds;

  private Heartbeat(List<EventExecutor> loops, Duration every, Runnable beat) {
    this.loops = List.copyOf(loops);
    this.beat = beat;
    this.rounds =
        this.loops
            .getFirst()
            .scheduleWithFixedDelay(this::round, 0, every.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Begins with a beat.
  ///
  /// @param loops at least one; the first one starts the rounds
  /// @param beat must not block
  public static Heartbeat begin(List<EventExecutor> loops, Duration every, Runnable beat) {
    return new Heartbeat(loops, every, beat);
  }

  /// Ends.
  public void end() {
    rounds.cancel(false);
  }

  private void round() {
    if (awaited.compareAndSet(0, loops.size())) {
      loops.forEach(loop -> loop.execute(this::answer));
    }
  }

  private void answer() {
    if (awaited.decrementAndGet() == 0) {
      beat.run();
    }
  }
}
