package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.memory.MemoryStore.Operation;
import org.popinjay.pop3.command.Pop3Command.InAnyState;
import org.popinjay.pop3.command.Pop3Command.InAuthorization;
import org.popinjay.pop3.command.Pop3Command.InTransaction;

/// HELP, XOVER and XDELE, where they are switched on.
class HeimdalCommandsTest {
  private final Pop3TestServer server =
      new Pop3TestServer(Settings.DEFAULTS.pop3("help", true).pop3("xover", true));

  @AfterEach
  void stop() {
    server.settle();
    server.close();
  }

  private Pop3TestClient signedIn() throws IOException {
    var client = new Pop3TestClient(server.address());
    client.line();
    client.signIn();
    return client;
  }

  private void deliver(String... messages) {
    for (var message : messages) {
      server.store.deliver("tea", message.getBytes(ISO_8859_1));
    }
  }

  @Test
  void xoverTellsSevenThingsOfEachMessage() throws IOException {
    deliver(
        """
        From: Mad Hatter <hatter@example.org>
        Subject: tea
         at\tsix
        Date: Sun, 1 Jan 2023 00:00:00 +0000
        Message-ID: <1@example.org>

        come
        .
        """,
        "Subject: gone\n\n",
        "\n");
    try (var client = signedIn()) {
      client.ask("DELE 2");
      assertThat(client.ask("xover")).isEqualTo("+OK 2 messages (142 octets)");
      assertThat(client.upToDot())
          .isEqualTo(
              "1\ttea at six\tMad Hatter <hatter@example.org>\tSun, 1 Jan 2023 00:00:00 +0000"
                  + "\t<1@example.org>\t140\t8\r\n"
                  + "3\t\t\t\t\t2\t1\r\n");
      assertThat(client.ask("LAST")).isEqualTo("+OK 2");
    }
  }

  @Test
  void fieldsOfXoverAreCutSoThatALineStaysOne() throws IOException {
    deliver("Subject: " + "x".repeat(5000) + "\u0000\u001b\n\n");
    try (var client = signedIn()) {
      client.ask("XOVER");
      assertThat(client.upToDot()).isEqualTo("1\t" + "x".repeat(400) + "\t\t\t\t5015\t2\r\n");
    }
  }

  @Test
  void xoverOfAnEmptyMaildropIsEmpty() throws IOException {
    try (var client = signedIn()) {
      assertThat(client.ask("XOVER")).isEqualTo("+OK 0 messages (0 octets)");
      assertThat(client.upToDot()).isEmpty();
    }
  }

  @Test
  void xdeleMarksARangeAndTakesWhatIsMarkedForGranted() throws IOException {
    deliver("\n", "\n", "\n", "\n", "\n");
    try (var client = signedIn()) {
      client.ask("DELE 3");
      assertThat(client.ask("XDELE 2 4")).isEqualTo("+OK messages 2 to 4 deleted");
      assertThat(client.ask("STAT")).isEqualTo("+OK 2 4");
      assertThat(client.ask("XDELE 5")).isEqualTo("+OK message 5 deleted");
      assertThat(client.ask("XDELE 5")).isEqualTo("-ERR message 5 already deleted");
      assertThat(client.ask("RSET")).isEqualTo("+OK 5 messages (10 octets)");
    }
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("reasonsToDeleteNothing")
  void whereNothingCanBeDeletedNothingIsMarked(StoreFailure reason, String answer)
      throws IOException {
    deliver("\n", "\n", "\n");
    server.store.failNext(Operation.FREEZE, reason);
    try (var client = signedIn()) {
      for (var command : List.of("DELE 1", "XDELE 2", "XDELE 1 3")) {
        assertThat(client.ask(command)).isEqualTo(answer);
      }
      assertThat(client.ask("STAT")).isEqualTo("+OK 3 6");
    }
  }

  static Stream<Arguments> reasonsToDeleteNothing() {
    return Stream.of(
        Arguments.of(new StoreFailure.NoSpace("/x"), "-ERR [SYS/TEMP] disk full"),
        Arguments.of(new StoreFailure.OverQuota("/x"), "-ERR [SYS/TEMP] disk full"),
        Arguments.of(
            new StoreFailure.Broken("EIO"), "-ERR [SYS/TEMP] nothing can be deleted for now"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"XDELE 1 6", "XDELE 6 7", "XDELE 6"})
  void xdeleOfWhatIsNotThereMarksNothing(String command) throws IOException {
    deliver("\n", "\n", "\n", "\n", "\n");
    try (var client = signedIn()) {
      assertThat(client.ask(command)).startsWith("-ERR no such message");
      assertThat(client.ask("STAT")).isEqualTo("+OK 5 10");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"XDELE", "XDELE 2 1", "XDELE 0 1", "XDELE 1 x", "XDELE 1 2 3"})
  void xdeleOfNoRangeIsRefused(String command) throws IOException {
    deliver("\n", "\n");
    try (var client = signedIn()) {
      assertThat(client.ask(command)).isEqualTo("-ERR invalid message number");
      assertThat(client.ask("STAT")).isEqualTo("+OK 2 4");
    }
  }

  @Test
  void helpListsWhatIsLegalInItsState() throws IOException {
    // APOP and TLS are not offered here.
    assertThat(helped(new Pop3TestClient(server.address()), true))
        .isEqualTo(words(InAnyState.class, InAuthorization.class, Set.of("APOP", "STLS")));
    assertThat(helped(signedIn(), false))
        .isEqualTo(words(InAnyState.class, InTransaction.class, Set.of()));
  }

  private static Set<String> helped(Pop3TestClient client, boolean greeted) throws IOException {
    try (client) {
      if (greeted) {
        client.line();
      }
      assertThat(client.ask("HELP")).isEqualTo("+OK commands that may be given now");
      return client
          .upToDot()
          .lines()
          .map(line -> line.replaceAll(" .*", ""))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> words(Class<?> branch, Class<?> other, Set<String> without) {
    return Stream.of(branch, other)
        .flatMap(type -> Stream.of(type.getPermittedSubclasses()))
        .map(type -> type.getSimpleName().toUpperCase(Locale.ROOT))
        .filter(word -> !without.contains(word))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
