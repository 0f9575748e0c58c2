package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popinjay.config.AuthConfig.Cleartext;
import org.popinjay.config.ListenerConfig.Responses;
import org.popinjay.pop3.response.Capabilities;
import org.popinjay.pop3.response.Wording;

/// What CAPA says is true, and what it does not say is not (RFC 2449, section 5), in each profile
/// and state.
class CapabilitiesTest {
  private Pop3TestServer server = new Pop3TestServer();

  @AfterEach
  void stop() {
    server.settle();
    server.close();
  }

  private Pop3TestClient connected() throws IOException {
    var client = new Pop3TestClient(server.address());
    client.line();
    return client;
  }

  private Pop3TestClient signedIn() throws IOException {
    var client = connected();
    client.ask("USER tea");
    assertThat(client.ask("PASS pot")).startsWith("+OK");
    return client;
  }

  private static List<String> capabilities(Pop3TestClient client) throws IOException {
    assertThat(client.ask("CAPA")).isEqualTo("+OK Capability list follows");
    return client.upToDot().lines().toList();
  }

  private String after(String... commands) throws IOException {
    try (var client = connected()) {
      var answer = "";
      for (var command : commands) {
        answer = client.ask(command);
      }
      return answer;
    }
  }

  @ParameterizedTest(name = "{0}, passwords {1}")
  @CsvSource({
    "POPINJAY, ALWAYS",
    "POPPER, ALWAYS",
    "QPOPPER, ALWAYS",
    "UW, ALWAYS",
    "POPINJAY, NEVER"
  })
  void beforeSignIn(Responses responses, Cleartext passwords) throws IOException {
    start(responses, passwords);
    List<String> tags;
    try (var client = connected()) {
      tags = capabilities(client);
    }
    assertThat(tags)
        .doesNotHaveDuplicates()
        .allSatisfy(tag -> assertThat(tag).hasSizeLessThan(512));

    assertThat(tags.contains("STLS")).isEqualTo(after("STLS").startsWith("+OK"));
    assertThat(tags.contains("USER")).isEqualTo(after("USER tea").startsWith("+OK"));
    assertThat(tags.contains("UTF8") || tags.contains("UTF8 USER")).isTrue();
    assertThat(after("UTF8")).startsWith("+OK");
    assertThat(tags.contains("UTF8 USER"))
        .as("UTF-8 with USER")
        .isEqualTo(after("UTF8", "USER t\u00c3\u00abA").startsWith("+OK"));
    assertThat(tags).contains("LANG");
    assertThat(after("LANG *")).startsWith("+OK en ");
    assertThat(tags).noneMatch(tag -> tag.startsWith("IMPLEMENTATION"));

    var mechanisms =
        tags.stream()
            .filter(tag -> tag.startsWith("SASL "))
            .flatMap(tag -> List.of(tag.substring(5).split(" ")).stream())
            .toList();
    for (var mechanism : List.of("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "X-NONE")) {
      assertThat(after("AUTH " + mechanism).startsWith("+ "))
          .as(mechanism)
          .isEqualTo(mechanisms.contains(mechanism));
    }
    if (tags.contains("USER")) {
      assertThat(tags.contains("AUTH-RESP-CODE"))
          .isEqualTo(after("USER tea", "PASS wrong").startsWith("-ERR [AUTH] "));
    }
  }

  @ParameterizedTest
  @CsvSource({"POPINJAY", "POPPER", "QPOPPER", "UW"})
  void afterIt(Responses responses) throws IOException {
    start(responses, Cleartext.ALWAYS);
    server.store.deliver("tea", "Subject: one\n\ntext\n".getBytes(ISO_8859_1));
    List<String> early;
    try (var client = connected()) {
      early = capabilities(client);
    }
    try (var client = signedIn()) {
      var tags = capabilities(client);
      assertThat(tags).doesNotHaveDuplicates();
      // RFC 2449, section 5: what is announced early holds later too, but for what needs no more.
      assertThat(tags).containsAll(early);

      assertThat(tags).contains("TOP", "UIDL", "LANG", "EXPIRE NEVER", "IMPLEMENTATION Popinjay");
      assertThat(client.ask("TOP 1 0")).startsWith("+OK");
      assertThat(client.upToDot()).isEqualTo("Subject: one\r\n\r\n");
      assertThat(client.ask("UIDL 1")).startsWith("+OK 1 ");
      assertThat(client.ask("LANG *")).startsWith("+OK en ");

      assertThat(tags).contains("RESP-CODES");
      assertThat(after("USER tea", "PASS pot"))
          .startsWith("-ERR [IN-USE] ")
          .containsIgnoringCase("lock");

      assertThat(tags).contains("PIPELINING");
      client.send("STAT\r\nDELE 1\r\nSTAT\r\nRSET\r\n");
      assertThat(client.lines(4)).allMatch(line -> line.startsWith("+OK"));
    }
  }

  /// The registry that RFC 2449, section 7, began has thirteen tags; in our own words each is told
  /// where it is true.
  @Test
  void allTagsOfTheRegistryAreKnown() {
    var settings =
        Settings.DEFAULTS
            .pop3("loginDelay", Duration.ofSeconds(90))
            .pop3("expire", Optional.of(Duration.ofDays(30)))
            .config()
            .pop3();
    var capabilities =
        new Capabilities(
            settings, List.of(), Wording.of(Responses.POPINJAY, "dewey", Optional.empty()));
    var early = capabilities.beforeSignIn(true, true, List.of("PLAIN")).lines();
    var late = capabilities.afterSignIn(true, List.of("PLAIN"), settings).lines();
    assertThat(late).contains("LOGIN-DELAY 90", "EXPIRE 30");
    assertThat(Stream.concat(early.stream(), late.stream()).map(tag -> tag.replaceAll(" .*", "")))
        .containsOnly(
            "TOP",
            "USER",
            "SASL",
            "RESP-CODES",
            "LOGIN-DELAY",
            "PIPELINING",
            "EXPIRE",
            "UIDL",
            "IMPLEMENTATION",
            "STLS",
            "AUTH-RESP-CODE",
            "UTF8",
            "LANG");
  }

  @ParameterizedTest
  @CsvSource({"POPINJAY", "POPPER", "QPOPPER", "UW"})
  void aDelayIsAnnouncedAndKept(Responses responses) throws IOException {
    stop();
    server =
        new Pop3TestServer(
            Settings.DEFAULTS.responses(responses).pop3("loginDelay", Duration.ofHours(1)));
    try (var client = connected()) {
      assertThat(capabilities(client)).contains("LOGIN-DELAY 3600");
    }
    try (var client = signedIn()) {
      assertThat(capabilities(client)).contains("LOGIN-DELAY 3600");
      client.ask("QUIT");
    }
    assertThat(after("USER tea", "PASS pot")).startsWith("-ERR [LOGIN-DELAY] ");
  }

  /// RFC 2449, section 8: a bracket behind `-ERR` is a code, and nothing else.
  @ParameterizedTest
  @CsvSource({"POPINJAY", "POPPER", "QPOPPER", "UW"})
  void whatAClientSentIsNeverTakenForACode(Responses responses) throws IOException {
    start(responses, Cleartext.ALWAYS);
    assertThat(after("[IN-USE] me")).startsWith("-ERR ").doesNotStartWith("-ERR [");
    assertThat(after("USER [AUTH]", "PASS x")).doesNotStartWith("-ERR [IN-USE]");
  }

  private void start(Responses responses, Cleartext passwords) {
    stop();
    server =
        new Pop3TestServer(Settings.DEFAULTS.responses(responses).auth("cleartext", passwords));
  }
}
