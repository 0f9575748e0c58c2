package org.popinjay.posix;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A watch that cannot be put on any directory.
final class BlindWatch implements DirectoryWatch {
  private final Semaphore bell = new Semaphore(0);

  @Override
  public boolean isBlind() {
    return true;
  }

  @Override
  public int add(String directory) throws PosixException {
    throw new PosixException("watch", directory, Errno.EOPNOTSUPP);
  }

  @Override
  public void remove(int watch) {}

  @Override
  public List<Change> await(Duration most) {
    try {
      boolean _ = bell.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS);
      bell.drainPermits();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return List.of();
  }

  @Override
  public void wake() {
    bell.release();
  }

  @Override
  public void close() {}
}
