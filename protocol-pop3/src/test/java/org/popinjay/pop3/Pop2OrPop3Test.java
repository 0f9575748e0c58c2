package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.auth.TestUsers;
import org.popinjay.config.AuthConfig;
import org.popinjay.wire.LimitWitness;
import org.popinjay.wire.SessionEvents.Limit;
import org.popinjay.wire.transcript.Awaited;
import org.popinjay.wire.transcript.NoLeaks;

/// One port for POP2 and POP3: the first word decides (RFC 937; RFC 1939, section 4).
@ExtendWith(NoLeaks.class)
class Pop2OrPop3Test {
  private static final String GREETING = "+OK POP3 dewey POP2 ready";

  private final LimitWitness witness = new LimitWitness();
  private final Pop3TestServer server = Pop3TestServer.either(Settings.DEFAULTS.sessions(witness));

  @AfterEach
  void stop() {
    server.close();
    witness.close();
  }

  private Pop3TestClient connect() throws IOException {
    var client = new Pop3TestClient(server.address());
    assertThat(client.line()).isEqualTo(GREETING);
    return client;
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "HELO tea pot | #1 messages in INBOX       | READ  | =16 octets in message 1",
        "helo tea cup | - Bad login                |       |",
        "HELO         | - invalid user name        |       |",
        "USER tea     | +OK send PASS              | PASS pot | +OK 1 messages (16 octets)",
        "user         | -ERR invalid user name     | CAPA  | +OK Capability list follows",
        "APOP tea 00000000000000000000000000000000 | -ERR unknown command | NOOP |"
            + " -ERR not in this state",
        "AUTH PLAIN AHRlYQBwb3Q= | +OK 1 messages (16 octets) | STAT | +OK 1 16",
        "CAPA         | +OK Capability list follows | TOP  | TOP",
        "STLS         | -ERR no TLS here           | NOOP  | -ERR not in this state",
        "PASS pot     | -ERR not in this state     | NOOP  | -ERR not in this state",
        "NOOP         | -ERR not in this state     | USER tea | +OK send PASS",
        "LANG *       | +OK en                      | USER tea | +OK send PASS",
        "UTF8         | +OK UTF8 enabled           | USER tea | +OK send PASS",
        "XTND XLST x  | -ERR                       | USER tea | +OK send PASS",
        "Quit         | +OK signing off            |       |",
        "QUIT now     | +OK signing off            |       |",
        "STAT         | -ERR unknown command       |       |",
        "READ 1       | -ERR unknown command       |       |",
        "HELOS tea pot | -ERR unknown command      |       |",
        "EHLO there   | -ERR unknown command       |       |",
        "''           | -ERR unknown command       |       |",
      })
  void theFirstWordDecidesWhereverTheLineIsCut(
      String first, String answer, String second, String then) throws IOException {
    server.store.deliver("tea", "Subject: one\n\n".getBytes(US_ASCII));
    var said = first + "\r\n" + (second == null ? "" : second + "\r\n");
    for (int cut = 0; cut <= said.length(); cut++) {
      try (var client = connect()) {
        client.send(said.substring(0, cut));
        client.send(said.substring(cut));
        assertThat(client.line()).startsWith(answer);
        assertThat(client.line()).isEqualTo(then);
      }
      server.settle();
    }
  }

  @Test
  void whatIsPipelinedBehindTheFirstLineIsHeard() throws IOException {
    server.store.deliver("tea", "Subject: one\n\n".getBytes(US_ASCII));
    try (var client = connect()) {
      client.send("USER tea\r\nPASS pot\r\nSTAT\r\nQUIT\r\n");
      assertThat(client.lines(4))
          .containsExactly(
              "+OK send PASS", "+OK 1 messages (16 octets)", "+OK 1 16", "+OK dewey signing off");
      assertThat(client.line()).isNull();
    }
    server.settle();
    try (var client = connect()) {
      client.send("HELO tea pot\r\nREAD\r\nRETR\r\nACKS\r\nQUIT\r\n");
      assertThat(client.lines(6))
          .containsExactly(
              "#1 messages in INBOX",
              "=16 octets in message 1",
              "Subject: one",
              "",
              "=0 no such message",
              "+ OK");
      assertThat(client.line()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u0016", "\u0016\3\1\2\0\1\0", "\u0016\3\1\n"})
  void aHandshakeOfTlsIsCountedAndNotAnswered(String hello) throws IOException {
    try (var client = connect()) {
      client.send(hello);
      assertThat(client.line()).isNull();
    }
    Awaited.until(() -> !witness.heard().isEmpty());
    assertThat(witness.heard()).containsExactly(Limit.TLS_ON_PLAIN);
  }

  @Test
  void aFirstLineOf513OctetsIsAnErrorInBoth() throws IOException {
    try (var client = connect()) {
      client.send("x".repeat(600) + "\r\n");
      assertThat(client.line()).isEqualTo("-ERR [SYS/PERM] line too long");
      assertThat(client.line()).isNull();
    }
    assertThat(witness.heard()).containsExactly(Limit.LINE);
  }

  @Test
  void aSlowFirstLineMeetsTheTimeForSignIn() throws IOException {
    var hasty = Settings.DEFAULTS.limits("loginTimeout", Duration.ofSeconds(1)).sessions(witness);
    try (var slow = Pop3TestServer.either(hasty);
        var client = new Pop3TestClient(slow.address())) {
      assertThat(client.line()).isEqualTo(GREETING);
      client.send("HELO tea pot");
      assertThat(client.line()).isEqualTo("-ERR sign-in took too long");
      assertThat(client.line()).isNull();
    }
    assertThat(witness.heard()).containsExactly(Limit.LOGIN_TIMEOUT);
  }

  @Test
  void bareLfEndsTheFirstLineToo() throws IOException {
    server.store.deliver("tea", "Subject: one\n\n".getBytes(US_ASCII));
    try (var client = connect()) {
      client.send("helo tea pot\nquit\n");
      assertThat(client.lines(2)).containsExactly("#1 messages in INBOX", "+ OK");
    }
    try (var client = connect()) {
      client.send("user tea\nquit\n");
      assertThat(client.lines(2)).containsExactly("+OK send PASS", "+OK dewey signing off");
    }
  }

  @Test
  void pop2IsRefusedWherePasswordsMayNotTravelAndPop3SaysSoItsOwnWay() throws IOException {
    var never = Settings.DEFAULTS.auth("cleartext", AuthConfig.Cleartext.NEVER);
    try (var strict = Pop3TestServer.either(never)) {
      try (var client = new Pop3TestClient(strict.address())) {
        client.line();
        assertThat(client.ask("HELO tea pot")).isEqualTo("- POP2 needs a trusted network");
        assertThat(client.line()).isNull();
      }
      try (var client = new Pop3TestClient(strict.address())) {
        client.line();
        assertThat(client.ask("USER tea")).isEqualTo("-ERR TLS required");
      }
    }
  }

  @Test
  void bothAreSpokenAtOnce() throws Exception {
    both(100);
  }

  @Tag("nightly")
  @Test
  void bothAreSpokenAtOnceByAThousandEach() throws Exception {
    both(1000);
  }

  /// All connections are open before the first speaks; each has a maildrop of its own.
  private static void both(int each) throws Exception {
    var users = new HashMap<String, String>();
    for (int i = 0; i < 2 * each; i++) {
      users.put("u" + i, "pot");
    }
    var settings =
        Settings.DEFAULTS
            .users(new TestUsers(users, Duration.ZERO))
            .limits("connectionsPerAddress", 3 * each)
            .limits("unauthenticatedPerAddress", 3 * each)
            .limits("loginTimeout", Duration.ofMinutes(5));
    try (var busy = Pop3TestServer.either(settings);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var sessions = new ArrayList<Callable<String>>();
      for (int i = 0; i < 2 * each; i++) {
        var user = "u" + i;
        busy.store.deliver(user, "Subject: one\n\n".getBytes(US_ASCII));
        var client = new Pop3TestClient(busy.address());
        sessions.add(i % 2 == 0 ? () -> pop2(client, user) : () -> pop3(client, user));
      }
      for (var farewell : threads.invokeAll(sessions)) {
        assertThat(farewell.get()).isIn("+ OK", "+OK dewey signing off (0 messages left)");
      }
      assertThat(users.keySet()).allMatch(user -> busy.store.messages(user).isEmpty());
    }
  }

  private static String pop2(Pop3TestClient connected, String user) throws IOException {
    try (var client = connected) {
      assertThat(client.line()).isEqualTo(GREETING);
      assertThat(client.ask("HELO " + user + " pot")).isEqualTo("#1 messages in INBOX");
      assertThat(client.ask("READ")).isEqualTo("=16 octets in message 1");
      client.send("RETR\r\n");
      assertThat(client.octets(16)).isEqualTo("Subject: one\r\n\r\n");
      assertThat(client.ask("ACKD")).isEqualTo("=0 no such message");
      return client.ask("QUIT");
    }
  }

  private static String pop3(Pop3TestClient connected, String user) throws IOException {
    try (var client = connected) {
      assertThat(client.line()).isEqualTo(GREETING);
      client.send("USER " + user + "\r\nPASS pot\r\nRETR 1\r\nDELE 1\r\n");
      assertThat(client.lines(7))
          .contains("+OK 1 messages (16 octets)", "Subject: one", "+OK message 1 deleted");
      return client.ask("QUIT");
    }
  }
}
