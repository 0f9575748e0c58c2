package org.popinjay.mailstore.mbox.state;

import org.popinjay.posix.PosixException;

/// What writing to the state came to. A full disk is ordinary: users must be able to sign in, read
/// and delete on one, so it is told apart from a broken disk and nothing is thrown.
public sealed interface StateWrite {

  /// It was done.
  record Written() implements StateWrite {}

  /// There is no room, or no quota left; nothing was changed, and it may be tried again later.
  record Full(PosixException cause) implements StateWrite {}

  /// The disk or the system failed; what was to be written must not be taken for durable.
  record Broken(PosixException cause) implements StateWrite {}

  /// The one success.
  StateWrite WRITTEN = new Written();

  /// What an error of a write means.
  static StateWrite of(PosixException cause) {
    return switch (cause.errno()) {
      case ENOSPC, EDQUOT, EFBIG -> new Full(cause);
      default -> new Broken(cause);
    };
  }
}
