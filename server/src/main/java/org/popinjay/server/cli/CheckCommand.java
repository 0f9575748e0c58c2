package org.popinjay.server.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.YamlConfigLoader;
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
      "69: a port that another process has, which is no fault while the server runs."
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
    var problems = new ArrayList<>(StartChecks.files(config, settings.file()));
    problems.addAll(StartChecks.ports(config));
    int code = StartChecks.report(problems, spec.commandLine().getErr());
    if (code == ExitCode.FINE) {
      spec.commandLine().getOut().println(settings.file() + ": would start");
      spec.commandLine().getOut().flush();
    }
    return code;
  }
}
