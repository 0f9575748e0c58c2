package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.auth.RecoverableUsers;
import org.popinjay.auth.ScramClient;
import org.popinjay.auth.TestUsers;
import org.popinjay.config.AuthConfig.Cleartext;
import org.popinjay.config.AuthConfig.Mechanism;
import org.popinjay.config.ListenerConfig.Responses;

/// Mechanisms whose words differ each time, so that no transcript can hold them.
class Pop3SaslTest {
  private static final String NO_DIGEST = "00000000000000000000000000000000";

  private Pop3TestServer server;
  private Pop3TestClient client;
  private String greeting = "";

  @BeforeEach
  void start() throws IOException {
    server =
        new Pop3TestServer(
            Settings.DEFAULTS
                .users(new RecoverableUsers(TestUsers.TEA_AND_COCOA))
                .auth("cleartext", Cleartext.NEVER)
                .auth("mechanisms", Arrays.asList(Mechanism.values())));
    client = new Pop3TestClient(server.address());
    greeting = String.valueOf(client.line());
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  @Test
  void whatShowsNoPasswordIsOfferedInTheClear() throws IOException {
    assertThat(client.ask("CAPA")).startsWith("+OK");
    assertThat(client.upToDot())
        .contains("SASL SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 ANONYMOUS\r\n")
        .doesNotContain("USER");
    assertThat(client.ask("AUTH")).isEqualTo("+OK");
    assertThat(client.upToDot())
        .isEqualTo("SCRAM-SHA-256\r\nSCRAM-SHA-1\r\nCRAM-MD5\r\nANONYMOUS\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA-1", "SHA-256"})
  void scramSignsInAndProvesTheServerToo(String digest) throws IOException {
    var scram = new ScramClient(digest, "tea", "pot", "n,,", new byte[0]);
    var challenge = scramBegins(digest, scram);
    assertThat(client.ask(base64(scram.last(challenge))))
        .isEqualTo("+ " + base64(scram.serverLast(challenge).getBytes(UTF_8)));
    assertThat(client.ask("")).startsWith("+OK 0 messages");
  }

  @Test
  void scramWithTheFirstMessageBehindTheCommand() throws IOException {
    var scram = new ScramClient("SHA-256", "tea", "pot", "n,,", new byte[0]);
    var challenge = text(client.ask("AUTH SCRAM-SHA-256 " + base64(scram.first())));
    assertThat(client.ask(base64(scram.last(challenge)))).startsWith("+ ");
    assertThat(client.ask("=")).startsWith("+OK 0 messages");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tea", "nobody"})
  void scramWithAWrongPasswordAndWithAWrongNameIsRefusedAlike(String user) throws IOException {
    var scram = new ScramClient("SHA-256", user, "kettle", "n,,", new byte[0]);
    var challenge = scramBegins("SHA-256", scram);
    assertThat(client.ask(base64(scram.last(challenge)))).isEqualTo("-ERR [AUTH] login failed");
    assertThat(client.ask("QUIT")).startsWith("+OK");
  }

  @Test
  void scramIsCancelledAtEachStep() throws IOException {
    var scram = new ScramClient("SHA-256", "tea", "pot", "n,,", new byte[0]);
    assertThat(client.ask("AUTH SCRAM-SHA-256")).isEqualTo("+ ");
    assertThat(client.ask("*")).isEqualTo("-ERR cancelled");
    scramBegins("SHA-256", scram);
    assertThat(client.ask("*")).isEqualTo("-ERR cancelled");
    var challenge = scramBegins("SHA-256", scram);
    assertThat(client.ask(base64(scram.last(challenge)))).startsWith("+ ");
    assertThat(client.ask("*")).isEqualTo("-ERR cancelled");
    assertThat(client.ask("STAT")).isEqualTo("-ERR not in this state");
  }

  @Test
  void nothingIsSaidToTheServersLastWords() throws IOException {
    var scram = new ScramClient("SHA-256", "tea", "pot", "n,,", new byte[0]);
    var challenge = scramBegins("SHA-256", scram);
    client.ask(base64(scram.last(challenge)));
    assertThat(client.ask("eA==")).isEqualTo("-ERR malformed response");
    assertThat(client.ask("STAT")).isEqualTo("-ERR not in this state");
  }

  @Test
  void aLookUpThatFailsIsNoWrongPassword() throws IOException {
    var scram = new ScramClient("SHA-256", TestUsers.UNAVAILABLE, "pot", "n,,", new byte[0]);
    assertThat(client.ask("AUTH SCRAM-SHA-256 " + base64(scram.first())))
        .isEqualTo("-ERR [SYS/TEMP] login not possible now");
    assertThat(client.ask("QUIT")).startsWith("+OK");
  }

  @Test
  void bindingOfAChannelThatIsNotThereIsNoMechanism() throws IOException {
    assertThat(client.ask("AUTH SCRAM-SHA-256-PLUS")).isEqualTo("-ERR mechanism not supported");
    assertThat(client.ask("AUTH EXTERNAL =")).isEqualTo("-ERR mechanism not supported");
    assertThat(client.ask("AUTH APOP")).isEqualTo("-ERR mechanism not supported");
    assertThat(client.ask("AUTH PLAIN AHRlYQBwb3Q=")).isEqualTo("-ERR TLS required");
  }

  @Test
  void apopHashesTheGreeting() throws IOException {
    var timestamp = greeting.substring(greeting.indexOf('<'));
    assertThat(client.ask("APOP tea " + NO_DIGEST)).isEqualTo("-ERR [AUTH] login failed");
    assertThat(client.ask("APOP nobody " + NO_DIGEST)).isEqualTo("-ERR [AUTH] login failed");
    assertThat(client.ask("APOP tea " + md5(timestamp + "pot"))).startsWith("+OK 0 messages");
    try (var other = new Pop3TestClient(server.address())) {
      assertThat(other.line()).startsWith("+OK POP3 dewey ready <").isNotEqualTo(greeting);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "POPPER, \\+OK UCB Pop server at dewey starting\\.  <\\S+@dewey>",
    "QPOPPER, \\+OK QPOP at dewey starting\\.  <\\S+@dewey>",
    "UW, \\+OK POP3 dewey server ready <\\S+@dewey>",
  })
  void apopIsOfferedInTheGreetingOfEachProfile(Responses responses, String pattern)
      throws IOException {
    try (var old =
            new Pop3TestServer(
                Settings.DEFAULTS
                    .users(new RecoverableUsers(TestUsers.TEA_AND_COCOA))
                    .auth("mechanisms", List.of(Mechanism.APOP))
                    .responses(responses));
        var other = new Pop3TestClient(old.address())) {
      var first = String.valueOf(other.line());
      assertThat(first).matches(pattern);
      var timestamp = first.substring(first.indexOf('<'));
      assertThat(other.ask("APOP tea " + md5(timestamp + "pot"))).startsWith("+OK ");
    }
  }

  @Test
  void apopHashesThePreparedPassword() throws IOException {
    var stored = new TestUsers(Map.of("tea", "pa\u0308\u00df"), Duration.ZERO);
    try (var utf8 =
            new Pop3TestServer(
                Settings.DEFAULTS
                    .users(new RecoverableUsers(stored))
                    .auth("mechanisms", List.of(Mechanism.APOP)));
        var other = new Pop3TestClient(utf8.address())) {
      var first = String.valueOf(other.line());
      var timestamp = first.substring(first.indexOf('<'));
      assertThat(other.ask("APOP tea " + md5(timestamp + "p\u00e4\u00df"))).startsWith("+OK ");
    }
  }

  @Test
  void anonymousGetsTheMailThatIsThereForStrangers() throws IOException {
    assertThat(client.ask("AUTH ANONYMOUS c2lyaGM=")).startsWith("+OK 0 messages");
  }

  private String scramBegins(String digest, ScramClient scram) throws IOException {
    assertThat(client.ask("AUTH SCRAM-" + digest)).isEqualTo("+ ");
    return text(client.ask(base64(scram.first())));
  }

  private static String text(String line) {
    assertThat(line).startsWith("+ ");
    return new String(Base64.getDecoder().decode(line.substring(2)), UTF_8);
  }

  private static String base64(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }

  private static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
