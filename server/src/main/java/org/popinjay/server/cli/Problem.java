package org.popinjay.server.cli;

/// Something on the machine that does not fit the settings.
///
/// @param exitCode what a start would end with; [ExitCode#FINE] for a warning
/// @param subject the setting and its value, `mail.state /var/lib/popinjay`
/// @param what what is wrong
/// @param remedy what to do
record Problem(Kind kind, int exitCode, String subject, String what, String remedy) {

  /// What it lies in.
  enum Kind {
    /// In the settings, or in what they name.
    MACHINE,
    /// In the rights of this process, which the server may have from whoever starts it.
    CAPABILITY,
    /// In a port that another process has.
    PORT_TAKEN
  }

  Problem(int exitCode, String subject, String what, String remedy) {
    this(Kind.MACHINE, exitCode, subject, what, remedy);
  }

  static Problem warning(String subject, String what, String remedy) {
    return new Problem(ExitCode.FINE, subject, what, remedy);
  }

  /// The same, as nothing that keeps a server from starting.
  Problem asWarning() {
    return new Problem(kind, ExitCode.FINE, subject, what, remedy);
  }

  /// Without the name of the program and how bad it is.
  String words() {
    return subject + ": " + what + "; " + remedy;
  }

  @Override
  public String toString() {
    return "popinjay: " + (exitCode == ExitCode.FINE ? "warning: " : "") + words();
  }
}
