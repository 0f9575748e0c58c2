package org.popinjay.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.SettingException;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.OptionSetting;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.server.supervisor.InetdSocket;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `popinjay serve`: the server in the foreground, with the flags of the classic popper.
@Command(
    name = "serve",
    description = "Run the server in the foreground.",
    footer = {"", "The options -b -d -s -T -t are those of popper; they win over the file."})
final class ServeCommand implements Callable<Integer> {
  private final ServerRun server;
  @Mixin private SettingsSource settings;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "-b", paramLabel = "DIR", description = "Folder of bulletins (bulletins.dir).")
  private @Nullable Path bulletins;

  @Option(names = "-d", description = "Log every step (log.level: debug).")
  private boolean debug;

  @Option(
      names = "-s",
      description = "Log figures of each session at its end (log.statistics: true).")
  private boolean statistics;

  @Option(
      names = "-T",
      paramLabel = "SECS",
      description = "Seconds of silence that end a POP3 session (pop3.idleTimeout).")
  private @Nullable Integer timeout;

  @Option(
      names = "-t",
      paramLabel = "FILE",
      description = "Write what is said in every session to a file (log.traceFile).")
  private @Nullable Path trace;

  @Option(
      names = "--inetd-wait",
      paramLabel = "PROTO",
      description =
          "Serve the listening socket that inetd has on standard input (wait): pop2,"
              + " pop3, pop3s, pop2+pop3, imap or imaps.")
  private @Nullable String inetdWait;

  @Option(
      names = "--inetd",
      paramLabel = "PROTO",
      description = "Serve the one client that inetd has on standard input (nowait), for trying.")
  private @Nullable String inetd;

  @Option(
      names = "--inetd-idle",
      paramLabel = "SECS",
      description = "Seconds without a connection after which inetd listens again; default: 300.")
  private int inetdIdle = 300;

  ServeCommand(ServerRun server, YamlConfigLoader loader) {
    this.server = server;
    this.settings = new SettingsSource(loader);
  }

  @Override
  public Integer call() {
    var err = spec.commandLine().getErr();
    var service = inetdService();
    var flags = classicFlags();
    return switch (settings.load(flags, err)) {
      case LoadResult.Faulty _ -> ExitCode.SETTINGS;
      case LoadResult.Loaded loaded -> {
        int code = StartChecks.report(StartChecks.files(loaded.config(), settings.file()), err);
        UnbuiltFeatures.warn(loaded.config(), err);
        yield code == ExitCode.FINE ? serve(settings.served(loaded, flags), service) : code;
      }
    };
  }

  /// First of all, since standard error leads to the client until the socket is taken.
  private Optional<InetdService> inetdService() {
    try {
      if (inetdWait != null) {
        var name = service("--inetd-wait", inetdWait);
        var idle = Duration.ofSeconds(inetdIdle);
        return Optional.of(InetdService.of(name, InetdSocket.listening(), idle));
      }
      if (inetd != null) {
        var name = service("--inetd", inetd);
        return Optional.of(InetdService.of(name, InetdSocket.connected(), Duration.ZERO));
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new ParameterException(spec.commandLine(), "inetd: " + e.getMessage(), e);
    }
  }

  private String service(String option, String name) {
    if (!InetdService.NAMES.contains(name) || inetdIdle < 1) {
      throw new ParameterException(
          spec.commandLine(),
          option + ": " + name + " (expected one of " + InetdService.NAMES + ")");
    }
    return name;
  }

  private int serve(ServedSettings served, Optional<InetdService> service) {
    try {
      return server.run(service.map(served::on).orElse(served));
    } catch (SettingException e) {
      var err = spec.commandLine().getErr();
      err.println("popinjay: inetd: " + e.getMessage());
      err.flush();
      return ExitCode.SETTINGS;
    }
  }

  /// The flags as settings. Their paths count from where the operator stands, not from the file.
  private List<OptionSetting> classicFlags() {
    var flags = new ArrayList<OptionSetting>();
    if (bulletins != null) {
      flags.add(new OptionSetting("-b", "bulletins.dir", absolute(bulletins)));
    }
    if (debug) {
      flags.add(new OptionSetting("-d", "log.level", "debug"));
    }
    if (statistics) {
      flags.add(new OptionSetting("-s", "log.statistics", "true"));
    }
    if (timeout != null) {
      flags.add(new OptionSetting("-T", "pop3.idleTimeout", timeout + "s"));
    }
    if (trace != null) {
      flags.add(new OptionSetting("-t", "log.traceFile", absolute(trace)));
    }
    return flags;
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }
}
