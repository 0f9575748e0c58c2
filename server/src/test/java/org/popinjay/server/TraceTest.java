package org.popinjay.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import jakarta.mail.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.popinjay.server.TlsClient.Port;
import org.popinjay.wire.tls.TestCertificates;
import org.popinjay.wire.transcript.LogWitness;

/// What an operator sees of sessions by `popinjay trace` and in the trace file.
@Timeout(180)
class TraceTest extends ControlRig {

  @Test
  void traceShowsWhatIsSaidWithoutSecrets() throws Exception {
    var server = start();
    Spool.write(server.spool("tea"), Spool.AWKWARD);
    try (var there = new Conversation(server.imap());
        var trace = new Watcher("tea")) {
      there.hear();
      there.ask("a LOGIN tea kettle");
      trace.ready(there);
      there.ask("b LOGIN tea kettle");
      there.ask("c AUTHENTICATE PLAIN AHRlYQBrZXR0bGU=");
      untilTagged(there, "d SELECT INBOX");
      untilTagged(there, "e FETCH 1 (UID BODY.PEEK[])");
      untilTagged(there, "f SELECT \u001b[2J\u00e9");
      try (var pop3 = server.connect().signIn("tea");
          var other = server.connect().signIn("pot")) {
        other.ask("STAT");
        pop3.ask("RETR 2");
        pop3.ask("PASS kettle");
        pop3.ask("QUIT");
        while (!pop3.hear().equals(Conversation.CLOSED)) {}
      }
      untilTagged(there, "z LOGOUT");
      var lines = trace.until("S: z OK");
      assertThat(lines)
          .contains(
              "C: b LOGIN <hidden>",
              "C: c AUTHENTICATE <hidden>",
              "C: e FETCH 1 (UID BODY.PEEK[])",
              "S: * 1 FETCH (UID 1 BODY[] {101}",
              "S: <hidden 101 octets>",
              "S: )",
              "C: f SELECT \\x1b[2J\\xe9",
              "C: RETR 2",
              "C: PASS <hidden>",
              "S: +OK dewey.example signing off (7 messages left)",
              "-- closed");
      assertThat(lines).noneMatch(line -> line.contains("kettle") || line.contains("AHRlY"));
      assertThat(lines).noneMatch(line -> line.contains("number 1") || line.equals("C: STAT"));
    }
  }

  @Test
  void aTraceThatNobodyReadsHoldsNobodyUpAndSaysWhatIsLost() throws Exception {
    var server = start();
    try (var client = server.connect().signIn("tea");
        var slow = ask("{\"version\":1,\"request\":\"trace\",\"user\":\"tea\"}")) {
      assertThat(line(slow)).contains("pop3 from 127.0.0.1, user tea");
      for (int i = 0; i < 20; i++) {
        var many = "NOOP\r\n".repeat(500);
        assertThat(client.ask(many + "NOOP")).startsWith("+OK");
        for (int answers = 0; answers < 500; answers++) {
          client.hear();
        }
      }
      var heard = new ArrayList<String>();
      while (heard.isEmpty() || !heard.getLast().contains("\"answer\":\"lost\"")) {
        heard.add(line(slow));
      }
      assertThat(heard).hasSizeGreaterThan(1000);
    }
  }

  @Test
  void aTraceEndsWithItsClient() throws Exception {
    var server = start();
    try (var client = server.connect().signIn("tea")) {
      try (var trace = ask("{\"version\":1,\"request\":\"trace\",\"user\":\"tea\"}")) {
        assertThat(line(trace)).contains("user tea");
      }
      // Each would keep one of the places, if it did not end.
      for (int traces = 0; traces < 40; ) {
        try (var trace = ask("{\"version\":1,\"request\":\"trace\",\"user\":\"tea\"}")) {
          var first = line(trace);
          assertThat(first).containsAnyOf("user tea", "32 others are asking");
          traces += first.contains("user tea") ? 1 : 0;
        }
      }
      assertThat(client.ask("NOOP")).startsWith("+OK");
    }
  }

