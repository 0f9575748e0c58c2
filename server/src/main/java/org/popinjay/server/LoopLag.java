package org.popinjay.server;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// Finds out how late an event loop comes to what is due, which is how long every client on it
/// waits.
///
/// The loop gets something to do at a fixed rate. What came due while it was held up is made up for
/// one by one, so that a pause counts with its length and not just once.
final class LoopLag implements Runnable {
  static final Duration PERIOD = Duration.ofMillis(250);

  private final LongSupplier nanoTime;
  private final LongConsumer lag;
  private long dueNanos;

  /// @param nanoTime as [System#nanoTime]
  /// @param lag hears the nanoseconds
  LoopLag(LongSupplier nanoTime, LongConsumer lag) {
    this.nanoTime = nanoTime;
    this.lag = lag;
    dueNanos = nanoTime.getAsLong() + PERIOD.toNanos();
  }

  /// Measures every loop of a group.
  ///
  /// @return what ends it
  static List<Future<?>> measure(EventLoopGroup loops, LongConsumer lag) {
    long period = PERIOD.toNanos();
    var tasks = new ArrayList<Future<?>>();
    for (var loop : loops) {
      tasks.add(
          loop.scheduleAtFixedRate(
              new LoopLag(System::nanoTime, lag), period, period, TimeUnit.NANOSECONDS));
    }
    return tasks;
  }

  @Override
  public void run() {
    lag.accept(Math.max(0, nanoTime.getAsLong() - dueNanos));
    dueNanos += PERIOD.toNanos();
  }
}
