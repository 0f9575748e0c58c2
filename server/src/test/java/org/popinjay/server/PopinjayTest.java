package org.popinjay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.BindAddress;
import org.popinjay.server.cli.ExitCode;
import org.popinjay.wire.transcript.Awaited;

class PopinjayTest {
  @TempDir Path folder;

  @Test
  void aSessionIsServedAndSeenInTheMetrics() throws Exception {
    try (var served = Served.start(folder)) {
      Spool.write(served.spool("tea"), Spool.AWKWARD);
      try (var tea = served.connect().signIn("tea")) {
        assertThat(tea.ask("STAT")).startsWith("+OK 7 ");
        assertThat(tea.ask("DELE 1")).startsWith("+OK");
        assertThat(tea.ask("QUIT")).startsWith("+OK");
        assertThat(tea.hear()).isEqualTo(Conversation.CLOSED);
      }
      assertThat(http(served, "/ready")).startsWith("HTTP/1.1 200 ");
      // Sessions are counted when they are over, which the client hears first.
      awaitMetric(served, "\npopinjay_pop3_messages_deleted_total 1\\.0\n");
      assertThat(http(served, "/metrics"))
          .contains("\npopinjay_connections_opened_total 1.0\n")
          .contains("\npopinjay_auth_total{mechanism=\"USER\",result=\"granted\"} 1.0\n")
          .contains("\npopinjay_store_opens_total{index=\"full\"} 1.0\n")
          .containsPattern("\npopinjay_sent_bytes_total [1-9]");
    }
  }

