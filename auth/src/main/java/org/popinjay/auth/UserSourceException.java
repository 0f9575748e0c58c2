package org.popinjay.auth;

/// A source of users that cannot be used. The message names it, says what is wrong, and what to do.
public final class UserSourceException extends Exception {
  private static final long serialVersionUID = 1L;

  /// @param message a sentence an operator can act on
  public UserSourceException(String message) {
    super(message);
  }

  /// @param message a sentence an operator can act on
  public UserSourceException(String message, Throwable cause) {
    super(message, cause);
  }
}
