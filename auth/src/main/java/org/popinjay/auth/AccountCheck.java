package org.popinjay.auth;

import java.io.IOException;
import java.time.Duration;

/// A judge of passwords that shows nobody what is stored: PAM, and as well a directory one binds to
/// or a service that looks at tokens.
///
/// Thread-safe. Both questions may block; they are asked on the threads of password checks.
public interface AccountCheck {

  /// What was found.
  sealed interface Verdict {}

  /// The user may come in.
  record Good() implements Verdict {}

  /// The password is another.
  ///
  /// @param delay how long the judge wants the answer to wait; it does not wait itself
  record Wrong(Duration delay) implements Verdict {}

  /// The user may not come in, whatever the password.
  ///
  /// @param reason for an operator
  record Shut(String reason) implements Verdict {}

  /// Judges a password, and then the account.
  ///
  /// @throws IOException when nobody could find out
  Verdict password(byte[] secret, Origin origin) throws IOException;

  /// Judges the account alone, of a user who has proven otherwise who he is.
  ///
  /// @throws IOException when nobody could find out
  Verdict account(Origin origin) throws IOException;
}
