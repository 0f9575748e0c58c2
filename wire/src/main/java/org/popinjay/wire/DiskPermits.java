package org.popinjay.wire;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// How many lanes may work on disk at once: virtual threads make waiting free, they do not make
/// disks faster.
///
/// A permit is held for one bounded piece of work, and never while waiting for a client or for a
/// spool that another program keeps locked: a few stuck spools would stop everybody. So opening and
/// updating a mailbox, which wait for locks in between, go without; they are bounded by the threads
/// that carry the lanes.
public final class DiskPermits {
  private final Semaphore permits;

  /// @param permits how many at once
  public DiskPermits(int permits) {
    this.permits = new Semaphore(permits);
  }

  /// Does a piece of work with a permit; waits for one first. Not for event loops.
  public <T> T with(Supplier<T> work) {
    permits.acquireUninterruptibly();
    try {
      return work.get();
    } finally {
      permits.release();
    }
  }

  /// Permits that are not in use, for a metric.
  public int available() {
    return permits.availablePermits();
  }
}
