package org.popinjay.server.cli;

import java.util.concurrent.Callable;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.server.control.ControlAnswer;
import org.popinjay.server.control.ControlRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `popinjay trace USER`: what is said in the sessions of a user, live.
@Command(
    name = "trace",
    description = "Show what is said in all sessions of a user from now on, until Ctrl-C.",
    footer = {
      "",
      "Passwords and the text of messages are hidden. C: is the client, S: the server.",
      ServerQuestion.EXIT_CODES
    })
final class TraceCommand extends ServerQuestion implements Callable<Integer> {
  @Parameters(paramLabel = "USER", description = "The name that the user signs in by.")
  private String user = "";

  TraceCommand(YamlConfigLoader loader) {
    super(loader);
  }

  @Override
  public Integer call() {
    return ask(
        new ControlRequest.Trace(user),
        answer -> {
          if (answer instanceof ControlAnswer.Traced said) {
            out()
                .println(
                    said.at() + ' ' + said.session() + ' ' + said.speaker() + ' ' + said.text());
          } else if (answer instanceof ControlAnswer.Lost(long lines)) {
            out().println(lines + " lines lost");
          }
          out().flush();
        });
  }
}
