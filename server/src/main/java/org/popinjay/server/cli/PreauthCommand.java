package org.popinjay.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.OptionSetting;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.server.local.Relay;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `popinjay preauth`: IMAP on standard input and output, signed in as whoever runs it.
@Command(
    name = "preauth",
    description =
        "Speak IMAP on standard input and output, signed in as whoever runs it (PREAUTH): for"
            + " programs that reach their mail by ssh.",
    footer = {
      "",
      "The server that runs does the work; it has to have control.preauth set. For mutt:",
      "  set tunnel=\"ssh mail.example.org popinjay preauth\"",
      "Ends with 0, 69 if no server listens, 77 if this user may not connect, 78 if the settings",
      "are wrong or name no socket."
    })
final class PreauthCommand implements Callable<Integer> {
  private static final String OF_HIS_OWN =
      "--alone serves by settings of one's own: -c FILE, with a mail.state below one's home";

  private final ServerRun server;
  @Mixin private SettingsSource settings;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "Socket of the server; default: /run/popinjay/preauth.")
  private @Nullable Path socket;

  @Option(
      names = "--alone",
      description =
          "Serve in this process, for one client, where no server runs: by the settings of -c,"
              + " whose mail.state has to be this user's.")
  private boolean alone;

  PreauthCommand(ServerRun server, YamlConfigLoader loader) {
    this.server = server;
    this.settings = new SettingsSource(loader);
  }

  @Override
  public Integer call() {
    if (alone) {
      return serveAlone();
    }
    if (socket != null || !settings.isNamed()) {
      return relay(socket == null ? Relay.STANDARD : socket);
    }
    return switch (settings.load(List.of(), err())) {
      case LoadResult.Faulty _ -> refuse(ExitCode.SETTINGS, "");
      case LoadResult.Loaded loaded ->
          loaded
              .config()
              .control()
              .preauth()
              .map(this::relay)
              .orElseGet(() ->
                  refuse(
                      ExitCode.SETTINGS,
                      settings.file() + ": control.preauth is not set, so that nobody listens"));
    };
  }

  /// A server in a folder of its own, with its socket and its one user.
  private int serveAlone() {
    try (var place = new PrivatePlace()) {
      var options =
          List.of(
              new OptionSetting("--alone", "mail.identity", "process"),
              new OptionSetting("--alone", "mail.asRoot", "true"),
              new OptionSetting("--alone", "metrics.bind", "null"),
              new OptionSetting("--alone", "log.level", "warn"),
              new OptionSetting("--alone", "control.socket", place.file("control").toString()),
              new OptionSetting("--alone", "control.preauth", place.file("preauth").toString()));
      return switch (settings.load(options, err())) {
        case LoadResult.Faulty _ -> refuse(ExitCode.SETTINGS, OF_HIS_OWN);
        case LoadResult.Loaded loaded -> {
          var served =
              settings.served(loaded, options).alone(place.ownUser(), place.file("preauth"));
          int code = StartChecks.report(StartChecks.alone(served.config(), settings.file()), err());
          if (code == ExitCode.FINE) {
            code = server.run(served);
          }
          yield code == ExitCode.FINE ? code : refuse(code, OF_HIS_OWN);
        }
      };
    } catch (IOException e) {
      return refuse(ExitCode.CANNOT_CREATE, "a folder for temporary files: " + e.getMessage());
    }
  }

  private int relay(Path path) {
    SocketChannel connection;
    try {
      connection = Relay.connect(path);
    } catch (BindException e) {
      // What Java makes of EACCES.
      return refuse(
          ExitCode.NO_PERMISSION,
          path
              + " may not be used by this user; everybody has to be let through the folders above"
              + " it");
    } catch (IOException | IllegalArgumentException e) {
      return refuse(
          ExitCode.UNAVAILABLE,
          "no server listens at "
              + path
              + " ("
              + e.getMessage()
              + "); its settings need control.preauth, and --socket PATH or -c FILE tells where it"
              + " is; --alone does without a server");
    }
    try {
      Relay.carry(connection);
      return ExitCode.FINE;
    } catch (IOException e) {
      err().println("popinjay: preauth: " + e.getMessage());
      return ExitCode.UNAVAILABLE;
    }
  }

  /// Says so to the mail program, too, which may show what it hears and nothing else.
  private int refuse(int code, String why) {
    var out = spec.commandLine().getOut();
    out.print("* BYE [UNAVAILABLE] " + farewell(code) + "\r\n");
    out.flush();
    if (!why.isEmpty()) {
      err().println("popinjay: preauth: " + why);
    }
    err().flush();
    return code;
  }

  private static String farewell(int code) {
    return switch (code) {
      case ExitCode.NO_PERMISSION -> "not permitted to this user";
      case ExitCode.SETTINGS -> "the settings are wrong";
      default -> "no server here, try again later";
    };
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
