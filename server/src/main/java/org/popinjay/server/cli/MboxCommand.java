package org.popinjay.server.cli;

import org.popinjay.config.yaml.YamlConfigLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `popinjay mbox`, which only holds subcommands.
@Command(
    name = "mbox",
    description = "Look at one spool, or have it put in order.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "stat and verify change nothing and work beside a running server.",
      "Example: popinjay mbox verify /var/mail/alice"
    })
final class MboxCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private MboxCommand() {}

  static CommandLine commandLine(YamlConfigLoader loader) {
    return new CommandLine(new MboxCommand())
        .addSubcommand(new MboxStatCommand(loader))
        .addSubcommand(new MboxVerifyCommand(loader))
        .addSubcommand(new MboxRepairCommand(loader))
        .addSubcommand(new MboxReindexCommand(loader))
        .addSubcommand(new MboxAdoptCommand(loader));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Which command? (mbox stat, verify, repair, reindex, adopt)");
  }
}
