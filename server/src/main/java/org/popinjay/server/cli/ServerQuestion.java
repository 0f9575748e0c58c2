package org.popinjay.server.cli;

import java.io.PrintWriter;
import java.util.List;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.YamlConfigLoader;
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

  /// Asks, and prints why there is no answer where there is none.
  ///
  /// @return an exit code
  final int ask(ControlRequest request, ServerAnswer.Listener listener) {
    return switch (settings.load(List.of(), err())) {
      case LoadResult.Faulty _ -> ExitCode.SETTINGS;
      case LoadResult.Loaded loaded -> {
        try {
          yield new ServerAnswer(loaded.config(), err()).to(request, listener);
        } finally {
          out().flush();
          err().flush();
        }
      }
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
