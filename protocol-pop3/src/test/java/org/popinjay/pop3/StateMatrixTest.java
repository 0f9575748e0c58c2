package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.popinjay.pop3.command.Pop3Command;

/// Each command in each state (RFC 1939, sections 4 to 6), and the proof that none was forgotten.
class StateMatrixTest {
  private final Pop3TestServer server = new Pop3TestServer();

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest(name = "{0}: {1} before sign-in, {2} after it")
  @CsvSource(
      delimiter = '|',
      value = {
        "QUIT        | +OK dewey signing off                | +OK dewey signing off",
        "CAPA        | +OK Capability list follows          | +OK Capability list follows",
        "USER tea    | +OK send PASS                        | -ERR not in this state",
        "PASS pot    | -ERR not in this state               | -ERR not in this state",
        "AUTH        | +OK                                  | -ERR not in this state",
        "AUTH PLAIN  | +                                    | -ERR not in this state",
        "STAT        | -ERR not in this state               | +OK 1 ",
        "LIST        | -ERR not in this state               | +OK 1 messages",
        "LIST 1      | -ERR not in this state               | +OK 1 ",
        "UIDL        | -ERR not in this state               | +OK",
        "UIDL 1      | -ERR not in this state               | +OK 1 ",
        "RETR 1      | -ERR not in this state               | +OK 22 octets",
        "TOP 1 0     | -ERR not in this state               | +OK",
        "DELE 1      | -ERR not in this state               | +OK message 1 deleted",
        "NOOP        | -ERR not in this state               | +OK",
        "RSET        | -ERR not in this state               | +OK 1 messages",
        "LAST        | -ERR not in this state               | +OK 0",
        "STLS        | -ERR no TLS here                     | -ERR not in this state",
        "APOP tea x  | -ERR expected 32 hexadecimal digits  | -ERR expected 32 hex",
        "APOP tea 00000000000000000000000000000000 | -ERR unknown command | -ERR not in this",
        "LANG        | +OK language listing follows         | +OK language listing follows",
        "LANG *      | +OK en                               | +OK en",
        "UTF8        | +OK UTF8 enabled                     | -ERR not in this state",
        "HELP        | -ERR unknown command                 | -ERR unknown command",
        "XOVER       | -ERR not in this state               | -ERR unknown command",
        "XDELE 1     | -ERR not in this state               | -ERR unknown command",
        "RPOP tea    | -ERR RPOP is not supported           | -ERR RPOP is not supported",
        "EUIDL       | -ERR unknown command                 | -ERR unknown command",
        "XTND x      | -ERR unknown command                 | -ERR unknown command",
        "XTND XLST x | -ERR not in this state               | +OK xlst command accepted",
        "XTND XMIT   | -ERR not in this state               | -ERR XTND XMIT is not enabled",
        "XTND BBOARDS | -ERR not in this state              | -ERR no such bboard",
        "XTND BBOARDS x | -ERR not in this state            | -ERR no such bboard",
        "XTND ARCHIVE x | -ERR not in this state            | -ERR no such bboard",
        "XTND X-BBOARDS x | -ERR not in this state          | -ERR no such bboard",
        "XTND ARCHIVE | -ERR missing bboard name            | -ERR missing bboard name",
      })
  void isAnsweredAsItsStateDemands(String command, String before, String after) throws IOException {
    server.store.deliver("tea", "Subject: one\n\ntext\n".getBytes(US_ASCII));
    try (var early = new Pop3TestClient(server.address());
        var late = new Pop3TestClient(server.address())) {
      early.line();
      assertThat(early.ask(command)).startsWith(before);
      late.line();
      late.signIn();
      assertThat(late.ask(command)).startsWith(after);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("commands")
  void everyCommandIsSpokenInSomeTranscript(String word) throws IOException {
    try (var files = Files.list(Path.of("src/test/resources/transcripts"))) {
      assertThat(
              files
                  .filter(Files::isRegularFile)
                  .flatMap(StateMatrixTest::lines)
                  .anyMatch(line -> line.matches("(\\d )?C: " + word + "( .*)?")))
          .as("a transcript with " + word)
          .isTrue();
    }
  }

  static Stream<String> commands() {
    return records(Pop3Command.class)
        .map(record -> record.getSimpleName().toUpperCase(Locale.ROOT));
  }

  private static Stream<Class<?>> records(Class<?> type) {
    return type.isRecord()
        ? Stream.of(type)
        : Arrays.stream(type.getPermittedSubclasses()).flatMap(StateMatrixTest::records);
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void thereAreAsManyCommandsAsVerbs() {
    assertThat(commands().count())
        .isEqualTo(org.popinjay.pop3.command.Pop3Verb.values().length - 1);
  }
}
