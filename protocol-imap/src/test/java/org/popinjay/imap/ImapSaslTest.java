package org.popinjay.imap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.auth.RecoverableUsers;
import org.popinjay.auth.ScramClient;
import org.popinjay.auth.TestUsers;
import org.popinjay.config.AuthConfig.Cleartext;
import org.popinjay.config.AuthConfig.Mechanism;

/// Mechanisms whose words differ each time, so that no transcript can hold them.
class ImapSaslTest {
  private ImapTestServer server;
  private ImapTestClient client;

  @BeforeEach
  void start() throws IOException {
    server =
        new ImapTestServer(
            Settings.DEFAULTS
                .users(new RecoverableUsers(TestUsers.TEA_AND_COCOA))
                .auth("cleartext", Cleartext.NEVER)
                .auth("mechanisms", Arrays.asList(Mechanism.values())));
    client = new ImapTestClient(server.address());
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  @Test
  void whatShowsNoPasswordIsOfferedInTheClear() throws IOException {
    assertThat(client.ask("a CAPABILITY").getFirst())
        .startsWith(
            "* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-1"
                + " AUTH=CRAM-MD5 AUTH=ANONYMOUS SASL-IR ");
    assertThat(client.complete("b AUTHENTICATE PLAIN AHRlYQBwb3Q="))
        .isEqualTo("NO [PRIVACYREQUIRED] passwords may not come in the clear");
    assertThat(client.complete("c AUTHENTICATE SCRAM-SHA-256-PLUS"))
        .isEqualTo("NO [CANNOT] no such mechanism");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA-1", "SHA-256"})
  void scramSignsInAndProvesTheServerToo(String digest) throws IOException {
    var scram = new ScramClient(digest, "tea", "pot", "n,,", new byte[0]);
    var challenge = scramBegins("a", digest, scram);
    assertThat(say(base64(scram.last(challenge))))
        .isEqualTo("+ " + base64(scram.serverLast(challenge).getBytes(UTF_8)));
    assertThat(say("")).startsWith("a OK [CAPABILITY IMAP4rev1 ").endsWith("] signed in");
  }

  @Test
  void scramWithTheFirstMessageBehindTheCommand() throws IOException {
    var scram = new ScramClient("SHA-256", "tea", "pot", "n,,", new byte[0]);
    var challenge = text(say("a AUTHENTICATE SCRAM-SHA-256 " + base64(scram.first())));
    assertThat(say(base64(scram.last(challenge)))).startsWith("+ ");
    assertThat(say("")).startsWith("a OK ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tea", "nobody"})
  void scramWithAWrongPasswordAndWithAWrongNameIsRefusedAlike(String user) throws IOException {
    var scram = new ScramClient("SHA-256", user, "kettle", "n,,", new byte[0]);
    var challenge = scramBegins("a", "SHA-256", scram);
    assertThat(say(base64(scram.last(challenge))))
        .isEqualTo("a NO [AUTHENTICATIONFAILED] sign-in failed");
    client.expectOk("b NOOP");
  }

  @Test
  void scramIsCancelledAtEachStep() throws IOException {
    var scram = new ScramClient("SHA-256", "tea", "pot", "n,,", new byte[0]);
    scramBegins("a", "SHA-256", scram);
    assertThat(say("*")).isEqualTo("a BAD cancelled");
    var challenge = scramBegins("b", "SHA-256", scram);
    assertThat(say(base64(scram.last(challenge)))).startsWith("+ ");
    assertThat(say("*")).isEqualTo("b BAD cancelled");
    assertThat(client.complete("c SELECT INBOX")).isEqualTo("BAD sign in first");
  }

  @Test
  void aLookUpThatFailsIsNoWrongPassword() throws IOException {
    var scram = new ScramClient("SHA-256", TestUsers.UNAVAILABLE, "pot", "n,,", new byte[0]);
    assertThat(client.complete("a AUTHENTICATE SCRAM-SHA-256 " + base64(scram.first())))
        .isEqualTo("NO [UNAVAILABLE] try again later");
  }

  @Test
  void brokenBase64EndsTheExchange() throws IOException {
    assertThat(say("a AUTHENTICATE SCRAM-SHA-256")).isEqualTo("+ ");
    assertThat(say("biwsbj10ZWEscj14")).startsWith("+ ");
    assertThat(say("not base64")).isEqualTo("a BAD malformed response");
  }

  private String scramBegins(String tag, String digest, ScramClient scram) throws IOException {
    assertThat(say(tag + " AUTHENTICATE SCRAM-" + digest)).isEqualTo("+ ");
    return text(say(base64(scram.first())));
  }

  private String say(String line) throws IOException {
    client.send(line + "\r\n");
    return String.valueOf(client.line());
  }

  private static String text(String line) {
    assertThat(line).startsWith("+ ");
    return new String(Base64.getDecoder().decode(line.substring(2)), UTF_8);
  }

  private static String base64(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }
}
