package org.popinjay.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.server.control.ControlAnswer;
import org.popinjay.server.control.ControlClient;
import org.popinjay.server.control.ControlException;
import org.popinjay.server.control.ControlRequest;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// What commands have in common that ask the server that runs: where it is, and what to say when it
/// does not answer.
abstract class ServerQuestion {
  static final String EXIT_CODES =
      "Exit code 69: no server runs. 77: only root and the user of the server may ask.";

  @Mixin private SettingsSource settings;
  @Spec private CommandSpec spec = CommandSpec.create();

  ServerQuestion(YamlConfigLoader loader) {
    this.settings = new SettingsSource(loader);
  }

  /// Has answers as they come.
  interface Listener {

    /// The next answer but the last.
    void heard(ControlAnswer.Item answer);
  }

  /// Asks, and prints why there is no answer where there is none.
  ///
  /// @return an exit code
  final int ask(ControlRequest request, Listener listener) {
    return switch (settings.load(List.of(), err())) {
      case LoadResult.Faulty _ -> ExitCode.SETTINGS;
      case LoadResult.Loaded loaded -> {
        var config = loaded.config();
        var path = config.control().socketOr(config.mail().state());
        try (var client = ControlClient.ask(path, request)) {
          yield hear(client, listener);
        } catch (ControlException e) {
          err().println("popinjay: " + e.getMessage());
          yield code(e.reason());
        } catch (IOException e) {
          err().println("popinjay: " + path + ": " + e.getMessage());
          yield ExitCode.UNAVAILABLE;
        } finally {
          out().flush();
          err().flush();
        }
      }
    };
  }

  private int hear(ControlClient client, Listener listener) throws ControlException {
    while (true) {
      var answer = client.next();
      if (answer.isEmpty()) {
        err().println("popinjay: the server went away");
        return ExitCode.UNAVAILABLE;
      }
      switch (answer.get()) {
        case ControlAnswer.Done _ -> {
          return ExitCode.FINE;
        }
        case ControlAnswer.Refused(var reason, var why) -> {
          why.lines().forEach(line -> err().println("popinjay: " + line));
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

  /// Where answers are printed.
  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /// Where faults are printed.
  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /// The command, for faults of its line.
  final CommandSpec spec() {
    return spec;
  }
}
