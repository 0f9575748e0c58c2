package org.popinjay.server.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Callable;
import org.popinjay.config.BindAddress;
import org.popinjay.config.ListenerConfig;
import org.popinjay.config.ListenerConfig.Tls;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.YamlConfigLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `popinjay health`: whether the server on this machine answers a client, for supervisors that ask
/// by a command.
@Command(
    name = "health",
    description = "Talk to the running server as a client would.",
    footer = {"", "Exit code 0: it answered; 69: it did not."})
final class HealthCommand implements Callable<Integer> {
  @Mixin private SettingsSource settings;
  @Spec private CommandSpec spec = CommandSpec.create();

  HealthCommand(YamlConfigLoader loader) {
    this.settings = new SettingsSource(loader);
  }

  @Override
  public Integer call() {
    var err = spec.commandLine().getErr();
    return switch (settings.load(List.of(), err)) {
      case LoadResult.Faulty _ -> ExitCode.SETTINGS;
      case LoadResult.Loaded(PopinjayConfig config, _) ->
          config.listeners().stream()
              .filter(listener -> listener.tls() != Tls.IMPLICIT)
              .findFirst()
              .map(this::ask)
              .orElseGet(() -> {
                err.println("popinjay: no listener without implicit TLS to talk to");
                return ExitCode.UNAVAILABLE;
              });
    };
  }

  private int ask(ListenerConfig listener) {
    var address = reachable(listener.bind());
    try (var line = new VisitorLine(address)) {
      var greeting = line.hear();
      line.say(
          switch (listener.protocol()) {
            case IMAP -> "a NOOP\r\nb LOGOUT\r\n";
            case POP3, POP2_POP3, POP2 -> "QUIT\r\n";
          });
      var answer = line.hear();
      if (isGood(greeting) && isGood(answer)) {
        return ExitCode.FINE;
      }
      return failed(listener, isGood(greeting) ? answer : greeting);
    } catch (IOException e) {
      return failed(listener, String.valueOf(e.getMessage()));
    }
  }

  private static boolean isGood(String answer) {
    return answer.startsWith("+OK")
        || answer.startsWith("+ ")
        || answer.startsWith("* OK")
        || answer.startsWith("a OK");
  }

  private int failed(ListenerConfig listener, String why) {
    spec.commandLine()
        .getErr()
        .println("popinjay: " + listener.protocol() + ' ' + listener.bind() + ": " + why);
    return ExitCode.UNAVAILABLE;
  }

  private static InetSocketAddress reachable(BindAddress bind) {
    var everywhere = bind.host().equals(BindAddress.ANY) || bind.host().equals("0.0.0.0");
    return new InetSocketAddress(
        everywhere ? InetAddress.getLoopbackAddress() : InetAddress.ofLiteral(bind.host()),
        bind.port());
  }
}
