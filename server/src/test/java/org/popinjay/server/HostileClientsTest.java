package org.popinjay.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.server.TlsClient.Port;
import org.popinjay.wire.tls.TestCertificates;

/// A server among thousands of clients that mean no good goes on serving the others.
class HostileClientsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFewHundredHostileClientsKeepNobodyFromTheirMail(boolean underTls) throws Exception {
    TestCertificates.write(folder, "one", TestCertificates.of("one.example"));
    var port = underTls ? Port.IMAPS : Port.IMAP;
    var tls = "tls: { certificate: one.pem, key: one.key }";
    try (var served = Served.start(folder, Port.LISTENERS, tls)) {
      var imap = port.of(served.server().addresses());
      try (var good = signedIn(imap, underTls);
          var hostile = new HostileClients(imap, underTls)) {
        for (var kind : HostileClients.kinds(underTls)) {
          assertThat(hostile.connect(kind, 50)).as(kind.name()).isEqualTo(50);
          assertThat(good.ask("n NOOP")).isEqualTo("n OK NOOP completed");
        }
        assertThat(noops(good, Duration.ofSeconds(1))).isNotEmpty();
        try (var another = signedIn(imap, underTls)) {
          assertThat(another.ask("n NOOP")).isEqualTo("n OK NOOP completed");
        }
      }
    }
  }

  /// The figures of docs/security.md. Needs a limit of 20,000 descriptors.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("nightly")
  void tenThousandHostileClientsKeepNobodyFromTheirMail(boolean underTls) throws Exception {
    var kinds = HostileClients.kinds(underTls);
    int each = Integer.getInteger("popinjay.hostile", 10_000) / kinds.size();
    try (var server = ServerProcess.start(settings(underTls))) {
      var imap = server.addresses().getFirst();
      try (var hostile = new HostileClients(imap, underTls);
          var good = signedIn(imap, underTls)) {
        say("good client alone", noops(good, Duration.ofSeconds(5)), server, hostile);
        double before = server.residentKib();
        for (var kind : kinds) {
          int connected = hostile.connect(kind, each);
          say(connected + " more of " + kind, noops(good, Duration.ofSeconds(5)), server, hostile);
          if (kind == HostileClients.Kind.SILENT) {
            double perConnection = (server.residentKib() - before) / connected;
            System.err.printf("a silent connection costs %.1f KiB%n", perConnection);
            assertThat(perConnection).isLessThan(32);
          }
        }
        var among = noops(good, Duration.ofSeconds(10));
        say("among all", among, server, hostile);
        assertThat(percentile(among, 99)).isLessThan(100_000_000L);
        try (var another = signedIn(imap, underTls)) {
          assertThat(another.ask("n NOOP")).isEqualTo("n OK NOOP completed");
        }
      }
      assertThat(server.process().isAlive()).isTrue();
      assertThat(server.stop()).isZero();
    }
  }

  private static Conversation signedIn(InetSocketAddress imap, boolean underTls)
      throws IOException {
    var factory = underTls ? TlsClient.trusting().getSocketFactory() : SocketFactory.getDefault();
    var client = new Conversation(factory.createSocket(imap.getAddress(), imap.getPort()));
    client.hear();
    assertThat(client.ask("in LOGIN tea kettle")).startsWith("in OK");
    return client;
  }

  /// Asks over and over, and tells how long each answer took.
  private static List<Long> noops(Conversation good, Duration during) throws Exception {
    var times = new ArrayList<Long>();
    long end = System.nanoTime() + during.toNanos();
    do {
      long began = System.nanoTime();
      assertThat(good.ask("n NOOP")).isEqualTo("n OK NOOP completed");
      times.add(System.nanoTime() - began);
      Thread.sleep(5);
    } while (System.nanoTime() < end);
    Collections.sort(times);
    return times;
  }

  private static long percentile(List<Long> sorted, int percent) {
    return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }

  private static void say(
      String what, List<Long> times, ServerProcess server, HostileClients hostile)
      throws IOException {
    System.err.printf(
        "%-32s NOOP p50 %.2f ms, p99 %.2f ms; resident %.0f MiB; %d hostile connections open%n",
        what,
        percentile(times, 50) / 1e6,
        percentile(times, 99) / 1e6,
        server.residentKib() / 1024,
        hostile.open());
  }

  private Path settings(boolean underTls) throws IOException {
    TestCertificates.write(folder, "one", TestCertificates.of("one.example"));
    return Served.write(
        folder,
        "listeners: [{ protocol: imap, bind: \"127.0.0.1:0\", tls: %s }]"
            .formatted(underTls ? "implicit" : "none"),
        "tls: { certificate: one.pem, key: one.key }",
        "auth: {}",
        "mail: { spool: \"spool/{user}\", folders: \"folders/{user}\", state: state,"
            + " identity: process, asRoot: true }",
        "metrics: { bind: null }",
        "log: { level: error }");
  }
}
