package org.popinjay.server.cli;

import java.io.InputStream;
import org.popinjay.config.yaml.YamlConfigLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `popinjay auth`, which only holds subcommands.
@Command(name = "auth", description = "See how users sign in.", synopsisSubcommandLabel = "COMMAND")
final class AuthCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private AuthCommand() {}

  static CommandLine commandLine(YamlConfigLoader loader, InputStream in) {
    return new CommandLine(new AuthCommand()).addSubcommand(new AuthTestCommand(loader, in));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command? (auth test USER)");
  }
}
