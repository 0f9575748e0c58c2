package org.popinjay.server.metrics;

import java.util.concurrent.atomic.LongAdder;

/// How many there were of something, and how much they came to. Thread-safe.
final class Amounts {
  private final LongAdder count = new LongAdder();
  private final LongAdder sum = new LongAdder();

  void record(long amount) {
    count.increment();
    sum.add(amount);
  }

  long count() {
    return count.sum();
  }

  long sum() {
    return sum.sum();
  }
}
