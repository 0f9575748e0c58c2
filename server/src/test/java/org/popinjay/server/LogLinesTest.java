package org.popinjay.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.auth.AuthEvents;
import org.popinjay.auth.FailureLog;
import org.popinjay.auth.Origin;
import org.popinjay.config.LogConfig;
import org.popinjay.server.log.Logging;
import org.popinjay.wire.SessionEnd;
import org.popinjay.wire.transcript.RecordCopy;

/// Holds `docs/logging.md` against the lines that are really written.
class LogLinesTest {
  private static final Path PAGE = Path.of("..", "docs", "logging.md");

  @TempDir private Path folder;

  @AfterAll
  static void backToStandardError() throws IOException {
    Logging.start(LogConfig.DEFAULTS);
  }

  @Test
  void theLinesOfThePageAreTheLinesOfTheLog() throws Exception {
    var written = new TreeSet<String>();
    for (var line : lines()) {
      if (line.contains(" popinjay.")) {
        written.add(shape(line));
      }
    }
    var documented = new TreeSet<String>();
    for (var line : Files.readAllLines(PAGE)) {
      if (line.startsWith("2026-") && line.contains(" popinjay.") && !line.endsWith("...")) {
        documented.add(shape(line));
      }
    }
    assertThat(written).isEqualTo(documented);
  }

  @Test
  void sessionsOfPop2AreCalledSo() throws Exception {
    assertThat(lines())
        .anyMatch(line ->
            line.contains("popinjay.session: protocol=pop2 ")
                && line.endsWith(" end=signed-off tls=none commands=1"))
        .anyMatch(line -> line.endsWith(" protocol=pop2 mechanism=HELO reason=bad-password"));
  }

  @Test
  void thePageHasEveryEndAndEveryReason() throws IOException {
    var page = Files.readString(PAGE);
    for (var end : SessionEnd.values()) {
      assertThat(page).contains("`" + end.word() + "`");
    }
    for (var reason :
        List.of(
            AuthEvents.BAD_PASSWORD,
            AuthEvents.UNKNOWN_USER,
            AuthEvents.BAD_NAME,
            AuthEvents.ACCOUNT_CLOSED,
            AuthEvents.IN_THE_CLEAR,
            AuthEvents.NOT_ADMITTED,
            AuthEvents.NOT_ADMIN,
            AuthEvents.REFUSED_ADDRESS,
            AuthEvents.BUSY,
            AuthEvents.BACKEND)) {
      assertThat(page).contains("`" + reason + "`");
    }
  }

  /// What a server logs of three sessions and of sign-ins that fail.
  private List<String> lines() throws Exception {
    var file = folder.resolve("log");
    var settings =
        RecordCopy.changed(
            RecordCopy.changed(LogConfig.DEFAULTS, "file", Optional.of(file)), "uwLines", true);
    try (var _ = Logging.start(settings)) {
      sessions();
      var failures = new FailureLog(() -> 0);
      for (int i = 0; i < 100; i++) {
        failures.denied(origin(), "tea", AuthEvents.BAD_PASSWORD);
      }
      failures.unavailable(origin(), "tea", AuthEvents.BUSY, "");
      failures.unavailable(origin(), "tea", AuthEvents.BACKEND, "users: not \"readable\"");
    }
    return Files.readAllLines(file);
  }

  private void sessions() throws Exception {
    try (var served =
        Served.start(
            folder,
            """
            listeners:
              - { protocol: pop3, bind: "127.0.0.1:0" }
              - { protocol: imap, bind: "127.0.0.1:0" }
              - { protocol: pop2, bind: "127.0.0.1:0" }
            """)) {
      Spool.write(served.spool("tea"), Spool.AWKWARD);
      try (var tea = served.connect().signIn("tea")) {
        assertThat(tea.ask("QUIT")).startsWith("+OK");
        assertThat(tea.hear()).isEqualTo(Conversation.CLOSED);
      }
      for (var password : List.of("wrong", "kettle")) {
        try (var tea = new Conversation(served.server().addresses().getLast())) {
          assertThat(tea.hear()).startsWith("+ POP2");
          assertThat(tea.ask("HELO tea " + password))
              .startsWith(password.equals("wrong") ? "- " : "#");
          if (password.equals("kettle")) {
            assertThat(tea.ask("QUIT")).startsWith("+");
          }
          assertThat(tea.hear()).isEqualTo(Conversation.CLOSED);
        }
      }
      try (var tea = new Conversation(served.imap())) {
        assertThat(tea.hear()).startsWith("* OK");
        assertThat(tea.ask("a LOGIN tea wrong")).startsWith("a NO");
        assertThat(tea.ask("a LOGIN tea kettle")).startsWith("a OK");
        assertThat(tea.ask("b LOGOUT")).startsWith("* BYE");
        assertThat(tea.hear()).startsWith("b OK");
        assertThat(tea.hear()).isEqualTo(Conversation.CLOSED);
      }
    }
  }

  private static Origin origin() {
    return new Origin(InetAddress.getLoopbackAddress(), "pop3", "USER");
  }

  /// Level, logger and words of a line, with the keys alone of what has a value.
  private static String shape(String line) {
    var words = new ArrayList<String>();
    boolean quoted = false;
    for (var word : line.substring(line.indexOf(' ')).strip().split(" +", -1)) {
      boolean goesOn = quoted;
      long quotes = word.chars().filter(c -> c == '"').count();
      long escaped = word.split("\\\\\"", -1).length - 1L;
      quoted ^= (quotes - escaped) % 2 == 1;
      if (!goesOn) {
        int equals = word.indexOf('=');
        words.add(equals < 0 ? word : word.substring(0, equals + 1));
      }
    }
    return String.join(" ", words);
  }
}
