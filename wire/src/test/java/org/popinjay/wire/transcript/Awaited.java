package org.popinjay.wire.transcript;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waiting for what is bound to happen on another thread.
public final class Awaited {
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private Awaited() {}

  /// Returns once something is so; fails when that takes so long that it will never be.
  public static void until(BooleanSupplier condition) {
    long began = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - began > PATIENCE_NANOS) {
        throw new AssertionError("waited in vain");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
