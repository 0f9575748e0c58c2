package org.popinjay.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server among thousands of clients that mean no good goes on serving the others.
class HostileClientsTest {
  @TempDir Path folder;

  @Test
  void aFewHundredHostileClientsKeepNobodyFromTheirMail() throws Exception {
    try (var served = Served.start(folder);
        var good = new Conversation(served.imap());
        var hostile = new HostileClients(served.imap())) {
      good.hear();
      assertThat(good.ask("in LOGIN tea kettle")).startsWith("in OK");
      for (var kind : HostileClients.kinds()) {
        assertThat(hostile.connect(kind, 50)).as(kind.name()).isEqualTo(50);
        assertThat(good.ask("n NOOP")).isEqualTo("n OK NOOP completed");
      }
      assertThat(noops(good, Duration.ofSeconds(2))).isNotEmpty();
      try (var another = new Conversation(served.imap())) {
        another.hear();
        assertThat(another.ask("in LOGIN pot kettle")).startsWith("in OK");
      }
    }
  }

  /// The figures of docs/security.md. Needs a limit of 20,000 descriptors.
  @Test
  @Tag("nightly")
  void tenThousandHostileClientsKeepNobodyFromTheirMail() throws Exception {
    int each = Integer.getInteger("popinjay.hostile", 2000);
    int port = freePort();
    var server = startProcess(port);
    try (var hostile =
        new HostileClients(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
      var good = signedIn(port);
      double before = rssKib(server);
      say("good client alone", noops(good, Duration.ofSeconds(5)), server, hostile);
      for (var kind : HostileClients.kinds()) {
        int connected = hostile.connect(kind, each);
        say(connected + " more of " + kind, noops(good, Duration.ofSeconds(5)), server, hostile);
        if (kind == HostileClients.Kind.SILENT) {
          double perConnection = (rssKib(server) - before) / connected;
          System.err.printf("a silent connection costs %.1f KiB%n", perConnection);
          assertThat(perConnection).isLessThan(32);
        }
      }
      var among = noops(good, Duration.ofSeconds(10));
      say("among all", among, server, hostile);
      assertThat(percentile(among, 99)).isLessThan(100_000_000L);
      try (var another = signedIn(port)) {
        assertThat(another.ask("n NOOP")).isEqualTo("n OK NOOP completed");
      }
      assertThat(server.isAlive()).isTrue();
    } finally {
      server.destroy();
      assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).isZero();
    }
  }

  private static Conversation signedIn(int port) throws IOException {
    var client = new Conversation(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    client.hear();
    assertThat(client.ask("in LOGIN tea kettle")).startsWith("in OK");
    return client;
  }

  /// Asks over and over, and tells how long each answer took.
  private static List<Long> noops(Conversation good, Duration during) throws Exception {
    var times = new ArrayList<Long>();
    long end = System.nanoTime() + during.toNanos();
    while (System.nanoTime() < end) {
      long began = System.nanoTime();
      assertThat(good.ask("n NOOP")).isEqualTo("n OK NOOP completed");
      times.add(System.nanoTime() - began);
      Thread.sleep(5);
    }
    Collections.sort(times);
    return times;
  }

  private static long percentile(List<Long> sorted, int percent) {
    return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }

  private static void say(String what, List<Long> times, Process server, HostileClients hostile)
      throws IOException {
    System.err.printf(
        "%-32s NOOP p50 %.2f ms, p99 %.2f ms; resident %.0f MiB; %d hostile connections open%n",
        what,
        percentile(times, 50) / 1e6,
        percentile(times, 99) / 1e6,
        rssKib(server) / 1024,
        hostile.open());
  }

  private static double rssKib(Process process) throws IOException {
    for (var line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Double.parseDouble(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("no VmRSS of " + process.pid());
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /// A server as the launcher runs it.
  private Process startProcess(int port) throws IOException {
    Files.createDirectories(folder.resolve("spool"));
    var users = Files.writeString(folder.resolve("users"), "tea:{PLAIN}kettle\n");
    Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-r-----"));
    var settings =
        Files.writeString(
            folder.resolve("popinjay.yaml"),
            """
            version: 1
            listeners: [{ protocol: imap, bind: "127.0.0.1:%d" }]
            users: [{ file: users }]
            auth: { cleartext: always }
            mail:
              spool: "spool/{user}"
              folders: "folders/{user}"
              state: state
              identity: process
              asRoot: true
            metrics: { bind: null }
            log: { level: error }
            """
                .formatted(port));
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-Xms16m",
                "-Xmx512m",
                "-XX:MaxDirectMemorySize=512m",
                "-XX:ReservedCodeCacheSize=64m",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                "org.popinjay.server.Main",
                "serve",
                "-c",
                settings.toString())
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    var lines = new BufferedReader(new InputStreamReader(process.getErrorStream(), ISO_8859_1));
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("popinjay: ready")) {
        return process;
      }
      System.err.println(line);
    }
    throw new IOException("the server did not start");
  }
}
