package org.popinjay.pop3.pop2.session;

/// What became of a command.
public enum Outcome {
  /// Answered; the session goes on.
  DONE,
  /// Answered; the session is over, and all was done that was to be done.
  SIGNED_OFF,
  /// Answered with an error, which ends the session: removals were asked for and not carried out.
  NOT_REMOVED,
  /// Answered with an error, which ends the session: the command may not come now.
  REFUSED,
  /// Answered with an error, which ends the session: the store failed.
  STORE_FAILED,
  /// Not answered, or not to the end; nothing may follow but the close.
  CUT_OFF
}
