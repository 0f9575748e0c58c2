package org.popinjay.server;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.popinjay.server.cli.ExitCode;
import org.popinjay.server.cli.PopinjayCommand;
import org.popinjay.server.local.Relay;

/// Where the program begins: reads the command line and ends with the exit code of its command.
public final class Main {
  private Main() {}

  /// Runs one command.
  ///
  /// @param arguments as typed
  public static void main(String[] arguments) {
    var socket = usualRelay(arguments);
    if (socket != null && relayed(socket)) {
      return;
    }
    System.exit(
        PopinjayCommand.commandLine(new Lifecycle(System.getenv()), System.getenv())
            .execute(arguments));
  }

  /// The socket of `preauth` and `preauth --socket PATH`; null for every other command line.
  private static @Nullable Path usualRelay(String[] arguments) {
    if (arguments.length == 0 || !arguments[0].equals("preauth")) {
      return null;
    }
    if (arguments.length == 3 && arguments[1].equals("--socket")) {
      return Path.of(arguments[2]);
    }
    return arguments.length == 1 ? Relay.STANDARD : null;
  }

  /// Does what the command of that name would do in the usual case, without the reading of a
  /// command line, which takes longer than all the rest; a mail program waits.
  ///
  /// @return whether a server was there
  private static boolean relayed(Path socket) {
    SocketChannel server;
    try {
      server = Relay.connect(socket);
    } catch (IOException | IllegalArgumentException _) {
      return false;
    }
    try {
      Relay.carry(server);
    } catch (IOException e) {
      System.err.println("popinjay: preauth: " + e.getMessage());
      System.exit(ExitCode.UNAVAILABLE);
    }
    return true;
  }
}
