package org.popinjay.wire;

import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/// Names one connection in logs and traces: short, and unique for as long as anybody greps.
///
/// @param value counts up from a random start
public record SessionId(long value) {

  /// Gives out names. Thread-safe.
  public static final class Source {
    private final AtomicLong next;

    /// @param random tells one run of the server from another
    public Source(RandomGenerator random) {
      this.next = new AtomicLong(random.nextLong(1L << 40) << 20);
    }

    /// The next name.
    public SessionId next() {
      return new SessionId(next.getAndIncrement());
    }
  }

  /// At most twelve letters and digits.
  @Override
  public String toString() {
    return Long.toString(value, Character.MAX_RADIX);
  }
}