  @Test
  void theTraceFileHasAllSessionsWithoutSecrets() throws Exception {
    var server = start("log: { traceFile: trace }");
    try (var client = server.connect().signIn("tea")) {
      client.ask("QUIT");
    }
    try (var client = new Conversation(server.imap())) {
      client.hear();
      client.ask("a LOGIN tea {6+}\r\nkettle");
      client.ask("b LOGOUT");
    }
    awaitTrace("S: b OK LOGOUT completed");
    assertThat(Files.readString(folder.resolve("trace")))
        .containsPattern("(?m)^2\\S+Z \\w+ -- pop3 from 127.0.0.1$")
        .contains(" S: +OK POP3 dewey.example ready\n", " C: USER tea\n", " C: PASS <hidden>\n")
        .contains(" C: a LOGIN <hidden>\n", " C: <hidden 6 octets>\n")
        .doesNotContain("kettle");
    assertThat(Files.getPosixFilePermissions(folder.resolve("trace")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void theTraceFileIsOpenedAnewAndTurnedOff() throws Exception {
    var server = start("log: { traceFile: trace }");
    Files.move(folder.resolve("trace"), folder.resolve("trace.1"));
    server.server().take(server.settings());
    try (var client = server.connect().signIn("tea")) {
      awaitTrace("C: USER tea");
      server.server().take(Served.settings(folder));
      client.ask("NOOP");
      client.ask("QUIT");
    }
    Files.delete(folder.resolve("trace"));
    server.server().take(server.settings());
    try (var _ = server.connect().signIn("pot")) {
      awaitTrace("C: USER pot");
    }
    assertThat(Files.readString(folder.resolve("trace"))).doesNotContain("NOOP");
    assertThat(folder.resolve("trace.1")).isEmptyFile();
  }

  @Test
  void aTraceIsNarrowedToUsersAddressesAndOctetsWhileTheServerRuns() throws Exception {
    var server = start("log: { traceFile: trace, traceUsers: [tea], traceOctets: 20 }");
    try (var pot = server.connect().signIn("pot");
        var tea = server.connect().signIn("tea")) {
      pot.ask("STAT");
      tea.ask("LIST 1234567890123456789");
      tea.ask("UIDL");
      awaitTrace("C: UIDL");
      assertThat(Files.readString(folder.resolve("trace")))
          .contains(", user tea\n", " C: LIST 123456789012...\n")
          .doesNotContain("pot", "PASS", "STAT");

      var before = (int) Files.size(folder.resolve("trace"));
      server
          .server()
          .take(
              Served.settings(folder, "log: { traceFile: trace, traceAddresses: [192.0.2.0/24] }"));
      tea.ask("NOOP");
      server
          .server()
          .take(Served.settings(folder, "log: { traceFile: trace, traceAddresses: [127.0.0.1] }"));
      // The event loops of sessions that go on hear of it in their own time.
      awaitTrace(before, ", user pot\n");
      awaitTrace(before, ", user tea\n");
      pot.ask("LAST");
      awaitTrace("C: LAST");
      try (var other = server.connect()) {
        other.ask("QUIT");
      }
      awaitTrace("C: QUIT");
      assertThat(Files.readString(folder.resolve("trace"))).doesNotContain("NOOP");
    }
  }

  @Test
  void atLevelDebugTheLogHasTheSame() throws Exception {
    try (var log = new LogWitness("popinjay.trace", Level.DEBUG)) {
      var server = start("log: { level: debug }");
      try (var client = server.connect().signIn("tea")) {
        client.ask("NOOP");
        server.server().take(Served.settings(folder));
        client.ask("STAT");
        client.ask("QUIT");
      }
      assertThat(log.lines()).isEqualTo(log.lines(Level.DEBUG));
      assertThat(log.lines())
          .extracting(line -> line.replaceFirst("^\\w+ ", ""))
          .contains("C: USER tea", "C: PASS <hidden>", "C: NOOP", "S: +OK")
          .doesNotContain("C: STAT");
    }
  }

  @Test
  void aTraceFileThatIsNotOursAloneIsRefused() throws Exception {
    var trace = folder.resolve("trace");
    Files.createSymbolicLink(trace, folder.resolve("elsewhere"));
    assertThatThrownBy(() -> start("log: { traceFile: trace }"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("ELOOP");
    Files.delete(trace);
    Files.writeString(trace, "");
    Files.setPosixFilePermissions(trace, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> start("log: { traceFile: trace }"))
        .hasMessageContaining("others may do too much with it (chmod 0600)");
    assertThat(folder.resolve("elsewhere")).doesNotExist();
  }

  private void awaitTrace(String words) throws Exception {
    awaitTrace(0, words);
  }

  /// Waits for words behind so many octets.
  private void awaitTrace(int from, String words) throws Exception {
    var file = folder.resolve("trace");
    while (!Files.exists(file) || Files.readString(file).indexOf(words, from) < 0) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  @Test
  void traceShowsWhatIsSaidUnderTlsAndCompression() throws Exception {
    TestCertificates.write(folder, "one", TestCertificates.of("dewey.example"));
    var server =
        start(
            Port.LISTENERS,
            "tls: { certificate: one.pem, key: one.key }",
            "log: { traceFile: trace }");
    var properties = new Properties();
    properties.put("mail.imaps.compress.enable", "true");
    properties.put("mail.imaps.ssl.trust", "*");
    properties.put("mail.imaps.ssl.checkserveridentity", "false");
    var address = Port.IMAPS.of(server.server().addresses());
    try (var store = Session.getInstance(properties).getStore("imaps")) {
      store.connect("127.0.0.1", address.getPort(), "tea", "kettle");
      store.getFolder("INBOX").exists();
    }
    awaitTrace("LOGOUT completed");
    var said = Files.readString(folder.resolve("trace"));
    assertThat(said.substring(said.indexOf(" COMPRESS DEFLATE\n")))
        .containsPattern("C: A\\d+ LIST \"\" \"?INBOX\"?\n")
        .contains("S: * LIST (")
        .containsPattern("C: A\\d+ LOGOUT\n");
    assertThat(said).doesNotContain("kettle", "AHRlYQBrZXR0bGU");
  }

  /// A trace as an operator reads it.
  private final class Watcher implements AutoCloseable {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final SocketChannel channel;

    Watcher(String user) throws IOException {
      channel = ask("{\"version\":1,\"request\":\"trace\",\"user\":\"" + user + "\"}");
      Thread.ofVirtual().start(this::read);
    }

    private void read() {
      var in = new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), UTF_8));
      try {
        for (var line = in.readLine(); line != null; line = in.readLine()) {
          lines.add(spoken(line));
        }
      } catch (IOException _) {
        lines.add(Conversation.CLOSED);
      }
    }

    /// `C: text` of a line of JSON.
    private static String spoken(String json) {
      var speaker = json.substring(json.indexOf("\"speaker\":\"") + 11);
      var text = json.substring(json.indexOf("\"text\":\"") + 8, json.length() - 2);
      return speaker.substring(0, 2) + ' ' + text.replace("\\\"", "\"").replace("\\\\", "\\");
    }

    /// Waits until the trace is on, and forgets what was said until then.
    void ready(Conversation client) throws Exception {
      while (lines.isEmpty()) {
        client.ask("y NOOP");
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }

    List<String> until(String last) throws InterruptedException {
      var heard = new ArrayList<String>();
      while (heard.isEmpty() || !heard.getLast().startsWith(last)) {
        heard.add(Objects.requireNonNull(lines.poll(60, TimeUnit.SECONDS)));
      }
      heard.add(Objects.requireNonNull(lines.poll(60, TimeUnit.SECONDS)));
      return heard;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
