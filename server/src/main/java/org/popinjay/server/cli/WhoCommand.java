package org.popinjay.server.cli;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.server.control.ControlAnswer;
import org.popinjay.server.control.ControlClient;
import org.popinjay.server.control.ControlRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `popinjay who`: who is connected to the server that runs, and what he does.
@Command(
    name = "who",
    description = "Show who is connected.",
    footer = {
      "",
      "IDLE is the time since the client last sent something or took output, IN and OUT are",
      "octets without TLS and compression. " + ServerQuestion.EXIT_CODES
    })
final class WhoCommand extends ServerQuestion implements Callable<Integer> {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

  /// To the upper left corner, and everything below away.
  private static final String CLEAR = "\u001b[H\u001b[J";

  @Option(names = "--user", paramLabel = "NAME", description = "Only sessions of this user.")
  private @Nullable String user;

  @Option(names = "--protocol", paramLabel = "NAME", description = "Only imap, pop3 or pop2.")
  private @Nullable String protocol;

  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  @Option(names = "--watch", description = "Look again every 2 seconds, until Ctrl-C.")
  private boolean watch;

  WhoCommand(YamlConfigLoader loader) {
    super(loader);
  }

  @Override
  public Integer call() {
    int code = look();
    while (watch && code == ExitCode.FINE && rest()) {
      code = look();
    }
    return code;
  }

  private int look() {
    var request = new ControlRequest.Who(user, protocol);
    if (json) {
      return ask(request, answer -> out().println(ControlClient.json(answer)));
    }
    var table =
        new Table(
            "SESSION", "PROTO", "USER", "ADDRESS", "TLS", "STATE", "MAILBOX", ">IDLE", ">IN",
            ">OUT");
    var count = new int[1];
    int code =
        ask(
            request,
            answer -> {
              if (answer instanceof ControlAnswer.Session session) {
                count[0]++;
                row(table, session);
              }
            });
    if (code == ExitCode.FINE) {
      if (watch && Terminal.isThere()) {
        out().print(CLEAR);
      }
      table.lines(Terminal.columns()).forEach(out()::println);
      out().println(count[0] == 1 ? "1 connection" : count[0] + " connections");
      out().flush();
    }
    return code;
  }

  private static void row(Table table, ControlAnswer.Session session) {
    table.row(
        session.id(),
        session.protocol(),
        orDash(session.user()),
        session.port() == 0 ? session.address() : session.address() + ' ' + session.port(),
        orDash(session.tls()),
        session.state(),
        orDash(session.mailbox()),
        Amounts.time(session.idleSeconds()),
        Amounts.octets(session.receivedOctets()),
        Amounts.octets(session.sentOctets()));
  }

  private static String orDash(@Nullable String word) {
    return Objects.requireNonNullElse(word, "-");
  }

  private static boolean rest() {
    try {
      Thread.sleep(BETWEEN_LOOKS);
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
