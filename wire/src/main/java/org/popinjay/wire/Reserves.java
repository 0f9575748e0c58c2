package org.popinjay.wire;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.popinjay.wire.SessionEvents.Limit;

/// What all connections together may use up of memory and descriptors, so that no number of them
/// brings the server down. One instance for all listeners.
///
/// What one connection can hold is bounded by its own limits; but for thousands of hostile ones
/// that sum would still be too much. Thread-safe, never blocks.
public final class Reserves {
  /// Where nothing is ever short.
  public static final Reserves PLENTY = new Reserves(Long.MAX_VALUE, () -> 0, () -> false);

  private final long memoryMax;
  private final LongSupplier networkBuffers;
  private final BooleanSupplier descriptorsShort;
  private final AtomicLong commands = new AtomicLong();

  /// @param memoryMax octets for what came in, what waits to go out, and commands that were begun
  /// @param networkBuffers octets that the buffers of the network take now
  /// @param descriptorsShort whether so few descriptors are left that they are needed for spools,
  ///   locks and last words
  public Reserves(long memoryMax, LongSupplier networkBuffers, BooleanSupplier descriptorsShort) {
    this.memoryMax = memoryMax;
    this.networkBuffers = networkBuffers;
    this.descriptorsShort = descriptorsShort;
  }

  /// What is too short for one more connection; memory is at nine tenths, so that those that are
  /// there can go on.
  Optional<Limit> shortage() {
    if (memoryUsed() > memoryMax / 10 * 9) {
      return Optional.of(Limit.BUFFER_MEMORY);
    }
    return descriptorsShort.getAsBoolean() ? Optional.of(Limit.DESCRIPTORS) : Optional.empty();
  }

  /// Whether nothing more may come in.
  boolean memoryFull() {
    return memoryUsed() > memoryMax;
  }

  /// Octets that are used now, for a metric.
  public long memoryUsed() {
    return networkBuffers.getAsLong() + commands.get();
  }

  /// Counts octets of commands that were begun; fewer, when negative.
  void change(int octets) {
    if (octets != 0) {
      commands.addAndGet(octets);
    }
  }
}
