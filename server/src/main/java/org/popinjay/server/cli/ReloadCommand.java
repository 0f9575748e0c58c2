package org.popinjay.server.cli;

import java.util.concurrent.Callable;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.server.control.ControlAnswer;
import org.popinjay.server.control.ControlRequest;
import picocli.CommandLine.Command;

/// `popinjay reload`: has the server take its settings anew, and says what came of it.
@Command(
    name = "reload",
    description = "Have the server read its settings, users and certificates again.",
    footer = {
      "",
      "Exit code 78: they are wrong, and everything stays as it was.",
      ServerQuestion.EXIT_CODES
    })
final class ReloadCommand extends ServerQuestion implements Callable<Integer> {
  private int changes;

  ReloadCommand(YamlConfigLoader loader) {
    super(loader);
  }

  @Override
  public Integer call() {
    int code =
        ask(
            new ControlRequest.Reload(),
            answer -> {
              if (answer instanceof ControlAnswer.Changed(var change, boolean restart)) {
                changes++;
                out().println((restart ? "needs a restart: " : "in effect: ") + change);
              }
            });
    if (code == ExitCode.FINE && changes == 0) {
      out().println("read again, no setting changed");
    } else if (code == ExitCode.SETTINGS) {
      err().println("popinjay: nothing is taken; everything stays as it was");
    }
    out().flush();
    err().flush();
    return code;
  }
}
