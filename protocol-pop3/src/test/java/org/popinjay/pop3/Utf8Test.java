package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popinjay.auth.TestUsers;
import org.popinjay.config.ListenerConfig.Responses;
import org.popinjay.config.Pop3Config.Downgrade;

/// Sessions with and without UTF8 (RFC 6856).
class Utf8Test {
  private static final String INTERNATIONAL = "From: Zoë <zoe@example.org>\n\nhello\n";
  private static final String EIGHT_BIT_BODY = "From: zoe@example.org\n\nZoë\n";

  private Pop3TestServer server = new Pop3TestServer();

  @AfterEach
  void stop() {
    server.settle();
    server.close();
  }

  private void start(Settings settings) {
    stop();
    server = new Pop3TestServer(settings);
    server.store.deliver("tea", INTERNATIONAL.getBytes(UTF_8));
    server.store.deliver("tea", EIGHT_BIT_BODY.getBytes(UTF_8));
  }

  private Pop3TestClient signedIn(boolean utf8) throws IOException {
    var client = new Pop3TestClient(server.address());
    client.line();
    if (utf8) {
      assertThat(client.ask("UTF8")).isEqualTo("+OK UTF8 enabled");
    }
    client.signIn();
    return client;
  }

  private static String wire(String text) {
    return new String(text.replace("\n", "\r\n").getBytes(UTF_8), ISO_8859_1);
  }

  @ParameterizedTest(name = "downgrade {0}, UTF8 {1}")
  @CsvSource({"NONE, false", "NONE, true", "REFUSE, true"})
  void headersInUtf8AreSentAsTheyAre(Downgrade downgrade, boolean utf8) throws IOException {
    start(Settings.DEFAULTS.pop3("downgrade", downgrade));
    try (var client = signedIn(utf8)) {
      assertThat(client.ask("RETR 1")).isEqualTo("+OK 39 octets");
      assertThat(client.upToDot()).isEqualTo(wire(INTERNATIONAL));
      assertThat(client.ask("TOP 1 0")).isEqualTo("+OK");
      assertThat(client.upToDot()).isEqualTo(wire(INTERNATIONAL).replace("hello\r\n", ""));
    }
  }

  @Test
  void aClientThatDidNotAskForThemIsRefusedWhereThatIsSet() throws IOException {
    start(Settings.DEFAULTS.pop3("downgrade", Downgrade.REFUSE));
    try (var client = signedIn(false)) {
      assertThat(client.ask("RETR 1")).isEqualTo("-ERR [UTF8] message 1 needs UTF8");
      assertThat(client.ask("TOP 1 0")).isEqualTo("-ERR [UTF8] message 1 needs UTF8");
      assertThat(client.ask("RETR 2")).isEqualTo("+OK 31 octets");
      assertThat(client.upToDot()).isEqualTo(wire(EIGHT_BIT_BODY));
      assertThat(client.ask("DELE 1")).isEqualTo("+OK message 1 deleted");
    }
  }

  @Test
  void sizesAreTheSameInEveryMode() throws IOException {
    for (var downgrade : Downgrade.values()) {
      start(Settings.DEFAULTS.pop3("downgrade", downgrade));
      for (boolean utf8 : new boolean[] {false, true}) {
        try (var client = signedIn(utf8)) {
          assertThat(client.ask("LIST")).isEqualTo("+OK 2 messages (70 octets)");
          assertThat(client.upToDot()).isEqualTo("1 39\r\n2 31\r\n");
          client.ask("QUIT");
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}, UTF8 {1}: {2}")
  @CsvSource({
    // The letter in one piece and in two: the same in NFKC.
    "päß, true, true",
    "päß, false, true",
    "pa\u0308ß, true, true",
    "pa\u0308ß, false, false",
    // Forbidden by SASLprep.
    "päß\u206D, true, false",
  })
  void passwordsMayBeInUtf8(String password, boolean utf8, boolean right) throws IOException {
    start(Settings.DEFAULTS.users(new TestUsers(Map.of("tea", "päß"), Duration.ZERO)));
    try (var client = new Pop3TestClient(server.address())) {
      client.line();
      if (utf8) {
        client.ask("UTF8");
      }
      client.ask("USER tea");
      var octets = new String(unescaped(password).getBytes(UTF_8), ISO_8859_1);
      assertThat(client.ask("PASS " + octets)).startsWith(right ? "+OK 2 messages" : "-ERR ");
    }
  }

  private static String unescaped(String text) {
    return text.replace("\\u0308", "\u0308").replace("\\u206D", "\u206D");
  }

  @Test
  void aPasswordThatIsNotUtf8IsRefusedAfterUtf8() throws IOException {
    try (var client = new Pop3TestClient(server.address())) {
      client.line();
      client.ask("UTF8");
      client.ask("USER tea");
      assertThat(client.ask("PASS p\u00e4\u00df")).isEqualTo("-ERR not allowed in UTF-8");
      assertThat(client.ask("USER tea")).isEqualTo("+OK send PASS");
      assertThat(client.ask("PASS pot")).startsWith("+OK");
    }
  }

  @Test
  void aNameThatLooksTheSameIsTheSame() throws IOException {
    try (var client = new Pop3TestClient(server.address())) {
      client.line();
      client.ask("UTF8");
      // Full-width letters, which NFKC takes for ours.
      client.ask("USER " + new String("\uff54\uff45\uff41".getBytes(UTF_8), ISO_8859_1));
      assertThat(client.ask("PASS pot")).startsWith("+OK");
    }
  }

  @Test
  void namesAreSaidBackInUsAscii() throws IOException {
    start(Settings.DEFAULTS.responses(Responses.QPOPPER));
    try (var client = new Pop3TestClient(server.address())) {
      client.line();
      assertThat(client.ask("USER " + wire("Zoë"))).isEqualTo("+OK Password required for Zo?.");
      assertThat(client.ask("USER " + "x".repeat(128)))
          .isEqualTo("+OK Password required for " + "x".repeat(64) + ".");
      assertThat(client.ask("\u001b[31m" + "y".repeat(100)))
          .isEqualTo("-ERR Unknown command: \"[31m" + "y".repeat(59) + "\".");
    }
  }
}
