package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.popinjay.config.ByteSize;
import org.popinjay.mailstore.memory.MemoryStore;
import org.popinjay.pop3.netty.Pop3Pipeline;
import org.popinjay.wire.LimitWitness;
import org.popinjay.wire.SessionEvents.Limit;
import org.popinjay.wire.transcript.NoLeaks;

/// Each limit on what clients send, through the whole pipeline: at it nothing happens, one past it
/// there is the answer, one event a time and one line in the log a connection.
@ExtendWith(NoLeaks.class)
class LimitsTest {
  private static final int KIB = 1024;
  private static final String TOO_LONG = "-ERR [SYS/PERM] line too long";

  private final LimitWitness witness = new LimitWitness();

  @AfterEach
  void close() {
    witness.close();
  }

  /// Where a conversation stands before a limit is tried.
  enum Stage {
    STRANGER,
    USER
  }

  /// A limit that is answered, and the connection goes on.
  ///
  /// @param at lines that reach the limit, each answered by one
  /// @param past the same with one more
  record Row(String name, Limit limit, Stage stage, List<String> at, List<String> past) {
    @Override
    public String toString() {
      return name + ", " + stage;
    }
  }

  static Stream<Row> answered() {
    return Stream.of(
        new Row("line", Limit.LINE, Stage.STRANGER, List.of(line(512)), List.of(line(513))),
        new Row("line", Limit.LINE, Stage.USER, List.of(line(512)), List.of(line(513))),
        new Row(
            "line of AUTH",
            Limit.LINE,
            Stage.STRANGER,
            List.of("AUTH PLAIN " + "x".repeat(12 * KIB - 13)),
            List.of("AUTH PLAIN " + "x".repeat(12 * KIB - 12))),
        new Row(
            "SASL response, as a line",
            Limit.SASL_RESPONSE,
            Stage.STRANGER,
            List.of("AUTH PLAIN", "x".repeat(12 * KIB - 2)),
            List.of("AUTH PLAIN", "x".repeat(12 * KIB - 1))),
        new Row(
            "SASL response, decoded",
            Limit.SASL_RESPONSE,
            Stage.STRANGER,
            List.of("AUTH PLAIN " + base64(8 * KIB)),
            List.of("AUTH PLAIN " + base64(8 * KIB + 1))));
  }

  @ParameterizedTest
  @MethodSource("answered")
  void isAnsweredCountedAndLoggedOnce(Row row) throws IOException {
    try (var server = new Pop3TestServer(Settings.DEFAULTS.sessions(witness));
        var client = new Pop3TestClient(server.address())) {
      reach(client, row.stage());
      assertThat(lastAnswer(client, row.at())).isNotEqualTo(TOO_LONG);
      assertThat(witness.heard()).as("at the limit").isEmpty();
      for (int i = 0; i < 2; i++) {
        notBad(client);
        assertThat(lastAnswer(client, row.past())).isEqualTo(TOO_LONG);
      }
      notBad(client);
      assertThat(witness.heard()).containsExactly(row.limit(), row.limit());
      assertThat(witness.logged()).containsExactly(row.limit().name());
    }
  }

  private static void reach(Pop3TestClient client, Stage stage) throws IOException {
    client.line();
    if (stage == Stage.USER) {
      assertThat(client.signIn()).startsWith("+OK");
    }
  }

  private static String lastAnswer(Pop3TestClient client, List<String> lines) throws IOException {
    var answer = "";
    for (var line : lines) {
      answer = client.ask(line);
    }
    return answer;
  }

  /// Something that is understood, so that bad commands do not add up.
  private static void notBad(Pop3TestClient client) throws IOException {
    assertThat(client.ask("CAPA")).startsWith("+OK");
    client.upToDot();
  }

  /// A limit that ends the connection.
  ///
  /// @param at lines that reach the limit, each answered by one
  /// @param past what goes past it
  record End(
      String name, Limit limit, Stage stage, String at, String past, List<String> lastWords) {
    @Override
    public String toString() {
      return name + ", " + stage;
    }
  }

  static Stream<End> endings() {
    var errors = List.of("-ERR too many errors");
    return Stream.of(
        new End(
            "commands before sign-in",
            Limit.COMMANDS_BEFORE_LOGIN,
            Stage.STRANGER,
            "NOOP\r\n".repeat(100),
            "NOOP\r\n",
            List.of("-ERR [SYS/PERM] too many commands")),
        new End(
            "bad commands", Limit.BAD_COMMANDS, Stage.STRANGER, "X\r\n".repeat(2), "X\r\n", errors),
        new End(
            "bad commands", Limit.BAD_COMMANDS, Stage.USER, "X\r\n".repeat(19), "X\r\n", errors),
        new End(
            "failures",
            Limit.FAILURES,
            Stage.STRANGER,
            "USER tea\r\nPASS cup\r\n".repeat(2) + "USER tea\r\n",
            "PASS cup\r\n",
            errors),
        new End(
            "line without end",
            Limit.LINE,
            Stage.STRANGER,
            "",
            "x".repeat(64 * KIB + 1),
            List.of(TOO_LONG)),
        new End(
            "line without end",
            Limit.LINE,
            Stage.USER,
            "",
            "x".repeat(64 * KIB + 1),
            List.of(TOO_LONG)),
        new End(
            "response without end",
            Limit.SASL_RESPONSE,
            Stage.STRANGER,
            "AUTH PLAIN\r\n",
            "x".repeat(64 * KIB + 1),
            List.of(TOO_LONG)));
  }

