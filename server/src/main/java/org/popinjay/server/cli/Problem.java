package org.popinjay.server.cli;

/// Something on the machine that does not fit the settings.
///
/// @param exitCode what a start would end with; [ExitCode#FINE] for a warning
/// @param subject the setting and its value, `mail.state /var/lib/popinjay`
/// @param what what is wrong
/// @param remedy what to do
record Problem(int exitCode, String subject, String what, String remedy) {

  static Problem warning(String subject, String what, String remedy) {
    return new Problem(ExitCode.FINE, subject, what, remedy);
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
