package org.popinjay.server.cli;

import java.util.concurrent.Callable;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.server.control.ControlAnswer;
import org.popinjay.server.control.ControlClient;
import org.popinjay.server.control.ControlRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `popinjay explain USER`: would he be let in, and if not, why?
@Command(
    name = "explain",
    description = "Show what the server knows of a user, and whether he would be let in.",
    footer = {
      "",
      "A line that begins with ! says what stands in the way. No password is asked; `popinjay auth",
      "test` tries one. Exit code 1: a sign-in would not work.",
      ServerQuestion.EXIT_CODES
    })
final class ExplainCommand extends ServerQuestion implements Callable<Integer> {
  @Parameters(paramLabel = "USER", description = "The name, as a client would send it.")
  private String user = "";

  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  private String section = "";
  private boolean works;

  ExplainCommand(YamlConfigLoader loader) {
    super(loader);
  }

  @Override
  public Integer call() {
    int code = ask(new ControlRequest.Explain(user), this::print);
    return code == ExitCode.FINE && !works ? ExitCode.FINDINGS : code;
  }

  private void print(ControlAnswer.Item answer) {
    if (answer instanceof ControlAnswer.Verdict(boolean would, var _)) {
      works = would;
    }
    if (json) {
      out().println(ControlClient.json(answer));
    } else if (answer instanceof ControlAnswer.Finding finding) {
      if (!finding.section().equals(section)) {
        section = finding.section();
        out().println(section);
      }
      out().println((finding.hinders() ? "! " : "  ") + finding.subject() + ": " + finding.words());
    } else if (answer instanceof ControlAnswer.Verdict(boolean _, var words)) {
      out().println(words);
    }
  }
}
