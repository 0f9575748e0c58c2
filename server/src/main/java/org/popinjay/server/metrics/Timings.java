package org.popinjay.server.metrics;

import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/// Counts durations by size. Any number of threads may record without waiting for each other.
///
/// Upper bounds lie on a fixed scale from 100 µs to 30 s, coarse enough that each series costs
/// little and fine enough to tell memory from disk, disk from lock, and lock from trouble.
final class Timings {
  private static final double[] BOUNDS_SECONDS = {
    0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, Double.POSITIVE_INFINITY
  };

  private final LongAdder[] counts =
      Stream.generate(LongAdder::new).limit(BOUNDS_SECONDS.length).toArray(LongAdder[]::new);
  private final LongAdder nanosTotal = new LongAdder();

  /// Records one thing that took so long.
  void record(long nanos) {
    record(1, nanos);
  }

  /// Records things that took so long together; they count as equally long.
  void record(int count, long nanosTogether) {
    double seconds = nanosTogether / 1e9 / count;
    int at = 0;
    while (seconds > BOUNDS_SECONDS[at]) {
      at++;
    }
    counts[at].add(count);
    nanosTotal.add(nanosTogether);
  }

  /// Upper bounds in seconds, the last one infinite.
  static double[] boundsSeconds() {
    return BOUNDS_SECONDS.clone();
  }

  /// How many in each bucket, not accumulated.
  long[] counts() {
    return Stream.of(counts).mapToLong(LongAdder::sum).toArray();
  }

  /// All of it together.
  double sumSeconds() {
    return nanosTotal.sum() / 1e9;
  }
}
