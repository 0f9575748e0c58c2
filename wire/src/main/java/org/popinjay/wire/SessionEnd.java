package org.popinjay.wire;

import java.util.Locale;

/// How a session came to its end.
public enum SessionEnd {
  /// By QUIT or LOGOUT, and all was done that was to be done.
  SIGNED_OFF,
  /// By QUIT, but not everything could be done.
  UPDATE_FAILED,
  /// The client went away.
  CLIENT_GONE,
  /// The client was silent for too long.
  IDLE,
  /// The client did not read what it had asked for.
  WRITE_STALL,
  /// A newer session of the same user took its place.
  REPLACED,
  /// The client sent too many bad commands, or what nobody should have to read.
  BAD_COMMANDS,
  /// The selected mailbox is there no more, or cannot be told from another one.
  MAILBOX_GONE,
  /// A message could not be read to its end.
  STORE_FAILED,
  /// An operator ended it.
  KICKED,
  /// The server stopped.
  SHUTDOWN,
  /// A fault of ours.
  FAULT;

  /// The word for logs and metrics.
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
