package org.popinjay.mailstore.lock;

import java.time.Duration;
import org.popinjay.mailstore.StoreFailure;

/// What an attempt to lock a spool came to. Contention is ordinary on a shared spool, so it is a
/// value.
public sealed interface LockOutcome {

  /// The spool is ours until the lock is closed.
  record Held(SpoolLock lock) implements LockOutcome {}

  /// Somebody else kept it for the whole time allowed.
  ///
  /// @param holder which lock and, if known, whose; for the log
  record Busy(Duration waited, String holder) implements LockOutcome {}

  /// Waiting longer would not help: a dotlock is required and cannot be made, or the system failed.
  record Refused(StoreFailure failure) implements LockOutcome {}
}