  @ParameterizedTest
  @MethodSource("endings")
  void endsTheConnection(End end) throws IOException {
    try (var server = new Pop3TestServer(Settings.DEFAULTS.sessions(witness));
        var client = new Pop3TestClient(server.address())) {
      reach(client, end.stage());
      client.send(end.at());
      client.lines((int) end.at().chars().filter(c -> c == '\n').count());
      assertThat(witness.heard()).as("at the limit").isEmpty();
      client.send(end.past());
      var said = new ArrayList<String>();
      for (var line = client.line(); line != null; line = client.line()) {
        said.add(line);
      }
      assertThat(said).isEqualTo(end.lastWords());
      assertThat(witness.heard()).containsExactly(end.limit());
      assertThat(witness.logged()).containsExactly(end.limit().name());
    }
  }

  // What waits.

  @Test
  void commandsThatWaitStopTheReadingAndNothingElse() {
    waits(Settings.DEFAULTS, "RETR 1\r\n", 32, Limit.QUEUED_COMMANDS);
  }

  @Test
  void soDoTheirOctets() {
    var settings =
        Settings.DEFAULTS
            .limits("pop3LineOctets", ByteSize.ofKiB(64))
            .limits("connectionOctets", ByteSize.ofKiB(512));
    waits(settings, "PASS " + "x".repeat(60 * KIB) + "\r\n", 9, Limit.CONNECTION_OCTETS);
  }

  /// Sends commands while the lane does not come to work.
  ///
  /// @param most with so many of them nothing more is read
  private void waits(Settings settings, String command, int most, Limit limit) {
    Queue<Runnable> lanes = new ArrayDeque<>();
    try (var store = new MemoryStore()) {
      store.deliver("tea", "Subject: one\n\n".getBytes(US_ASCII));
      var channel = connect(settings.sessions(witness), store, lanes);
      say(channel, "USER tea\r\nPASS pot\r\n");
      run(lanes, channel);
      assertThat(said(channel)).contains("+OK 1 messages");
      say(channel, (limit == Limit.QUEUED_COMMANDS ? "" : "RETR 1\r\n"));
      say(channel, command.repeat(most - 1));
      assertThat(witness.heard()).as("at the limit").isEmpty();
      assertThat(channel.config().isAutoRead()).isTrue();
      say(channel, command);
      say(channel, "STAT\r\n");
      assertThat(channel.config().isAutoRead()).isFalse();
      assertThat(channel.isOpen()).isTrue();
      assertThat(witness.heard()).containsExactly(limit);
      assertThat(witness.logged()).containsExactly(limit.name());
      run(lanes, channel);
      assertThat(channel.config().isAutoRead()).isTrue();
      assertThat(said(channel)).endsWith("+OK 1 16\r\n");
      channel.finishAndReleaseAll();
      run(lanes, channel);
    }
  }

  private static EmbeddedChannel connect(
      Settings settings, MemoryStore store, Queue<Runnable> lanes) {
    var channel = new EmbeddedChannel();
    channel
        .pipeline()
        .addLast(
            new Pop3Pipeline(
                new Pop3Service(
                    settings.facilities(lanes::add, InstantSource.system()),
                    store,
                    new LoginDelays(System::nanoTime),
                    settings.events())));
    channel.pipeline().fireChannelActive();
    return channel;
  }

  private static void say(EmbeddedChannel channel, String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, ISO_8859_1));
    channel.runPendingTasks();
  }

  private static String said(EmbeddedChannel channel) {
    var text = new StringBuilder();
    for (@Nullable ByteBuf part = channel.readOutbound();
        part != null;
        part = channel.readOutbound()) {
      text.append(part.toString(ISO_8859_1));
      part.release();
    }
    return text.toString();
  }

  private static void run(Queue<Runnable> lanes, EmbeddedChannel channel) {
    for (var task = lanes.poll(); task != null; task = lanes.poll()) {
      task.run();
      channel.runPendingTasks();
    }
  }

  // What no command may hold.

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      textBlock =
          """
          RETR 4294967297            | -ERR invalid message number
          RETR 0                     | -ERR invalid message number
          RETR 18446744073709551617  | -ERR invalid message number
          TOP 1 18446744073709551617 | -ERR invalid number of lines
          DELE -1                    | -ERR invalid message number
          USER a^b                   | -ERR invalid user name
          """,
      delimiter = '|')
  void isRefusedAndTheConnectionGoesOn(String command, String answer) throws IOException {
    try (var server = new Pop3TestServer(Settings.DEFAULTS.sessions(witness));
        var client = new Pop3TestClient(server.address())) {
      reach(client, Stage.USER);
      assertThat(client.ask(command.replace('^', '\7'))).isEqualTo(answer);
      assertThat(client.ask("NOOP")).startsWith("+OK");
      assertThat(witness.heard()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"STRANGER, NOOP~", "USER, NOOP~", "STRANGER, USER a^b", "USER, RETR 1^2"})
  void nulAndBareCrEndTheConnection(Stage stage, String command) throws IOException {
    try (var server = new Pop3TestServer(Settings.DEFAULTS.sessions(witness));
        var client = new Pop3TestClient(server.address())) {
      reach(client, stage);
      var octets = command.replace('~', '\0').replace('^', '\r');
      assertThat(client.ask(octets)).isEqualTo("-ERR invalid octet");
      assertThat(client.line()).isNull();
      assertThat(witness.heard()).isEmpty();
    }
  }

  // What is sent.

  /// A line of so many octets, its end included.
  private static String line(int octets) {
    return "NOOP" + " ".repeat(octets - "NOOP".length() - 2);
  }

  private static String base64(int octets) {
    return Base64.getEncoder().encodeToString("x".repeat(octets).getBytes(ISO_8859_1));
  }
}
