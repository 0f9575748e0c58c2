package org.popinjay.mailstore.lock;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.popinjay.config.LocksConfig.Kind;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreSurroundings;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the locks of a spool in the configured order and gives them back in reverse.
///
/// Each lock is asked for without waiting. When one is not to be had, those before it are given
/// back and the whole chain is tried again a random moment later: so neither the delivery agents,
/// who take the dotlock first, nor mutt, which takes it last, can stand with us in a deadlock. May
/// be used by any number of threads; two descriptors of one spool lock each other out as two
/// programs do.
public final class SpoolLocker {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolLocker.class);

  /// maildrop breaks a dotlock that was not touched for 60 seconds.
  private static final Duration REFRESH_INTERVAL = Duration.ofSeconds(15);

  private static final long PAUSE_MILLIS_MIN = 5;
  private static final long PAUSE_MILLIS_FIRST = 50;
  private static final long PAUSE_MILLIS_MAX = 200;
  private static final long PAUSE_MILLIS_AFTER_BREAKING = 1_000;
  private static final long WARNING_INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

  private final StoreSurroundings around;
  private final LockPlan plan;
  private final DotLockMaker dotLocks;
  private final Duration refreshInterval;
  private final AtomicLong nextWarningNanos = new AtomicLong(System.nanoTime());

  /// Locks by this plan.
  public SpoolLocker(StoreSurroundings around, LockPlan plan) {
    this(around, plan, REFRESH_INTERVAL);
  }

  SpoolLocker(StoreSurroundings around, LockPlan plan, Duration refreshInterval) {
    this.around = around;
    this.plan = plan;
    this.refreshInterval = refreshInterval;
    dotLocks = new DotLockMaker(around.files(), around.identity(), around.random(), plan);
  }

  /// Takes all locks that the plan names for this purpose.
  ///
  /// Blocks the calling thread, which should be virtual, for at most about `timeout`; zero asks
  /// once. An interrupt ends the wait: the answer is [LockOutcome.Busy] and the thread's interrupt
  /// status is set. That the descriptor still is what the path names is for the caller to check
  /// once the lock is held.
  public LockOutcome lock(SpoolTarget target, Purpose purpose, Duration timeout) {
    long begun = System.nanoTime();
    LockOutcome outcome = lock(target, purpose, timeout, begun);
    around.events().lockWaited(System.nanoTime() - begun, outcome instanceof LockOutcome.Held);
    return outcome;
  }

  /// Who stands in the way of the locks for this purpose, for somebody who only looks. Takes what
  /// cannot be looked at otherwise, and gives it back at once.
  public List<String> holders(SpoolTarget target, Purpose purpose) throws IOException {
    var holders = new ArrayList<String>();
    for (Kind kind : plan.kinds(purpose)) {
      if (kind == Kind.DOTLOCK) {
        dotLocks.look(target, around.clock().instant()).ifPresent(holders::add);
      } else {
        switch (attempt(kind, target, Purpose.READ)) {
          case Attempt.Got(HeldLock lock) -> lock.release();
          case Attempt.Taken(String holder) -> holders.add(holder);
          case Attempt.Broken _, Attempt.Impossible _ -> {}
        }
      }
    }
    return List.copyOf(holders);
  }

  private LockOutcome lock(SpoolTarget target, Purpose purpose, Duration timeout, long begunNanos) {
    long pauseMillisMost = PAUSE_MILLIS_FIRST;
    while (true) {
      long pauseMillis;
      String holder;
      switch (tryOnce(target, purpose)) {
        case Chain.Complete(List<HeldLock> held) -> {
          return new LockOutcome.Held(new SpoolLock(held, refreshInterval));
        }
        case Chain.Hopeless(StoreFailure failure) -> {
          return new LockOutcome.Refused(failure);
        }
        case Chain.Blocked(String by, boolean broken) -> {
          holder = by;
          pauseMillis =
              broken
                  ? around
                      .random()
                      .nextLong(PAUSE_MILLIS_AFTER_BREAKING, 2 * PAUSE_MILLIS_AFTER_BREAKING)
                  : around.random().nextLong(PAUSE_MILLIS_MIN, pauseMillisMost);
        }
      }
      Duration waited = Duration.ofNanos(System.nanoTime() - begunNanos);
      if (waited.plusMillis(pauseMillis).compareTo(timeout) > 0) {
        return new LockOutcome.Busy(waited, holder);
      }
      try {
        Thread.sleep(pauseMillis);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return new LockOutcome.Busy(waited, holder);
      }
      pauseMillisMost = Math.min(PAUSE_MILLIS_MAX, 2 * pauseMillisMost);
    }
  }

  private Chain tryOnce(SpoolTarget target, Purpose purpose) {
    var held = new ArrayList<HeldLock>();
    boolean complete = false;
    try {
      for (Kind kind : plan.kinds(purpose)) {
        switch (attempt(kind, target, purpose)) {
          case Attempt.Got(HeldLock lock) -> held.add(lock);
          case Attempt.Taken(String holder) -> {
            return new Chain.Blocked(holder, false);
          }
          case Attempt.Broken(String holder) -> {
            return new Chain.Blocked(holder, true);
          }
          case Attempt.Impossible(PosixException reason) -> {
            if (!canDoWithout(kind, purpose, reason)) {
              return new Chain.Hopeless(failure(reason));
            }
            warnNowAndThen(reason);
          }
        }
      }
      complete = true;
      return new Chain.Complete(held);
    } catch (PosixException e) {
      return new Chain.Hopeless(failure(e));
    } catch (IOException e) {
      return new Chain.Hopeless(new StoreFailure.Broken(String.valueOf(e.getMessage())));
    } finally {
      if (!complete) {
        SpoolLock.release(held);
      }
    }
  }

  private Attempt attempt(Kind kind, SpoolTarget target, Purpose purpose) throws IOException {
    return switch (kind) {
      case DOTLOCK -> dotLocks.attempt(target);
      case FCNTL -> RecordLock.attempt(around.files(), target.descriptor(), purpose);
      case FLOCK -> FlockLock.attempt(around.files(), target.descriptor(), purpose);
    };
  }

  /// A full disk never keeps anybody from reading.
  private boolean canDoWithout(Kind kind, Purpose purpose, PosixException reason) {
    if (kind != Kind.DOTLOCK) {
      return false;
    }
    return switch (reason.errno()) {
      case EACCES, EPERM, EROFS -> !plan.dotlockRequired();
      case ENOSPC, EDQUOT -> !plan.dotlockRequired() || purpose == Purpose.READ;
      default -> false;
    };
  }

  private static StoreFailure failure(PosixException reason) {
    String detail = String.valueOf(reason.getMessage());
    return switch (reason.errno()) {
      case EACCES, EPERM, EROFS, ELOOP -> new StoreFailure.Denied(detail);
      case ENOSPC -> new StoreFailure.NoSpace(detail);
      case EDQUOT -> new StoreFailure.OverQuota(detail);
      case EMFILE, ENFILE -> new StoreFailure.Unavailable(detail);
      default -> new StoreFailure.Broken(detail);
    };
  }

  private void warnNowAndThen(PosixException reason) {
    long now = System.nanoTime();
    long due = nextWarningNanos.get();
    if (now - due >= 0 && nextWarningNanos.compareAndSet(due, now + WARNING_INTERVAL_NANOS)) {
      LOG.warn("no dotlock can be made, going on without: {}", reason.getMessage());
    }
  }

  /// What one pass over the kinds came to.
  private sealed interface Chain {
    record Complete(List<HeldLock> held) implements Chain {}

    record Blocked(String holder, boolean broken) implements Chain {}

    record Hopeless(StoreFailure failure) implements Chain {}
  }
}
