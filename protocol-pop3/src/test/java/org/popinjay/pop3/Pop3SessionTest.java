package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.config.AuthConfig;
import org.popinjay.config.LimitsConfig;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.memory.MemoryStore.Operation;
import org.popinjay.wire.Farewell;
import org.popinjay.wire.transcript.Awaited;
import org.popinjay.wire.transcript.NoLeaks;

/// What does not fit into a written conversation: failures of the store, clients that do not read,
/// sessions that get in each other's way, the end of the server.
@ExtendWith(NoLeaks.class)
class Pop3SessionTest {
  private static final int HIGH_WATER = (int) LimitsConfig.DEFAULTS.outputHighWater().octets();
  private static final int CHUNK = 64 * 1024;

  private Pop3TestServer server = new Pop3TestServer();
  private final List<Pop3TestClient> clients = new ArrayList<>();

  @AfterEach
  void stop() throws IOException {
    for (var client : clients) {
      client.close();
    }
    server.close();
  }

  static Stream<Arguments> signInFailures() {
    return Stream.of(
        Arguments.of(
            new StoreFailure.Busy(Duration.ofSeconds(30), "/var/mail/tea by 17"),
            "-ERR [IN-USE] maildrop is locked by another program"),
        Arguments.of(new StoreFailure.NoSpace("/x"), "-ERR [SYS/TEMP] disk full"),
        Arguments.of(new StoreFailure.OverQuota("/x"), "-ERR [SYS/TEMP] disk full"),
        Arguments.of(
            new StoreFailure.Denied("/x is a symlink"),
            "-ERR [SYS/PERM] maildrop cannot be opened"),
        Arguments.of(
            new StoreFailure.NotAMailbox("/x"), "-ERR [SYS/PERM] maildrop cannot be opened"),
        Arguments.of(new StoreFailure.Broken("EIO"), "-ERR [SYS/PERM] maildrop cannot be read"),
        Arguments.of(
            new StoreFailure.Unavailable("newer"), "-ERR [SYS/TEMP] maildrop not available"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("signInFailures")
  void aMaildropThatCannotBeOpenedIsAnErrorAndTheClientMayTryAgain(
      StoreFailure failure, String answer) throws IOException {
    server.store.failNext(Operation.CLAIM, failure);
    var client = connect();
    assertThat(client.ask("USER tea")).isEqualTo("+OK send PASS");
    assertThat(client.ask("PASS pot")).isEqualTo(answer);
    assertThat(client.ask("USER tea")).isEqualTo("+OK send PASS");
    assertThat(client.ask("PASS pot")).startsWith("+OK");
  }

  static Stream<Arguments> updateFailures() {
    return Stream.of(
        Arguments.of(
            new StoreFailure.Busy(Duration.ofSeconds(30), ""),
            "-ERR [SYS/TEMP] mailbox busy, messages not deleted"),
        Arguments.of(
            new StoreFailure.NoSpace(""), "-ERR [SYS/TEMP] disk full, messages not deleted"),
        Arguments.of(
            new StoreFailure.OverQuota(""), "-ERR [SYS/TEMP] disk full, messages not deleted"),
        Arguments.of(
            new StoreFailure.Broken(""),
            "-ERR [SYS/PERM] mailbox not writable, messages not deleted"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("updateFailures")
  void anUpdateThatFailsIsAnErrorAndRemovesNothing(StoreFailure failure, String answer)
      throws IOException {
    deliver("one", "two");
    server.store.failNext(Operation.COMMIT, failure);
    var client = signedIn();
    client.ask("DELE 1");
    assertThat(client.ask("QUIT")).isEqualTo(answer);
    assertThat(client.line()).isNull();
    assertThat(server.store.messages("tea")).hasSize(2);
  }

  @Test
  void thatReadMarksCannotBeWrittenIsNoErrorForTheClient() throws IOException {
    deliver("one");
    server.store.failNext(Operation.COMMIT, new StoreFailure.NoSpace(""));
    var client = signedIn();
    client.ask("RETR 1");
    client.upToDot();
    assertThat(client.ask("QUIT")).isEqualTo("+OK dewey signing off");
  }

  @Test
  void aMessageThatWentAwayKeepsItsNumberAndCannotBeFetched() throws IOException {
    deliver("one", "two");
    var client = signedIn();
    server.store.removeBehindTheBack("tea", 1);
    assertThat(client.ask("STAT")).startsWith("+OK 2 ");
    assertThat(client.ask("RETR 1")).isEqualTo("-ERR [SYS/TEMP] message 1 no longer available");
    assertThat(client.ask("TOP 1 0")).isEqualTo("-ERR [SYS/TEMP] message 1 no longer available");
    assertThat(client.ask("RETR 2")).startsWith("+OK");
    client.upToDot();
    assertThat(client.ask("DELE 1")).isEqualTo("+OK message 1 deleted");
    assertThat(client.ask("QUIT")).startsWith("+OK");
  }

  @Test
  void aMessageThatIsLostOnTheWayEndsTheConnectionWithoutTheDot() throws IOException {
    server.store.deliver("tea", message(1_000_000, new Random(1)));
    var client = signedIn();
    server.store.failNext(Operation.READ, new StoreFailure.Broken("EIO"));
    assertThat(client.ask("RETR 1")).startsWith("+OK");
    assertThat(client.line()).isNull();
  }

  @Test
  void aSilentSessionGivesWayToTheNextOneOfTheSameUser() throws IOException {
    restart(IMPATIENT);
    deliver("one");
    var first = signedIn();
    first.ask("DELE 1");
    var second = signedIn();
    assertThat(first.line()).isEqualTo("-ERR [SYS/TEMP] session taken over");
    assertThat(first.line()).isNull();
    assertThat(second.ask("STAT")).startsWith("+OK 1 ");
    assertThat(second.ask("QUIT")).startsWith("+OK");
    assertThat(server.store.messages("tea")).hasSize(1);
  }

  @Test
  void aSessionThatDoesNotReadGivesWayInMidMessage() throws IOException {
    restart(IMPATIENT);
    server.store.deliver("tea", message(20_000_000, new Random(1)));
    var first = signedIn();
    first.send("RETR 1\r\n");
    Awaited.until(() -> server.connections.stream().anyMatch(channel -> !channel.isWritable()));
    var second = signedIn();
    assertThat(second.ask("STAT")).startsWith("+OK 1 ");
    Awaited.until(() -> server.connections.size() == 1);
  }

  @Test
  void aClientThatDoesNotReadIsSilent() throws IOException {
    restart(Settings.DEFAULTS.pop3("takeoverIdle", Duration.ofMillis(1)));
    server.store.deliver("tea", message(20_000_000, new Random(1)));
    var first = signedIn();
    first.send("RETR 1\r\n");
    Awaited.until(() -> server.connections.stream().anyMatch(channel -> !channel.isWritable()));
    Awaited.until(this::isLetIn);
  }

  @Test
  void aClientThatClosedItsSideDoesNotLockItsUserOut() throws IOException {
    server.store.deliver("tea", message(20_000_000, new Random(1)));
    var first = signedIn();
    first.send("RETR 1\r\n");
    Awaited.until(() -> server.connections.stream().anyMatch(channel -> !channel.isWritable()));
    first.hangUp();
    Awaited.until(this::isLetIn);
  }

  @Test
  void peopleAtATerminalEndLinesWithLfAlone() throws IOException {
    var client = connect();
    client.send("user tea\npass pot\nstat\nquit\n");
    assertThat(client.lines(4))
        .containsExactly(
            "+OK send PASS", "+OK 0 messages (0 octets)", "+OK 0 0", "+OK dewey signing off");
  }

  @Test
  void aClientThatIsGoneBeforeTheAnswerToQuitHasItsMessagesRemoved() throws IOException {
    deliver("one", "two");
    var client = signedIn();
    client.send("DELE 1\r\nQUIT\r\n");
    client.close();
    server.settle();
    assertThat(server.store.messages("tea")).hasSize(1);
  }

  @Test
  void whatComesBehindQuitIsIgnored() throws IOException {
    deliver("one");
    var client = signedIn();
    client.send("DELE 1\r\nQUIT\r\nNOOP\r\nRETR 1\r\n");
    assertThat(client.lines(3))
        .containsExactly(
            "+OK message 1 deleted", "+OK dewey signing off (0 messages left)", "null");
  }

  @Test
  void thousandsOfCommandsWithoutReadingCostLittleMemory() throws IOException {
    deliver(Stream.generate(() -> "some").limit(100).toArray(String[]::new));
    var client = signedIn();
    var sender = Thread.ofVirtual().start(() -> client.sendQuietly("LIST\r\n".repeat(10_000)));
    var channel = onlyConnection();
    Awaited.until(() -> !channel.isWritable());
    for (int i = 0; i < 50; i++) {
      assertThat(pending(channel)).isLessThan(HIGH_WATER + 2 * CHUNK);
      Thread.onSpinWait();
    }
    for (int i = 0; i < 10_000; i++) {
      assertThat(client.line()).startsWith("+OK 100 messages");
      client.upToDot();
    }
    join(sender);
    assertThat(client.ask("NOOP")).isEqualTo("+OK");
  }

  @Test
  void tenThousandMessagesArePipelinedInOrder() throws IOException {
    deliver(Stream.iterate(0, i -> i + 1).limit(50).map(i -> "m" + i).toArray(String[]::new));
    var client = signedIn();
    var commands = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      commands.append("RETR ").append(1 + i % 50).append("\r\nNOOP\r\n");
    }
    var sender = Thread.ofVirtual().start(() -> client.sendQuietly(commands.toString()));
    for (int i = 0; i < 10_000; i++) {
      assertThat(client.line()).startsWith("+OK ");
      assertThat(client.upToDot()).contains("Subject: m" + i % 50);
      assertThat(client.line()).isEqualTo("+OK");
    }
    join(sender);
  }

  @Test
  void aClientWithAClosedWindowCostsOneBufferAndGetsEveryOctetLater() throws IOException {
    var message = message(5_000_000, new Random(7));
    server.store.deliver("tea", message);
    var client = signedIn();
    client.send("RETR 1\r\n");
    var channel = onlyConnection();
    Awaited.until(() -> !channel.isWritable());
    for (int i = 0; i < 50; i++) {
      assertThat(pending(channel)).isLessThan(HIGH_WATER + 2 * CHUNK);
      Thread.onSpinWait();
    }
    assertThat(client.line()).startsWith("+OK ");
    assertThat(unstuffed(client.upToDot())).isEqualTo(server.store.messages("tea").getFirst());
    assertThat(client.ask("QUIT")).startsWith("+OK");
  }

  @Test
  void aClientThatNeverReadsIsCutOff() throws IOException {
    restart(Settings.DEFAULTS.limits("writeStallTimeout", Duration.ofSeconds(1)));
    server.store.deliver("tea", message(20_000_000, new Random(1)));
    var client = signedIn();
    client.send("RETR 1\r\n");
    Awaited.until(() -> server.connections.isEmpty());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void sizesAreExactForAnyMessage(int seed) throws IOException {
    var random = new Random(seed);
    for (int i = 0; i < 40; i++) {
      server.store.deliver("tea", message(random.nextInt(200_000), random));
    }
    var client = signedIn();
    var wire = server.store.messages("tea");
    long sum = 0;
    for (int number = 1; number <= wire.size(); number++) {
      int octets = wire.get(number - 1).length;
      sum += octets;
      assertThat(client.ask("LIST " + number)).isEqualTo("+OK " + number + " " + octets);
      assertThat(client.ask("RETR " + number)).isEqualTo("+OK " + octets + " octets");
      assertThat(unstuffed(client.upToDot())).isEqualTo(wire.get(number - 1));
    }
    assertThat(client.ask("STAT")).isEqualTo("+OK " + wire.size() + " " + sum);
  }

  @Test
  void longListingsGoOverTheLaneAndAreComplete() throws IOException {
    for (int i = 0; i < 20_000; i++) {
      server.store.deliver("tea", new byte[] {'a', ':', '\n', '\n'});
    }
    var client = signedIn();
    client.send("LIST\r\nUIDL\r\nSTAT\r\n");
    assertThat(client.line()).isEqualTo("+OK 20000 messages (120000 octets)");
    var list = client.upToDot().split("\r\n", -1);
    assertThat(list).hasSize(20_001).contains("1 6", "20000 6");
    assertThat(client.line()).isEqualTo("+OK");
    assertThat(client.upToDot().split("\r\n", -1)).hasSize(20_001);
    assertThat(client.line()).isEqualTo("+OK 20000 120000");
  }

  @Test
  void rubbishNeverHurtsAnybodyElse() throws IOException {
    var random = new Random(42);
    for (int i = 0; i < 200; i++) {
      var rubbish = new byte[random.nextInt(3000)];
      random.nextBytes(rubbish);
      var client = connect();
      if (i % 2 == 0) {
        client.signIn();
      }
      client.sendQuietly(new String(rubbish, ISO_8859_1));
      client.close();
    }
    server.settle();
    assertThat(signedIn().ask("NOOP")).isEqualTo("+OK");
  }

  @Test
  void theEndOfTheServerIsToldAndDeletesNothing() throws IOException {
    deliver("one");
    var early = connect();
    var late = signedIn();
    late.ask("DELE 1");
    server.connections.forEach(channel ->
        channel
            .eventLoop()
            .execute(() -> channel.pipeline().fireUserEventTriggered(Farewell.SHUTDOWN)));
    assertThat(early.line()).isEqualTo("-ERR [SYS/TEMP] server shutting down");
    assertThat(early.line()).isNull();
    assertThat(late.line()).isEqualTo("-ERR [SYS/TEMP] server shutting down");
    assertThat(late.line()).isNull();
    assertThat(server.store.messages("tea")).hasSize(1);
  }

  @Test
  void aFullServerSaysSoBeforeAnythingElse() throws IOException {
    restart(Settings.DEFAULTS.limits("unauthenticatedPerAddress", 2));
    connect();
    var second = connect();
    var third = newClient();
    assertThat(third.line()).isEqualTo("-ERR [SYS/TEMP] too many connections");
    assertThat(third.line()).isNull();
    second.signIn();
    assertThat(connect().ask("QUIT")).startsWith("+OK");
  }

  @Test
  void passwordsInTheClearAreRefusedUnread() throws IOException {
    restart(Settings.DEFAULTS.auth("cleartext", AuthConfig.Cleartext.NEVER));
    var client = connect();
    assertThat(client.ask("USER tea")).isEqualTo("-ERR TLS required");
    assertThat(client.ask("PASS pot")).isEqualTo("-ERR TLS required");
    assertThat(client.ask("AUTH PLAIN AHRlYQBwb3Q=")).isEqualTo("-ERR TLS required");
    assertThat(client.ask("AUTH")).isEqualTo("+OK");
    assertThat(client.upToDot()).isEmpty();
    assertThat(client.ask("CAPA")).startsWith("+OK");
    assertThat(client.upToDot()).doesNotContain("USER").doesNotContain("SASL");
  }

  private static final Settings IMPATIENT = Settings.DEFAULTS.pop3("takeoverIdle", Duration.ZERO);

  private void restart(Settings settings) {
    server.close();
    server = new Pop3TestServer(settings);
  }

  private void deliver(String... subjects) {
    for (var subject : subjects) {
      server.store.deliver("tea", ("Subject: " + subject + "\n\ntext\n").getBytes(ISO_8859_1));
    }
  }

  /// Lines of any length, with dots and odd octets where they hurt.
  private static byte[] message(int octets, Random random) {
    var text = new StringBuilder("Subject: any\n\n");
    while (text.length() < octets) {
      switch (random.nextInt(8)) {
        case 0 -> text.append('.');
        case 1 -> text.append("\n.");
        case 2 -> text.append("..\n");
        case 3 -> text.append("x".repeat(random.nextInt(2000)));
        case 4 -> text.append((char) (0x80 + random.nextInt(0x80)));
        case 5 -> text.append("\r\n");
        default -> text.append("some words and more\n");
      }
    }
    return text.toString().getBytes(ISO_8859_1);
  }

  private static byte[] unstuffed(String text) {
    var plain = text.replace("\r\n.", "\r\n");
    return (plain.startsWith(".") ? plain.substring(1) : plain).getBytes(ISO_8859_1);
  }

  private Channel onlyConnection() {
    assertThat(server.connections.size()).isEqualTo(1);
    return server.connections.iterator().next();
  }

  private static long pending(Channel channel) {
    var buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Pop3TestClient connect() throws IOException {
    var client = newClient();
    assertThat(client.line()).isEqualTo("+OK POP3 dewey ready");
    return client;
  }

  /// Whether the user gets his maildrop; who does not leaves no connection behind.
  private boolean isLetIn() {
    try {
      var client = connect();
      boolean open = client.signIn().startsWith("+OK");
      if (!open) {
        client.ask("QUIT");
        assertThat(client.line()).isNull();
      }
      return open;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Pop3TestClient newClient() throws IOException {
    var client = new Pop3TestClient(server.address());
    clients.add(client);
    return client;
  }

  private Pop3TestClient signedIn() throws IOException {
    var client = connect();
    assertThat(client.signIn()).startsWith("+OK");
    return client;
  }
}
