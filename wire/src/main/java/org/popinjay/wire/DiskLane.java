package org.popinjay.wire;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Runs tasks in the name of a user, one after the other; what they do on disk waits for its turn
/// ([DiskPermits]).
public final class DiskLane implements Executor, DiskPermits.Turn {
  static final ScopedValue<DiskLane> CURRENT = ScopedValue.newInstance();

  private final DiskPermits permits;
  private final String user;
  private final Executor threads;

  // Of the thread that runs a task.
  private @Nullable Semaphore line;
  private int held;
  private boolean readsOnly;

  // Guarded by this.
  private boolean abandoned;
  private @Nullable Thread waiting;

  DiskLane(DiskPermits permits, String user, Executor threads) {
    this.permits = permits;
    this.user = user;
    this.threads = threads;
  }

  @Override
  public void execute(Runnable task) {
    threads.execute(() -> run(task));
  }

  private void run(Runnable task) {
    line = permits.enter(user);
    try {
      ScopedValue.where(CURRENT, this).run(task);
    } finally {
      permits.leave(user);
    }
  }

  /// Says whether what is done from here on may be left undone once nobody wants to know. From
  /// whoever runs the tasks.
  public void readsOnly(boolean now) {
    readsOnly = now;
  }

  /// Nobody wants to know any more: lets go what waits for a turn to read. From any thread.
  public synchronized void abandon() {
    abandoned = true;
    if (waiting != null) {
      waiting.interrupt();
    }
  }

  void take() {
    if (held == 0) {
      line().acquireUninterruptibly();
      permits.permits().acquireUninterruptibly();
    }
    held++;
  }

  void takeToRead() throws InterruptedException {
    if (held > 0 || !readsOnly) {
      take();
    } else if (line().tryAcquire(0, NANOSECONDS)) {
      permits.permits().acquireUninterruptibly();
      held++;
    } else {
      await();
      held++;
    }
  }

  /// Waits like [#take], or until [#abandon].
  private void await() throws InterruptedException {
    synchronized (this) {
      if (abandoned) {
        throw new InterruptedException("nobody waits for it any more");
      }
      waiting = Thread.currentThread();
    }
    try {
      line().acquire();
    } finally {
      synchronized (this) {
        waiting = null;
        if (abandoned) {
          var _ = Thread.interrupted();
        }
      }
    }
    permits.permits().acquireUninterruptibly();
  }

  @Override
  public void close() {
    held--;
    if (held == 0) {
      permits.permits().release();
      line().release();
    }
  }

  private Semaphore line() {
    return Objects.requireNonNull(line);
  }
}
