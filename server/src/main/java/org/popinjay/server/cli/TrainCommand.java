package org.popinjay.server.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.popinjay.config.ListenerConfig.Protocol;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.YamlConfigLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `popinjay train`: a demo that is visited for some seconds and ends, for the JVM to write down
/// which classes a start and a session need and how its busiest methods behave, so that it compiles
/// them at once when it serves. Called by the launcher after a build; no operator needs it.
@Command(
    name = "train",
    hidden = true,
    description = "Start a demo, play sessions with it for some seconds and stop.")
final class TrainCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LESSONS = Duration.ofSeconds(12);
  private static final int MANY_MESSAGES = 6_000;
  private static final int POLLS = 25;

  private final ServerRun server;
  private final Map<String, String> environment;

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
    variables.putAll(freePorts());
    var loader = new YamlConfigLoader(variables);
    if (loader.load(demo.settings(), List.of()) instanceof LoadResult.Loaded loaded) {
      var config = loaded.config();
      var settings = new ServedSettings(loader, demo.settings(), List.of(), loaded);
      var running = new Thread(() -> server.run(settings), "training");
      running.setDaemon(true);
      running.start();
      awaitReady(running, addressOf(config, Protocol.IMAP));
      teach(demo, addressOf(config, Protocol.POP3), addressOf(config, Protocol.IMAP));
      return ExitCode.FINE;
    }
    return ExitCode.SETTINGS;
  }

  private static InetSocketAddress addressOf(PopinjayConfig config, Protocol protocol) {
    for (var listener : config.listeners()) {
      if (listener.protocol() == protocol) {
        var bind = listener.bind();
        return new InetSocketAddress(InetAddress.ofLiteral(bind.host()), bind.port());
      }
    }
    throw new IllegalStateException("the demo does not speak " + protocol);
  }

  /// Ports that were free a moment ago, all different.
  private static Map<String, String> freePorts() throws IOException {
    var ports = new HashMap<String, String>();
    var taken = new ArrayList<ServerSocket>();
    try {
      for (var name : DemoDirectory.ports(0).keySet()) {
        var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        taken.add(socket);
        ports.put(name, Integer.toString(socket.getLocalPort()));
      }
    } finally {
      for (var socket : taken) {
        socket.close();
      }
    }
    return ports;
  }

  private static void awaitReady(Thread running, InetSocketAddress address)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try (var socket = new Socket()) {
        socket.connect(address);
        return;
      } catch (IOException e) {
        if (!running.isAlive() || System.nanoTime() > end) {
          throw e;
        }
        Thread.sleep(20);
      }
    }
  }

  /// Plays what a busy day holds: clients that poll, a large mailbox fetched whole and searched, a
  /// spool that another program wrote to.
  private static void teach(DemoDirectory demo, InetSocketAddress pop3, InetSocketAddress imap)
      throws IOException {
    var poller = DemoDirectory.USERS.getFirst();
    var reader = DemoDirectory.USERS.getLast();
    var large = demo.fill(reader, MANY_MESSAGES);
    long end = System.nanoTime() + LESSONS.toNanos();
    int left = MANY_MESSAGES;
    do {
      for (int poll = 0; poll < POLLS; poll++) {
        try (var visitor = new Pop3Visitor(pop3)) {
          visitor.poll(poller);
        }
        try (var visitor = new ImapVisitor(imap, poller)) {
          visitor.poll();
        }
      }
      try (var visitor = new ImapVisitor(imap, reader)) {
        visitor.read();
        left--;
      }
      try (var visitor = new Pop3Visitor(pop3)) {
        visitor.fetch(reader, left--);
      }
      Files.setLastModifiedTime(large, FileTime.fromMillis(0));
    } while (System.nanoTime() < end);
  }
}