  @Test
  void itIsNotReadyWhileTheFolderOfTheSpoolsCannotBeUsed() throws Exception {
    try (var served = Served.start(folder)) {
      assertThat(http(served, "/ready")).startsWith("HTTP/1.1 200 ");
      awaitMetric(served, "\npopinjay_ready 1\\.0\n");
      Files.delete(folder.resolve("spool"));
      assertThat(http(served, "/ready")).startsWith("HTTP/1.1 503 ").doesNotContain("spool");
      Files.createDirectory(folder.resolve("spool"));
      assertThat(http(served, "/ready")).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void whatAnIdlingClientIsToldIsTimed() throws Exception {
    try (var served = Served.start(folder)) {
      var spool = Spool.write(served.spool("tea"), Spool.AWKWARD);
      try (var tea = new Conversation(served.imap())) {
        assertThat(tea.hear()).startsWith("* OK");
        assertThat(tea.ask("a LOGIN tea kettle")).startsWith("a OK");
        assertThat(tea.ask("b SELECT INBOX")).startsWith("* ");
        hearUntil(tea, "b OK");
        assertThat(tea.ask("c IDLE")).startsWith("+ ");
        spool.deliver("news\n");
        hearUntil(tea, "* 8 EXISTS");
        awaitMetric(served, "\npopinjay_imap_idle_announcement_seconds_count 1\n");
        awaitMetric(served, "\npopinjay_store_notice_seconds_count [1-9]");
        assertThat(http(served, "/metrics"))
            .containsPattern("\npopinjay_event_loop_lag_seconds_count\\{loops=\"io\"} [0-9]")
            .containsPattern("\npopinjay_disk_free_bytes\\{place=\"folders\"}");
      }
    }
  }

  private static void hearUntil(Conversation with, String begin) throws IOException {
    String line;
    do {
      line = with.hear();
      assertThat(line).isNotEqualTo(Conversation.CLOSED);
    } while (!line.startsWith(begin));
  }

  private static void awaitMetric(Served served, String pattern) {
    var line = Pattern.compile(pattern);
    Awaited.until(() -> line.matcher(page(served)).find());
  }

  private static String page(Served served) {
    try {
      return http(served, "/metrics");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aStopEndsSessionsWithoutRemovingAnything() throws Exception {
    var served = Served.start(folder);
    var address = served.pop3();
    var spool = Spool.write(served.spool("tea"), Spool.AWKWARD);
    try (var tea = served.connect().signIn("tea");
        var stranger = served.connect()) {
      assertThat(stranger.hear()).startsWith("+OK");
      assertThat(tea.ask("DELE 1")).startsWith("+OK");
      served.close();
      assertThat(tea.hear()).isEqualTo("-ERR [SYS/TEMP] server shutting down");
      assertThat(tea.hear()).isEqualTo(Conversation.CLOSED);
      assertThat(stranger.hear()).isEqualTo("-ERR [SYS/TEMP] server shutting down");
      assertThat(stranger.hear()).isEqualTo(Conversation.CLOSED);
    }
    assertThat(spool.stored()).isEqualTo(Spool.AWKWARD);
    assertThatThrownBy(() -> new Conversation(address)).isInstanceOf(IOException.class);
  }

  @Test
  void uniqueIdsOutliveARestart() throws Exception {
    Files.createDirectories(folder.resolve("spool"));
    Spool.write(folder.resolve("spool/tea"), Spool.AWKWARD);
    var before = uniqueId(3);
    var after = uniqueId(3);
    assertThat(after).startsWith("+OK 3 ").isEqualTo(before);
  }

  @Test
  void oneSocketServesBothFamilies() throws Exception {
    try (var served = Served.start(folder, "listeners:\n  - { protocol: pop3, bind: \"*:0\" }")) {
      int port = served.pop3().getPort();
      assertThat(served.server().listening()).isEqualTo("pop3 *:" + port);
      for (var address : List.of("127.0.0.1", "::1")) {
        try (var client =
            new Conversation(new InetSocketAddress(InetAddress.ofLiteral(address), port))) {
          assertThat(client.hear()).as(address).startsWith("+OK");
        }
      }
    }
  }

  @Test
  void pop2AndPop3AreSpokenWhereTheSettingsSay() throws Exception {
    try (var served =
        Served.start(
            folder,
            """
            listeners:
              - { protocol: pop2, bind: "127.0.0.1:0" }
              - { protocol: pop2+pop3, bind: "127.0.0.1:0" }\
            """)) {
      Spool.write(served.spool("tea"), Spool.AWKWARD);
      try (var client = new Conversation(served.server().addresses().getFirst())) {
        assertThat(client.hear()).isEqualTo("+ POP2 dewey.example server ready");
        assertThat(client.ask("HELO tea kettle")).isEqualTo("#7 messages in INBOX");
        assertThat(http(served, "/metrics"))
            .contains("\npopinjay_auth_total{mechanism=\"HELO\",result=\"granted\"} 1.0\n");
        assertThat(client.ask("QUIT")).isEqualTo("+ OK");
        assertThat(client.hear()).isEqualTo(Conversation.CLOSED);
      }
      try (var client = new Conversation(served.server().addresses().getLast())) {
        assertThat(client.hear()).isEqualTo("+OK POP3 dewey.example POP2 ready");
        assertThat(client.ask("HELO tea kettle")).isEqualTo("#7 messages in INBOX");
        assertThat(client.ask("READ 1")).startsWith("=");
      }
      try (var client = new Conversation(served.server().addresses().getLast())) {
        assertThat(client.hear()).isEqualTo("+OK POP3 dewey.example POP2 ready");
        assertThat(client.ask("CAPA")).startsWith("+OK");
      }
      assertThat(http(served, "/metrics"))
          .contains("\npopinjay_pop2_commands_total{command=\"read\",outcome=\"done\"} 1.0\n");
    }
  }

  @Test
  void oneConnectionTooManyIsToldSo() throws Exception {
    try (var served = Served.start(folder, "limits: { connections: 2 }");
        var first = served.connect();
        var second = served.connect()) {
      assertThat(first.hear()).startsWith("+OK");
      assertThat(second.hear()).startsWith("+OK");
      try (var third = served.connect()) {
        assertThat(third.hear()).startsWith("-ERR [SYS/TEMP]");
        assertThat(third.hear()).isEqualTo(Conversation.CLOSED);
      }
    }
  }

  @Test
  void aPortInUseIsNamedAndNothingStaysOpen() throws Exception {
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var bind = "127.0.0.1:" + other.getLocalPort();
      assertThatThrownBy(() ->
              Served.start(folder, "listeners:\n  - { protocol: pop3, bind: \"" + bind + "\" }"))
          .asInstanceOf(InstanceOfAssertFactories.type(StartException.class))
          .satisfies(e -> {
            assertThat(e.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(e).hasMessageContaining(bind);
          });
    }
    // mail.state is free again: another server can have it.
    Served.start(folder).close();
  }

  @Test
  void aSecondServerOnTheSameStateIsRefused() throws Exception {
    try (var served = Served.start(folder)) {
      assertThat(served.server().addresses()).hasSize(2);
      assertThatThrownBy(() -> Served.start(folder))
          .asInstanceOf(InstanceOfAssertFactories.type(StartException.class))
          .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.UNAVAILABLE));
    }
  }

  @Test
  void wrongSettingsAreRefusedWithAReason() {
    assertThatThrownBy(() -> Served.start(folder, "store: { engine: tape }"))
        .hasMessageContaining("tape")
        .asInstanceOf(InstanceOfAssertFactories.type(StartException.class))
        .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.SETTINGS));
    assertThatThrownBy(() -> Served.start(folder, "users:\n  - file: nowhere"))
        .hasMessageContaining("nowhere")
        .asInstanceOf(InstanceOfAssertFactories.type(StartException.class))
        .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.SETTINGS));
  }

  @Test
  void aForbiddenPortIsNamedWithItsCapability() {
    var refusal =
        Listeners.refusal(new BindAddress("*", 110), new IOException("Permission denied"));
    assertThat(refusal.exitCode()).isEqualTo(ExitCode.NO_PERMISSION);
    assertThat(refusal).hasMessageContaining("*:110").hasMessageContaining("CAP_NET_BIND_SERVICE");
  }

  @Test
  void moreConnectionsThanDescriptorsCarryAreLowered() {
    assertThat(ConnectionsMax.of(OptionalInt.empty(), 20_000)).isEqualTo(14_000);
    assertThat(ConnectionsMax.of(OptionalInt.of(15_000), 20_000)).isEqualTo(14_000);
    assertThat(ConnectionsMax.of(OptionalInt.of(10), 20_000)).isEqualTo(10);
  }

  @Test
  void theHostNameOfTheSettingsWins() {
    assertThat(HostName.of(Optional.of("dewey.example"), Runnable::run)).isEqualTo("dewey.example");
    assertThat(HostName.of(Optional.empty(), Runnable::run)).isNotEmpty();
  }

  private String uniqueId(int number) throws Exception {
    try (var served = Served.start(folder);
        var tea = served.connect().signIn("tea")) {
      return tea.ask("UIDL " + number);
    }
  }

  private static String http(Served served, String path) throws IOException {
    var address = served.server().metricsAddress();
    try (var socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(60_000);
      var request = "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
