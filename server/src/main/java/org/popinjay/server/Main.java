package org.popinjay.server;

import org.popinjay.server.cli.PopinjayCommand;

/// Where the program begins: reads the command line and ends with the exit code of its command.
public final class Main {
  private Main() {}

  /// Runs one command.
  ///
  /// @param arguments as typed
  public static void main(String[] arguments) {
    System.exit(
        PopinjayCommand.commandLine(new Lifecycle(System.getenv()), System.getenv())
            .execute(arguments));
  }
}
