package org.popinjay.pop3.session;

/// What became of a command.
public enum Outcome {
  /// Answered with `+OK`.
  DONE,
  /// Answered with `-ERR`.
  REFUSED,
  /// The answer could not be brought to its end; nothing may follow it but the close.
  CUT_OFF
}
