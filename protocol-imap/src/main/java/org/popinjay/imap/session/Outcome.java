package org.popinjay.imap.session;

import org.jspecify.annotations.Nullable;
import org.popinjay.imap.response.Condition;
import org.popinjay.imap.response.ResponseCode;

/// What became of a command.
public sealed interface Outcome {

  /// It is to be completed with these words (RFC 9051, section 7.1).
  ///
  /// @param condition OK, NO or BAD
  /// @param text of our own making
  record Completed(Condition condition, @Nullable ResponseCode code, String text)
      implements Outcome {}

  /// What was to be sent could not be brought to its end; nothing may follow but the close.
  enum CutOff implements Outcome {
    /// There is one kind only.
    CUT_OFF
  }

  /// The session cannot go on: untagged last words instead of a completion, then the close.
  record Ended(@Nullable ResponseCode code, String text) implements Outcome {}

  /// The command goes on, and completes itself later (IDLE).
  enum Continues implements Outcome {
    /// There is one kind only.
    CONTINUES
  }

  /// Done.
  static Outcome ok(String text) {
    return new Completed(Condition.OK, null, text);
  }

  /// Done, and something for programs.
  static Outcome ok(@Nullable ResponseCode code, String text) {
    return new Completed(Condition.OK, code, text);
  }

  /// Refused or failed.
  static Outcome no(ResponseCode code, String text) {
    return new Completed(Condition.NO, code, text);
  }

  /// Not understood, or not allowed now; nothing was changed.
  static Outcome bad(String text) {
    return new Completed(Condition.BAD, null, text);
  }
}
