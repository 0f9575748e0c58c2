package org.popinjay.server.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.popinjay.config.BindAddress;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.YamlConfigLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `popinjay train`: a demo that has one visitor and ends, for the JVM to write down which classes
/// a start and a session need. Called by the launcher after a build; no operator needs it.
@Command(
    name = "train",
    hidden = true,
    description = "Start a demo, play one session with it and stop.")
final class TrainCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int TIMEOUT_MILLIS = 10_000;

  private final ServerRun server;
  private final Map<String, String> environment;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--dir", paramLabel = "DIR", required = true, description = "Folder to use.")
  private Path dir = Path.of("");

  TrainCommand(ServerRun server, Map<String, String> environment) {
    this.server = server;
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    var demo = new DemoDirectory(dir);
    demo.make();
    var variables = new HashMap<>(environment);
    DemoDirectory.ports(0).keySet().forEach(name -> variables.put(name, freePort()));
    if (new YamlConfigLoader(variables).load(demo.settings(), List.of())
        instanceof LoadResult.Loaded(PopinjayConfig config, _)) {
      var running = new Thread(() -> server.run(config, demo.settings()), "training");
      running.setDaemon(true);
      running.start();
      try (var visitor = visit(running, config.listeners().getFirst().bind())) {
        return converse(visitor);
      }
    }
    return ExitCode.SETTINGS;
  }

  /// A port that was free a moment ago.
  private static String freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Integer.toString(socket.getLocalPort());
    } catch (IOException e) {
      throw new IllegalStateException("no free port", e);
    }
  }

  private static Socket visit(Thread running, BindAddress bind)
      throws IOException, InterruptedException {
    var address = new InetSocketAddress(InetAddress.ofLiteral(bind.host()), bind.port());
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        var socket = new Socket();
        socket.connect(address, TIMEOUT_MILLIS);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
      } catch (IOException e) {
        if (!running.isAlive() || System.nanoTime() > end) {
          throw e;
        }
        Thread.sleep(20);
      }
    }
  }

  /// What a mail client says that polls.
  private int converse(Socket socket) throws IOException {
    var guest = DemoDirectory.USERS.getFirst();
    var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
    in.readLine();
    for (var command :
        List.of(
            "CAPA",
            "USER " + guest.name(),
            "PASS " + guest.password(),
            "STAT",
            "LIST",
            "UIDL",
            "TOP 1 5",
            "RETR 1",
            "RETR 4",
            "DELE 1",
            "NOOP",
            "QUIT")) {
      socket.getOutputStream().write((command + "\r\n").getBytes(ISO_8859_1));
      var answer = in.readLine();
      if (answer == null || !answer.startsWith("+OK")) {
        spec.commandLine().getErr().println(command + ": " + answer);
        return ExitCode.UNAVAILABLE;
      }
      boolean manyLines = List.of("CAPA", "LIST", "UIDL", "TOP 1 5").contains(command);
      if (manyLines || command.startsWith("RETR")) {
        for (var line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
          // Only the reading matters.
        }
      }
    }
    return ExitCode.FINE;
  }
}
