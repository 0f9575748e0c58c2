package org.popinjay.server.cli;

import java.util.concurrent.Callable;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.server.control.ControlAnswer;
import org.popinjay.server.control.ControlClient;
import org.popinjay.server.control.ControlRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `popinjay stats`: the figures of the server that runs.
@Command(
    name = "stats",
    description = "Show what the server counts, from its start on.",
    footer = {"", "docs/metrics.md has all of it for Prometheus.", ServerQuestion.EXIT_CODES})
final class StatsCommand extends ServerQuestion implements Callable<Integer> {
  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  private String group = "";

  StatsCommand(YamlConfigLoader loader) {
    super(loader);
  }

  @Override
  public Integer call() {
    return ask(
        new ControlRequest.Stats(),
        answer -> {
          if (json) {
            out().println(ControlClient.json(answer));
          } else if (answer instanceof ControlAnswer.Figure figure) {
            print(figure);
          }
        });
  }

  private void print(ControlAnswer.Figure figure) {
    if (!figure.group().equals(group)) {
      group = figure.group();
      out().println(group);
    }
    out().printf("  %-28s %10s%n", figure.name(), value(figure));
  }

  private static String value(ControlAnswer.Figure figure) {
    return switch (figure.unit()) {
      case "octets" -> Amounts.octets((long) figure.value());
      case "s" ->
          figure.value() < 60
              ? Amounts.number(figure.value()) + " s"
              : Amounts.time((long) figure.value());
      case "" -> Amounts.number(figure.value());
      default -> Amounts.number(figure.value()) + ' ' + figure.unit();
    };
  }
}
