package org.popinjay.server.cli;

/// How the program ends, after sysexits.
public final class ExitCode {
  /// All is well.
  public static final int FINE = 0;

  /// The command line was wrong (`EX_USAGE`).
  public static final int USAGE = 64;

  /// A port or `mail.state` is in use by another process, or a needed service is missing
  /// (`EX_UNAVAILABLE`).
  public static final int UNAVAILABLE = 69;

  /// A fault of the program itself (`EX_SOFTWARE`).
  public static final int SOFTWARE = 70;

  /// A file cannot be made (`EX_CANTCREAT`).
  public static final int CANNOT_CREATE = 73;

  /// A permission is missing (`EX_NOPERM`).
  public static final int NO_PERMISSION = 77;

  /// The settings are wrong (`EX_CONFIG`).
  public static final int SETTINGS = 78;

  private ExitCode() {}
}
