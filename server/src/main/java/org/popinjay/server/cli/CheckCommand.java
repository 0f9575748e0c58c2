package org.popinjay.server.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.mailstore.mbox.maintenance.MboxMaintenance;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Posix;
import org.popinjay.server.cli.Problem.Kind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `popinjay check`: would the server start, and if not, what is to be done?
@Command(
    name = "check",
    description = "Check the settings file, and every path and port as a start would.",
    footer = {
      "",
      "Exit code 0: would start. 78: wrong settings. 73, 77: a path that cannot be made or used.",
      "69: a port that another process than the server has.",
      "Run it as the user of the server, whose rights to files it tries; rights that only the unit",
      "grants it are named as warnings."
    })
final class CheckCommand implements Callable<Integer> {
  @Mixin private SettingsSource settings;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--explain",
      description = "Print every setting as it holds, and where it came from.")
  private boolean explain;

  CheckCommand(YamlConfigLoader loader) {
    this.settings = new SettingsSource(loader);
  }

  @Override
  public Integer call() {
    var err = spec.commandLine().getErr();
    return switch (settings.load(List.of(), err)) {
      case LoadResult.Faulty _ -> ExitCode.SETTINGS;
      case LoadResult.Loaded loaded -> {
        if (explain) {
          spec.commandLine().getOut().print(loaded.effective().print());
          spec.commandLine().getOut().flush();
        }
        UnbuiltFeatures.warn(loaded.config(), err);
        yield tryEverything(loaded.config());
      }
    };
  }

  private int tryEverything(PopinjayConfig config) {
    var err = spec.commandLine().getErr();
    var problems = new ArrayList<>(StartChecks.files(config, settings.file()));
    problems.addAll(StartChecks.ports(config));
    if (Accounts.own().uid() != 0) {
      // The user of a service has less here than its unit grants it.
      problems.replaceAll(
          problem -> problem.kind() == Kind.CAPABILITY ? problem.asWarning() : problem);
    }
    var server = runningServer(config);
    if (server.isPresent() && problems.removeIf(problem -> problem.kind() == Kind.PORT_TAKEN)) {
      err.println(
          "popinjay: the server runs as process %d; ports that are taken were not tried"
              .formatted(server.getAsInt()));
    }
    int code = StartChecks.report(problems, err);
    if (code == ExitCode.FINE) {
      spec.commandLine().getOut().println(settings.file() + ": would start");
      spec.commandLine().getOut().flush();
    }
    return code;
  }

  /// A server that has the state of these settings: its process, 0 if that is not known.
  private static OptionalInt runningServer(PopinjayConfig config) {
    try {
      return MboxMaintenance.server(Posix.files(), config.mail().state());
    } catch (IOException _) {
      // Then the ports tell what they can.
      return OptionalInt.empty();
    }
  }
}
