package org.popinjay.server.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;
import org.popinjay.posix.Programs;

/// What the output goes to.
final class Terminal {
  /// Of what is no terminal.
  static final int ENDLESS = Integer.MAX_VALUE;

  private Terminal() {}

  /// Whether somebody looks at it.
  // JDK 25 gives no console again where there is no terminal.
  @SuppressWarnings("SystemConsoleNull")
  static boolean isThere() {
    var console = System.console();
    return console != null && console.isTerminal();
  }

  /// Columns of a line; without a terminal there is no end to it.
  static int columns() {
    if (!isThere()) {
      return ENDLESS;
    }
    try {
      var stty =
          Programs.start(
              new ProcessBuilder("stty", "size")
                  .redirectInput(ProcessBuilder.Redirect.INHERIT)
                  .redirectError(ProcessBuilder.Redirect.DISCARD));
      try (var said = new Scanner(stty.getInputStream(), StandardCharsets.US_ASCII)) {
        boolean inTime = stty.waitFor(1, TimeUnit.SECONDS);
        if (inTime && said.hasNextInt()) {
          said.nextInt();
          int columns = said.hasNextInt() ? said.nextInt() : 0;
          return columns > 0 ? columns : ENDLESS;
        }
      }
    } catch (IOException _) {
      // Then lines are as long as they are.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return ENDLESS;
  }
}
