package org.popinjay.server;

/// The server cannot start. The message is a sentence that an operator can act on.
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /// @param exitCode one of [org.popinjay.server.cli.ExitCode]
  /// @param message what is wrong and what to do about it
  public StartException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /// What the program ends with.
  public int exitCode() {
    return exitCode;
  }
}
