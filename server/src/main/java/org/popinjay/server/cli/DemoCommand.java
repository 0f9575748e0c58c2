package org.popinjay.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.ListenerConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.YamlConfigLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `popinjay demo`: a complete server at once, for this machine only, without privileges.
@Command(
    name = "demo",
    description = "Make a folder with two users and their mail, and serve it on this machine.",
    footer = {
      "",
      "Listens on 127.0.0.1: POP3 on N+110, POP2 and POP3 on N+109, IMAP on N+143; under TLS",
      "POP3 on N+995, IMAP on N+993; metrics on N+117.",
      "What is in the folder stays as it is on the next start; delete it to begin anew."
    })
final class DemoCommand implements Callable<Integer> {
  private static final int HIGHEST_BASE = 65_535 - 1_000;

  private final ServerRun server;
  private final Map<String, String> environment;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--dir", paramLabel = "DIR", description = "The folder; default: ./demo.")
  private Path dir = Path.of("demo");

  @Option(
      names = "--port-base",
      paramLabel = "N",
      description = "What the ports are counted from; default: 10000.")
  private @Nullable Integer portBase;

  DemoCommand(ServerRun server, Map<String, String> environment) {
    this.server = server;
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Integer call() {
    var err = spec.commandLine().getErr();
    var demo = new DemoDirectory(dir);
    try {
      demo.make();
    } catch (IOException e) {
      err.println("popinjay: cannot make the demo: " + e.getMessage());
      err.flush();
      return ExitCode.CANNOT_CREATE;
    }
    var loader = new YamlConfigLoader(variables());
    return switch (loader.load(demo.settings(), List.of())) {
      case LoadResult.Faulty faulty -> {
        err.print(faulty.print());
        err.flush();
        yield ExitCode.SETTINGS;
      }
      case LoadResult.Loaded loaded -> {
        UnbuiltFeatures.warn(loaded.config(), err);
        invite(demo, loaded.config(), spec.commandLine().getOut());
        yield server.run(new ServedSettings(loader, demo.settings(), List.of(), loaded));
      }
    };
  }

  private Map<String, String> variables() {
    var variables = new HashMap<>(environment);
    if (portBase != null) {
      if (portBase < 0 || portBase > HIGHEST_BASE) {
        throw new ParameterException(
            spec.commandLine(),
            "--port-base: " + portBase + " (expected 0 to " + HIGHEST_BASE + ")");
      }
      variables.putAll(DemoDirectory.ports(portBase));
    }
    return variables;
  }

  /// Says what to type.
  private static void invite(DemoDirectory demo, PopinjayConfig config, PrintWriter out) {
    out.println("Popinjay demo in " + demo.folder());
    out.println();
    out.println(
        "  In a mail client: account of type IMAP or POP3, server 127.0.0.1, no encryption,");
    out.println("  STARTTLS, or SSL/TLS with an exception for the demo's own certificate,");
    for (var user : DemoDirectory.USERS) {
      out.println("    user " + user.name() + ", password " + user.password());
    }
    out.println();
    config.listeners().forEach(listener -> invite(listener, out));
    config
        .metrics()
        .bind()
        .ifPresent(bind -> out.println("  metrics\n    curl -s http://" + bind + "/metrics"));
    config
        .tls()
        .certificate()
        .ifPresent(file ->
            out.println(
                "  -k takes any certificate; --cacert " + file + " takes the demo's alone."));
    out.println();
    out.println("  Settings: " + demo.settings() + ". Stop with Ctrl-C.");
    out.flush();
  }

  private static void invite(ListenerConfig listener, PrintWriter out) {
    var guest = DemoDirectory.USERS.getFirst();
    boolean imap = listener.protocol() == ListenerConfig.Protocol.IMAP;
    boolean tls = listener.tls() == ListenerConfig.Tls.IMPLICIT;
    var curl =
        "    curl -s" + (tls ? "k" : "") + " --user " + guest.name() + ':' + guest.password() + ' ';
    var url = (imap ? "imap" : "pop3") + (tls ? "s" : "") + "://" + listener.bind() + '/';
    out.println(
        "  %s on port %d%s"
            .formatted(listener.protocol(), listener.bind().port(), tls ? ", under TLS" : ""));
    out.println(curl + url);
    out.println(curl + (imap ? "'" + url + "INBOX;MAILINDEX=1'" : url + '1'));
  }
}
