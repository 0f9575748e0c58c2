package org.popinjay.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.LogConfig;
import org.popinjay.server.log.Logging;

/// No password comes out of the server again, whatever way it went in: right, wrong, garbled, too
/// early or too long. Everything the server writes is looked through: the log at its most
/// talkative, the trace of all sessions, the metrics, the answers, and what it keeps in
/// `mail.state`.
class SecretsTest {
  private static final String RIGHT = "Tr0ub4dor-right";
  private static final String WRONG = "Tr0ub4dor-wrong";

  /// What both have in common, and its base64 wherever it lies in a longer text.
  private static final List<String> TRACES =
      List.of("Tr0ub4dor", base64("Tr0ub4dor"), base64("r0ub4d"), base64("0ub4do"));

  @TempDir Path folder;

  @AfterAll
  static void backToStandardError() throws IOException {
    Logging.start(LogConfig.DEFAULTS);
  }

  @Test
  void noPasswordComesOutAgain() throws Exception {
    var log = folder.resolve("log");
    var heard = new ArrayList<String>();
    try (var _ = Logging.start(talkative(log))) {
      try (var served = served()) {
        for (var line : pop3()) {
          heard.addAll(say(served.pop3(), line));
        }
        for (var line : imap()) {
          heard.addAll(say(served.imap(), line));
        }
        for (var line : pop2()) {
          heard.addAll(say(served.server().addresses().getLast(), line));
        }
        heard.add(metrics(served.server().metricsAddress()));
        awaitTrace();
      }
    }
    assertThat(Files.readString(log)).contains("sign-in failed user=");
    assertThat(heard).anyMatch(line -> line.startsWith("+OK 0 messages"));
    assertThat(heard).anyMatch(line -> line.startsWith("a OK [CAPABILITY"));
    assertThat(heard).anyMatch(line -> line.startsWith("#0 messages"));
    assertThat(Files.readString(folder.resolve("trace"))).contains("HELO tea <hidden>");
    assertThat(TRACES).anyMatch(plain("tea", RIGHT)::contains).anyMatch(base64(WRONG)::contains);
    for (var trace : TRACES) {
      assertThat(heard).noneMatch(line -> line.contains(trace));
      assertThat(Files.readString(log)).doesNotContain(trace);
      assertThat(Files.readString(folder.resolve("trace"))).doesNotContain(trace);
      for (var file : filesBelow(folder.resolve("state"))) {
        assertThat(new String(Files.readAllBytes(file), UTF_8)).doesNotContain(trace);
      }
    }
  }

  private Served served() throws IOException, StartException {
    var served =
        Served.settings(
            folder,
            """
            listeners:
              - { protocol: pop3, bind: "127.0.0.1:0" }
              - { protocol: imap, bind: "127.0.0.1:0" }
              - { protocol: pop2+pop3, bind: "127.0.0.1:0" }\
            """,
            "auth: { failureDelay: 0s, maxFailures: 100 }",
            "log: { traceFile: trace }");
    Files.writeString(folder.resolve("users"), "tea:{PLAIN}" + RIGHT + "\n");
    Files.setPosixFilePermissions(
        folder.resolve("users"), PosixFilePermissions.fromString("rw-r-----"));
    return new Served(folder, served, Popinjay.start(served, () -> 0));
  }

  /// Waits until the trace has the ends of all sessions.
  private void awaitTrace() throws IOException, InterruptedException {
    int sessions = pop3().size() + imap().size() + pop2().size();
    while (Files.readString(folder.resolve("trace")).split(" -- closed", -1).length <= sessions) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private static LogConfig talkative(Path log) {
    return new LogConfig(
        LogConfig.Level.DEBUG,
        LogConfig.Format.TEXT,
        LogConfig.Statistics.OFF,
        Optional.empty(),
        List.of(),
        List.of(),
        1000,
        Optional.of(log),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  /// Where POP2 or POP3 is spoken.
  private static List<String> pop2() {
    return List.of(
        "HELO tea " + RIGHT,
        "HELO tea " + WRONG,
        "helo\ttea\t" + WRONG + " x",
        "HELO te\\ a " + WRONG,
        "HELO tea " + WRONG + "\\",
        "HELO tea " + RIGHT + "\r\nHELO tea " + WRONG,
        "HELP tea " + WRONG,
        "USER tea\r\nPASS " + RIGHT);
  }

  private static List<String> pop3() {
    return List.of(
        "USER tea\r\nPASS " + RIGHT,
        "USER tea\r\nPASS " + WRONG,
        "PASS " + WRONG,
        "USER tea\r\nPASS\t" + WRONG,
        "USER tea\r\nPSAS " + WRONG,
        "USER tea " + WRONG,
        "AUTH PLAIN " + plain("tea", RIGHT),
        "AUTH PLAIN " + plain("tea", WRONG),
        "AUTH PLAIN " + plain("tea", WRONG) + "!",
        "AUTH PLAIN " + plain("tea", WRONG) + " x",
        "AUTH PLAIN\r\n" + plain("nobody", WRONG),
        "AUTH NONE " + plain("tea", WRONG),
        "AUTH LOGIN\r\n" + base64("tea") + "\r\n" + base64(WRONG),
        "USER tea\r\nPASS " + WRONG + "x".repeat(3000),
        "USER tea\r\nPASS " + WRONG + "\0",
        "USER tea\r\nPASS " + RIGHT + "\r\nPASS " + RIGHT);
  }

  private static List<String> imap() {
    return List.of(
        "a LOGIN tea " + RIGHT,
        "a LOGIN tea \"" + WRONG + "\"",
        "a LOGIN tea {15+}\r\n" + WRONG,
        "a LOGIN tea " + WRONG + " x",
        "a LOGIN tea (" + WRONG,
        "a LOGIN \"" + WRONG + "\\x\" y",
        "a LOGIM tea " + WRONG,
        "a AUTHENTICATE PLAIN " + plain("tea", RIGHT),
        "a AUTHENTICATE PLAIN " + plain("tea", WRONG),
        "a AUTHENTICATE PLAIN " + plain("tea", WRONG) + "!",
        "a AUTHENTICATE PLAIN\r\n" + plain("nobody", WRONG),
        "a AUTHENTICATE NONE " + plain("tea", WRONG),
        "a AUTHENTICATE LOGIN\r\n" + base64("tea") + "\r\n" + base64(WRONG),
        "a LOGIN tea " + WRONG + "x".repeat(20_000),
        "a LOGIN tea " + RIGHT + "\r\nb LOGIN tea " + RIGHT);
  }

  private static List<String> say(InetSocketAddress server, String lines) throws IOException {
    var heard = new ArrayList<String>();
    try (var client = new Conversation(server)) {
      heard.add(client.hear());
      heard.add(client.ask(lines + "\r\nQUIT\r\nz LOGOUT"));
      for (var line = heard.getLast(); !line.equals(Conversation.CLOSED); ) {
        line = hear(client);
        heard.add(line);
      }
    }
    return heard;
  }

  private static String hear(Conversation client) {
    try {
      return client.hear();
    } catch (IOException _) {
      return Conversation.CLOSED;
    }
  }

  private static String metrics(InetSocketAddress server) throws IOException {
    var page = new StringBuilder();
    try (var client = new Conversation(server)) {
      page.append(client.ask("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"));
      for (var line = hear(client); !line.equals(Conversation.CLOSED); line = hear(client)) {
        page.append(line).append('\n');
      }
    }
    assertThat(page).contains("popinjay_auth_total");
    return page.toString();
  }

  private static List<Path> filesBelow(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static String plain(String user, String password) {
    return base64("\0" + user + "\0" + password);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
