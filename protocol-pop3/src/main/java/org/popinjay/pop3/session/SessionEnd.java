package org.popinjay.pop3.session;

/// How a session came to its end.
public enum SessionEnd {
  /// By QUIT, and all was done that was to be done.
  QUIT,
  /// By QUIT, but not everything could be done.
  UPDATE_FAILED,
  /// The client went away.
  CLIENT_GONE,
  /// The client was silent for too long.
  IDLE,
  /// The client did not read what it had asked for.
  WRITE_STALL,
  /// Another session took the maildrop over.
  TAKEN_OVER,
  /// The client sent too many bad commands, or what nobody should have to read.
  BAD_COMMANDS,
  /// A message could not be read to its end.
  STORE_FAILED,
  /// The server stopped.
  SHUTDOWN,
  /// A fault of ours.
  FAULT;

  /// The word for logs and metrics.
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
