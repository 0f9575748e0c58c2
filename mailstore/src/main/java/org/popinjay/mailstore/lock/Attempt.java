package org.popinjay.mailstore.lock;

import org.popinjay.posix.PosixException;

/// What asking once for one lock came to.
sealed interface Attempt {

  /// It is ours.
  record Got(HeldLock lock) implements Attempt {}

  /// Somebody has it; asking again later may help.
  record Taken(String holder) implements Attempt {}

  /// Somebody's abandoned dotlock was removed; to be asked for again after a second or more, lest
  /// two programs that clean up remove each other's fresh lock.
  record Broken(String holder) implements Attempt {}

  /// It cannot be made here.
  record Impossible(PosixException reason) implements Attempt {}
}
