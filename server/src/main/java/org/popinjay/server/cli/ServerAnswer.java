package org.popinjay.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.server.control.ControlAnswer;
import org.popinjay.server.control.ControlClient;
import org.popinjay.server.control.ControlException;
import org.popinjay.server.control.ControlRequest;

/// What the server that runs by some settings answers, and what to say when it does not.
///
/// @param err where faults are printed
record ServerAnswer(PopinjayConfig config, PrintWriter err) {

  /// Has answers as they come.
  interface Listener {

    /// The next answer but the last.
    void heard(ControlAnswer.Item answer);
  }

  /// Asks, and prints why there is no answer where there is none.
  ///
  /// @return an exit code
  int to(ControlRequest request, Listener listener) {
    var path = config.control().socketOr(config.mail().state());
    try (var client = ControlClient.ask(path, request)) {
      return hear(client, listener);
    } catch (ControlException e) {
      err.println("popinjay: " + e.getMessage());
      return code(e.reason());
    } catch (IOException e) {
      err.println("popinjay: " + path + ": " + e.getMessage());
      return ExitCode.UNAVAILABLE;
    }
  }

  private int hear(ControlClient client, Listener listener) throws ControlException {
    while (true) {
      var answer = client.next();
      if (answer.isEmpty()) {
        err.println("popinjay: the server went away");
        return ExitCode.UNAVAILABLE;
      }
      switch (answer.get()) {
        case ControlAnswer.Done _ -> {
          return ExitCode.FINE;
        }
        case ControlAnswer.Refused(var reason, var why) -> {
          why.lines().forEach(line -> err.println("popinjay: " + line));
          return code(reason);
        }
        case ControlAnswer.Item item -> listener.heard(item);
      }
    }
  }

  private static int code(ControlException.Reason reason) {
    return switch (reason) {
      case NO_PERMISSION -> ExitCode.NO_PERMISSION;
      case NOT_RUNNING, UNUSABLE -> ExitCode.UNAVAILABLE;
    };
  }

  private static int code(ControlAnswer.Refused.Reason reason) {
    return switch (reason) {
      case USAGE -> ExitCode.USAGE;
      case NO_PERMISSION -> ExitCode.NO_PERMISSION;
      case NOBODY -> ExitCode.FINDINGS;
      case SETTINGS -> ExitCode.SETTINGS;
      case UNAVAILABLE -> ExitCode.UNAVAILABLE;
      case FAULT -> ExitCode.SOFTWARE;
    };
  }
}
