package org.popinjay.server.cli;

/// How the program ends, after sysexits.
public final class ExitCode {
  /// All is well.
  public static final int FINE = 0;

  /// The answer is no: a spool is not as it should be, there is no such session, or a sign-in would
  /// not work.
  public static final int FINDINGS = 1;

  /// The command line was wrong (`EX_USAGE`).
  public static final int USAGE = 64;

  /// A file is not what it should be (`EX_DATAERR`).
  public static final int WRONG_DATA = 65;

  /// A file is not there (`EX_NOINPUT`).
  public static final int NO_INPUT = 66;

  /// A user is not known (`EX_NOUSER`).
  public static final int NO_USER = 67;

  /// A port or `mail.state` is in use by another process, or a needed service is missing
  /// (`EX_UNAVAILABLE`).
  public static final int UNAVAILABLE = 69;

  /// A fault of the program itself (`EX_SOFTWARE`).
  public static final int SOFTWARE = 70;

  /// A file cannot be made (`EX_CANTCREAT`).
  public static final int CANNOT_CREATE = 73;

  /// The disk fails (`EX_IOERR`).
  public static final int DISK = 74;

  /// Another program was in the way; later it may work (`EX_TEMPFAIL`).
  public static final int TRY_AGAIN = 75;

  /// A permission is missing (`EX_NOPERM`).
  public static final int NO_PERMISSION = 77;

  /// The settings are wrong (`EX_CONFIG`).
  public static final int SETTINGS = 78;

  private ExitCode() {}
}
