package org.popinjay.server.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.server.control.ControlAnswer;
import org.popinjay.server.control.ControlRequest;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `popinjay kick`: sends clients home.
@Command(
    name = "kick",
    description = "End sessions: the client is told, what it is doing may end, then it is closed.",
    footer = {
      "",
      "POP3 sessions remove nothing. Exit code 1: there is no such session.",
      ServerQuestion.EXIT_CODES
    })
final class KickCommand extends ServerQuestion implements Callable<Integer> {
  @ArgGroup(multiplicity = "1")
  private Whom whom = new Whom();

  /// Exactly one of them is given.
  static final class Whom {
    @Parameters(paramLabel = "SESSION", description = "The session of this name.")
    private @Nullable String session;

    @Option(names = "--user", paramLabel = "NAME", description = "All sessions of this user.")
    private @Nullable String user;

    @Option(names = "--address", paramLabel = "IP", description = "All from this address.")
    private @Nullable String address;
  }

  KickCommand(YamlConfigLoader loader) {
    super(loader);
  }

  @Override
  public Integer call() {
    return ask(
        new ControlRequest.Kick(whom.session, whom.user, whom.address),
        answer -> {
          if (answer instanceof ControlAnswer.Kicked(int sessions)) {
            out().println(sessions == 1 ? "1 session ended" : sessions + " sessions ended");
          }
        });
  }
}
