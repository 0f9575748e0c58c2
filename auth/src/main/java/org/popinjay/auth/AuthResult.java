package org.popinjay.auth;

import java.time.Duration;

/// What became of an attempt to sign in.
///
/// A client is told the same words whatever the reason of a [Denied]; the reason is for the log.
public sealed interface AuthResult {

  /// The client is who he says.
  record Granted(UserRecord user) implements AuthResult {}

  /// Wrong password, unknown name, closed account. RFC 3206: `[AUTH]`; RFC 5530:
  /// `[AUTHENTICATIONFAILED]`.
  ///
  /// @param reasonForLog one word of [AuthEvents], never for a client
  /// @param answerAfter how long after the attempt began the client may be answered at the earliest
  record Denied(String reasonForLog, Duration answerAfter) implements AuthResult {}

  /// Nobody could find out, or nobody tried. The client must not be told to ask for a new password.
  /// RFC 3206: `[SYS/TEMP]`; RFC 5530: `[UNAVAILABLE]`.
  ///
  /// @param reasonForLog one word of [AuthEvents], never for a client
  record TemporarilyUnavailable(String reasonForLog) implements AuthResult {}
}
