package org.popinjay.server.cli;

import java.util.Map;
import org.popinjay.config.yaml.YamlConfigLoader;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command `popinjay` itself, which only holds subcommands.
@Command(
    name = "popinjay",
    mixinStandardHelpOptions = false,
    description = "A POP3 and IMAP4 server over classic Unix mbox spools.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Try it at once: popinjay demo", "Settings: docs/configuration.md"})
public final class PopinjayCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private PopinjayCommand() {}

  /// The command line with all subcommands.
  ///
  /// @param server what `serve` and `demo` run
  /// @param environment the variables that settings may name
  public static CommandLine commandLine(ServerRun server, Map<String, String> environment) {
    var loader = new YamlConfigLoader(environment);
    var top = new CommandLine(new PopinjayCommand());
    top.addSubcommand(new DemoCommand(server, environment))
        .addSubcommand(new ServeCommand(server, loader))
        .addSubcommand(new CheckCommand(loader))
        .addSubcommand(new PwCommand(System.in))
        .addSubcommand(AuthCommand.commandLine(loader, System.in))
        .addSubcommand(MboxCommand.commandLine(loader))
        .addSubcommand(new HealthCommand(loader))
        .addSubcommand(new PreauthCommand(server, loader))
        .addSubcommand(ImportCommand.commandLine(System.in))
        .addSubcommand(new WhoCommand(loader))
        .addSubcommand(new KickCommand(loader))
        .addSubcommand(new TraceCommand(loader))
        .addSubcommand(new ExplainCommand(loader))
        .addSubcommand(new StatsCommand(loader))
        .addSubcommand(new ReloadCommand(loader))
        .addSubcommand(new VersionCommand())
        .addSubcommand(new TrainCommand(server, environment))
        .addSubcommand(new ManualCommand())
        .addSubcommand(completion());
    addHelp(top);
    addVersion(top);
    top.setExecutionExceptionHandler(PopinjayCommand::ownFault);
    return top;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command?");
  }

  private static CommandLine completion() {
    var command = new CommandLine(new AutoComplete.GenerateCompletion());
    command.getCommandSpec().usageMessage().hidden(true);
    return command;
  }

  private static void addHelp(CommandLine command) {
    var spec = command.getCommandSpec();
    if (spec.findOption("--help") == null) {
      spec.addOption(
          CommandLine.Model.OptionSpec.builder("-h", "--help")
              .usageHelp(true)
              .type(boolean.class)
              .description("Show this help.")
              .build());
    }
    spec.exitCodeOnInvalidInput(ExitCode.USAGE).exitCodeOnExecutionException(ExitCode.SOFTWARE);
    spec.usageMessage().sortOptions(false);
    command.getSubcommands().values().forEach(PopinjayCommand::addHelp);
  }

  /// What `popinjay version` says, for those who try the option first.
  private static void addVersion(CommandLine top) {
    top.getCommandSpec()
        .versionProvider(VersionCommand::lines)
        .addOption(
            CommandLine.Model.OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .type(boolean.class)
                .description("Print the version.")
                .build());
  }

  private static int ownFault(
      Exception fault, CommandLine command, CommandLine.ParseResult arguments) {
    var err = command.getErr();
    err.println("popinjay: a fault of the program itself; please report what follows");
    fault.printStackTrace(err);
    err.flush();
    return ExitCode.SOFTWARE;
  }
}
