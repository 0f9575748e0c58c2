package org.popinjay.server;

import java.nio.file.Path;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.server.cli.ExitCode;
import org.popinjay.server.cli.PopinjayCommand;

/// Where the program begins: reads the command line and ends with the exit code of its command.
public final class Main {
  private Main() {}

  /// Runs one command.
  ///
  /// @param arguments as typed
  public static void main(String[] arguments) {
    System.exit(PopinjayCommand.commandLine(Main::serve, System.getenv()).execute(arguments));
  }

  private static int serve(PopinjayConfig config, Path configFile) {
    System.err.println("popinjay: this build has no server yet");
    return ExitCode.UNAVAILABLE;
  }
}
