package org.popinjay.server;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Counts what users send by XTND XMIT, hour by hour. Thread-safe.
final class SubmissionCounts {
  /// Users who are remembered, before those of earlier hours are forgotten.
  private static final int USERS_MAX = 10_000;

  private final ConcurrentHashMap<String, Count> counts = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;
  private final long began;

  private record Count(long hour, int messages) {}

  /// @param nanoTime as [System#nanoTime]
  SubmissionCounts(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
  }

  /// Counts one more; false if there were so many in this hour already.
  boolean admits(String user, int most) {
    long hour = TimeUnit.NANOSECONDS.toHours(nanoTime.getAsLong() - began);
    if (counts.size() >= USERS_MAX) {
      counts.values().removeIf(count -> count.hour < hour);
    }
    var counted =
        counts.compute(
            user,
            (_, before) ->
                before == null || before.hour < hour
                    ? new Count(hour, 1)
                    : new Count(hour, Math.min(before.messages, most) + 1));
    return counted.messages <= most;
  }
}
