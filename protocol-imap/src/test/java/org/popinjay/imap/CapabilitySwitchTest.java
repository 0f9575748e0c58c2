package org.popinjay.imap;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.popinjay.config.ImapConfig;
import org.popinjay.imap.command.Capability;

/// What is switched off is neither announced nor understood, and all else is as it was.
class CapabilitySwitchTest {

  static Stream<Capability> switches() {
    return ImapConfig.SWITCHES.stream().flatMap(word -> Capability.of(word).stream());
  }

  @ParameterizedTest
  @MethodSource("switches")
  void isAbsentWhenItIsOff(Capability off) throws IOException {
    try (var server = server(off);
        var client = ImapTestClient.signedIn(server)) {
      var announced = words(client);
      assertThat(announced).doesNotContain(off.word());
      var gone = new ArrayList<>(words());
      gone.removeAll(announced);
      for (var word : gone) {
        // With it goes only what cannot be without it.
        var with = Capability.of(word).orElseThrow();
        assertThat(with == off || with.needs().contains(off)).as(word).isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("switches")
  void isNotUnderstoodWhenItIsOff(Capability off) throws IOException {
    for (var line : syntax(off)) {
      try (var server = server(off);
          var client = ImapTestClient.signedIn(server)) {
        client.expectOk("s SELECT INBOX");
        assertThat(client.complete("a " + line)).as(line).startsWith("BAD");
        assertThat(client.complete("b NOOP")).startsWith("OK");
      }
      try (var server = server();
          var client = ImapTestClient.signedIn(server)) {
        client.expectOk("s SELECT INBOX");
        client.send("a " + line + "\r\n");
        for (var answer = client.line(); ; answer = client.line()) {
          if (answer == null || !answer.startsWith("* ")) {
            assertThat(answer).as("%s, which is on", line).doesNotStartWith("a BAD");
            break;
          }
        }
      }
    }
  }

  /// Lines for a session with an open mailbox that belong to an extension and to nothing else.
  private static List<String> syntax(Capability capability) {
    return switch (capability) {
      case ID -> List.of("ID NIL", "ID (\"name\" \"x\")");
      case ENABLE -> List.of("ENABLE CONDSTORE");
      case IDLE -> List.of("IDLE");
      case NAMESPACE -> List.of("NAMESPACE");
      case UIDPLUS -> List.of("UID EXPUNGE 1");
      case UNSELECT -> List.of("UNSELECT");
      case MOVE -> List.of("MOVE 1 other", "UID MOVE 1 other");
      case SPECIAL_USE ->
          List.of(
              "LIST (SPECIAL-USE) \"\" *",
              "LIST \"\" * RETURN (SPECIAL-USE)",
              "LIST \"\" * RETURN (CHILDREN SPECIAL-USE)");
      case LIST_EXTENDED ->
          List.of(
              "LIST (SUBSCRIBED) \"\" *",
              "LIST \"\" * RETURN (CHILDREN)",
              "LIST \"\" (INBOX other)",
              "LIST (SPECIAL-USE) \"\" *",
              "LIST \"\" * RETURN (STATUS (MESSAGES))");
      case LIST_STATUS -> List.of("LIST \"\" * RETURN (STATUS (MESSAGES))");
      case STATUS_SIZE -> List.of("STATUS INBOX (SIZE)", "STATUS INBOX (MESSAGES SIZE)");
      case ESEARCH -> List.of("SEARCH RETURN (COUNT) ALL", "UID SEARCH RETURN () ALL");
      case WITHIN -> List.of("SEARCH YOUNGER 5", "SEARCH NOT OLDER 5");
      case CONDSTORE ->
          List.of(
              "SELECT INBOX (CONDSTORE)",
              "EXAMINE INBOX (CONDSTORE)",
              "FETCH 1 MODSEQ",
              "FETCH 1 FLAGS (CHANGEDSINCE 1)",
              "STORE 1 (UNCHANGEDSINCE 1) FLAGS ()",
              "SEARCH MODSEQ 1",
              "STATUS INBOX (HIGHESTMODSEQ)");
      case APPENDLIMIT -> List.of("STATUS INBOX (APPENDLIMIT)");
      case COMPRESS_DEFLATE -> List.of("COMPRESS DEFLATE");
      // An answer or a condition, and no syntax that is refused in every state of a session.
      case IMAP4REV1,
          STARTTLS,
          LOGINDISABLED,
          AUTH_PLAIN,
          AUTH_LOGIN,
          AUTH_SCRAM_SHA_256,
          AUTH_SCRAM_SHA_256_PLUS,
          AUTH_SCRAM_SHA_1,
          AUTH_SCRAM_SHA_1_PLUS,
          AUTH_EXTERNAL,
          AUTH_CRAM_MD5,
          AUTH_ANONYMOUS,
          SASL_IR,
          LITERAL_PLUS,
          LITERAL_MINUS,
          CHILDREN,
          MULTIAPPEND,
          QRESYNC ->
          List.of();
    };
  }

  @Test
  void anInitialResponseIsRefusedWithoutSaslIr() throws IOException {
    try (var server = server(Capability.SASL_IR);
        var client = new ImapTestClient(server.address())) {
      assertThat(client.complete("a AUTHENTICATE PLAIN AHRlYQBwb3Q=")).startsWith("BAD");
    }
  }

  @Test
  void aSecondMessageIsRefusedWithoutMultiappend() throws IOException {
    try (var server = server(Capability.MULTIAPPEND);
        var client = ImapTestClient.signedIn(server)) {
      assertThat(client.complete("a APPEND INBOX {1+}\r\nx {1+}\r\ny")).startsWith("BAD");
      assertThat(server.store.messages("tea")).hasSize(1);
    }
  }

  @Test
  void nothingIsResynchronizedWithoutQresync() throws IOException {
    try (var server = server(Capability.QRESYNC);
        var client = ImapTestClient.signedIn(server)) {
      assertThat(client.ask("a ENABLE QRESYNC")).first().isEqualTo("* ENABLED");
      assertThat(client.complete("b SELECT INBOX (QRESYNC (1 1))")).startsWith("BAD");
      client.expectOk("c SELECT INBOX");
      assertThat(client.complete("d UID FETCH 1 FLAGS (CHANGEDSINCE 1 VANISHED)"))
          .startsWith("BAD");
      assertThat(client.complete("e UID FETCH 1 FLAGS (CHANGEDSINCE 1)")).startsWith("OK");
    }
  }

  private static ImapTestServer server(Capability... off) {
    var switches = new HashMap<String, ImapConfig.Switch>();
    for (var capability : off) {
      switches.put(capability.word(), ImapConfig.Switch.OFF);
    }
    var server = new ImapTestServer(Settings.DEFAULTS.imap("capabilities", Map.copyOf(switches)));
    server.store.deliver("tea", "Subject: one\n\ntext\n".getBytes(US_ASCII));
    return server;
  }

  private static List<String> words() throws IOException {
    try (var server = server();
        var client = ImapTestClient.signedIn(server)) {
      return words(client);
    }
  }

  private static List<String> words(ImapTestClient client) throws IOException {
    var line = client.ask("w CAPABILITY").getFirst();
    return Stream.of(line.split(" ", -1))
        .skip(2)
        .map(word -> word.startsWith("APPENDLIMIT=") ? "APPENDLIMIT" : word)
        .toList();
  }
}
