package org.popinjay.mailstore;

/// An engine cannot start. The message is for the operator and says what to do.
public final class StoreStartException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /// @param message what is wrong and what to do about it
  public StoreStartException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /// What kind of trouble it is; decides the exit code.
  public Reason reason() {
    return reason;
  }

  /// Kinds of trouble.
  public enum Reason {
    /// Another process uses the state folder.
    IN_USE,
    /// Something cannot be created.
    CANNOT_CREATE,
    /// The process lacks a right.
    NO_PERMISSION
  }
}
