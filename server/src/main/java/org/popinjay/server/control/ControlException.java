package org.popinjay.server.control;

/// The server that runs cannot be asked. The message is a sentence that an operator can act on.
public final class ControlException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /// Kinds of causes.
  public enum Reason {
    /// No server listens there.
    NOT_RUNNING,
    /// Only root and the server's own user may ask.
    NO_PERMISSION,
    /// There is something else than a server, or the place cannot be used.
    UNUSABLE
  }

  ControlException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /// Why.
  public Reason reason() {
    return reason;
  }
}
