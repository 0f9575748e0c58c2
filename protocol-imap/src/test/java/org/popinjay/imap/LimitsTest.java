package org.popinjay.imap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.config.ByteSize;
import org.popinjay.wire.LimitWitness;
import org.popinjay.wire.SessionEvents.Limit;
import org.popinjay.wire.transcript.NoLeaks;

/// Each limit on what clients send, through the whole pipeline: at it nothing happens, one past it
/// there is the answer, one event a time and one line in the log a connection.
@ExtendWith(NoLeaks.class)
class LimitsTest {
  private static final int KIB = 1024;

  private final LimitWitness witness = new LimitWitness();

  @AfterEach
  void close() {
    witness.close();
  }

  /// Where a conversation stands before a limit is tried.
  enum Stage {
    STRANGER,
    USER,
    SELECTED
  }

  /// A limit that is answered, and the connection goes on.
  ///
  /// @param at a command that reaches the limit; its tag is `a`, or all `t`
  /// @param past the same with one more
  /// @param answer how the command past it is completed
  record Row(
      String name,
      Limit limit,
      Stage stage,
      UnaryOperator<Settings> settings,
      String at,
      String past,
      String answer) {
    Row(String name, Limit limit, Stage stage, String at, String past, String answer) {
      this(name, limit, stage, settings -> settings, at, past, answer);
    }

    @Override
    public String toString() {
      return name + ", " + stage;
    }
  }

  static Stream<Row> answered() {
    return Stream.of(strangers(), users(), names(), keywords(), appends()).flatMap(rows -> rows);
  }

  private static Stream<Row> strangers() {
    var line = "a NO [LIMIT] line too long";
    var literal = "a NO [LIMIT] literal too large";
    return Stream.of(
        new Row("line", Limit.LINE, Stage.STRANGER, line(8 * KIB), line(8 * KIB + 1), line),
        new Row(
            "literal",
            Limit.LITERAL,
            Stage.STRANGER,
            "a X " + literal(KIB),
            "a X " + literal(KIB + 1),
            literal),
        new Row(
            "literals",
            Limit.LITERAL,
            Stage.STRANGER,
            "a X" + (" " + literal(KIB)).repeat(4),
            "a X" + (" " + literal(KIB)).repeat(4) + " " + literal(1),
            literal),
        new Row(
            "literal with leave",
            Limit.LITERAL,
            Stage.STRANGER,
            "a NOOP",
            "a LOGIN {1025}",
            literal),
        new Row(
            "tag",
            Limit.TAG,
            Stage.STRANGER,
            "t".repeat(64) + " NOOP",
            "t".repeat(65) + " NOOP",
            "* BAD [LIMIT] tag too long"),
        new Row(
            "lists in lists",
            Limit.NESTING,
            Stage.STRANGER,
            "a ID (\"a\" \"b\")",
            "a LIST \"\" x RETURN (STATUS (MESSAGES))",
            "a NO [LIMIT] too many lists in lists"),
        new Row("pairs of ID", Limit.ID, Stage.STRANGER, id(30, 4, 4), id(31, 4, 4), fields()),
        new Row("key of ID", Limit.ID, Stage.STRANGER, id(1, 30, 4), id(1, 31, 4), field()),
        new Row("value of ID", Limit.ID, Stage.STRANGER, id(1, 4, 1024), id(1, 4, 1025), field()),
        new Row(
            "SASL response, decoded",
            Limit.SASL_RESPONSE,
            Stage.STRANGER,
            authenticate(8 * KIB),
            authenticate(8 * KIB + 1),
            "a NO [LIMIT] response too long"),
        new Row(
            "SASL response, as a line",
            Limit.SASL_RESPONSE,
            Stage.STRANGER,
            "a AUTHENTICATE PLAIN\r\n" + "x".repeat(16 * KIB - 2),
            "a AUTHENTICATE PLAIN\r\n" + "x".repeat(16 * KIB - 1),
            "a NO [LIMIT] response too long"));
  }

  private static Stream<Row> users() {
    var literal = "a NO [LIMIT] literal too large";
    var search = "a NO [LIMIT] too much to search for";
    return Stream.of(
        new Row(
            "line",
            Limit.LINE,
            Stage.USER,
            line(64 * KIB),
            line(64 * KIB + 1),
            "a NO [LIMIT] line too long"),
        new Row(
            "literal",
            Limit.LITERAL,
            Stage.USER,
            "a X " + literal(64 * KIB),
            "a X " + literal(64 * KIB + 1),
            literal),
        new Row(
            "literals",
            Limit.LITERAL,
            Stage.USER,
            "a X" + (" " + literal(64 * KIB)).repeat(4),
            "a X" + (" " + literal(64 * KIB)).repeat(4) + " " + literal(1),
            literal),
        new Row(
            "tag",
            Limit.TAG,
            Stage.USER,
            "t".repeat(64) + " NOOP",
            "t".repeat(65) + " NOOP",
            "* BAD [LIMIT] tag too long"),
        new Row(
            "words",
            Limit.WORDS,
            Stage.USER,
            "a ENABLE" + " X".repeat(19_998),
            "a ENABLE" + " X".repeat(19_999),
            "a NO [LIMIT] too many words"),
        new Row(
            "ranges of a set",
            Limit.WORDS,
            Stage.SELECTED,
            settings -> settings.limits("lineOctets", ByteSize.ofKiB(256)),
            "a UID FETCH " + oddNumbers(20_000) + " FLAGS",
            "a UID FETCH " + oddNumbers(20_001) + " FLAGS",
            "a NO [LIMIT] set with too many ranges"),
        new Row(
            "lists in lists",
            Limit.NESTING,
            Stage.SELECTED,
            "a SEARCH " + "(".repeat(32) + "SEEN" + ")".repeat(32),
            "a SEARCH " + "(".repeat(33) + "SEEN" + ")".repeat(33),
            "a NO [LIMIT] too many lists in lists"),
        new Row(
            "keys of a search in each other",
            Limit.SEARCH,
            Stage.SELECTED,
            "a SEARCH " + "NOT ".repeat(32) + "SEEN",
            "a SEARCH " + "NOT ".repeat(33) + "SEEN",
            search),
        new Row(
            "keys of a search",
            Limit.SEARCH,
            Stage.SELECTED,
            "a SEARCH" + " SEEN".repeat(1000),
            "a SEARCH" + " SEEN".repeat(1001),
            search),
        new Row(
            "texts of a search",
            Limit.SEARCH,
            Stage.SELECTED,
            "a SEARCH SUBJECT " + literal(64 * KIB),
            "a SEARCH SUBJECT " + literal(64 * KIB) + " SUBJECT x",
            search),
        new Row(
            "items of FETCH",
            Limit.FETCH_ITEMS,
            Stage.SELECTED,
            "a FETCH 1 (" + words(128, "BODY.PEEK[%s]") + ")",
            "a FETCH 1 (" + words(129, "BODY.PEEK[%s]") + ")",
            "a NO [LIMIT] too many items"),
        new Row(
            "fields",
            Limit.HEADER_FIELDS,
            Stage.SELECTED,
            "a FETCH 1 BODY.PEEK[HEADER.FIELDS (" + words(256, "X%s") + ")]",
            "a FETCH 1 BODY.PEEK[HEADER.FIELDS (" + words(257, "X%s") + ")]",
            fields()),
        new Row(
            "patterns",
            Limit.LIST_PATTERNS,
            Stage.USER,
            "a LIST \"\" (" + words(32, "x%s") + ")",
            "a LIST \"\" (" + words(33, "x%s") + ")",
            "a NO [LIMIT] too many patterns"),
        new Row(
            "length of a pattern",
            Limit.LIST_PATTERNS,
            Stage.USER,
            "a LIST \"\" " + "x".repeat(1024),
            "a LIST \"\" " + "x".repeat(1025),
            "a NO [LIMIT] pattern too long"));
  }

  private static Stream<Row> names() {
    return Stream.of(
        name("octets of a level", "x".repeat(240), "x".repeat(241)),
        name("levels", "x/".repeat(15) + "x", "x/".repeat(16) + "x"),
        name(
            "octets of a name",
            ("x".repeat(199) + "/").repeat(4) + "x".repeat(200),
            ("x".repeat(199) + "/").repeat(4) + "x".repeat(201)));
  }

  private static Row name(String what, String at, String past) {
    var answer = "a NO [LIMIT] the name is too long";
    return new Row(
        what, Limit.MAILBOX_NAME, Stage.USER, "a CREATE " + at, "a CREATE " + past, answer);
  }

  private static Stream<Row> keywords() {
    var many = "a NO [LIMIT] too many keywords";
    var full =
        IntStream.range(0, 4)
            .mapToObj(i -> "a STORE 1 +FLAGS (" + words(64, "k" + i + "-%s") + ")\r\n")
            .collect(Collectors.joining());
    return Stream.of(
        new Row(
            "length of a keyword",
            Limit.KEYWORDS,
            Stage.SELECTED,
            "a STORE 1 FLAGS " + "k".repeat(100),
            "a STORE 1 FLAGS " + "k".repeat(101),
            "a NO [LIMIT] keyword too long"),
        new Row(
            "length of a keyword to look for",
            Limit.KEYWORDS,
            Stage.SELECTED,
            "a SEARCH KEYWORD " + "k".repeat(100),
            "a SEARCH KEYWORD " + "k".repeat(101),
            "a NO [LIMIT] keyword too long"),
        new Row(
            "keywords of a STORE",
            Limit.KEYWORDS,
            Stage.SELECTED,
            "a STORE 1 FLAGS (" + words(64, "k%s") + ")",
            "a STORE 1 FLAGS (" + words(65, "k%s") + ")",
            many),
        new Row(
            "keywords of an APPEND",
            Limit.KEYWORDS,
            Stage.USER,
            "a APPEND INBOX (" + words(64, "k%s") + ") " + literal(1),
            "a APPEND INBOX (" + words(65, "k%s") + ") " + literal(1),
            many),
        new Row(
            "keywords of the second message of an APPEND",
            Limit.KEYWORDS,
            Stage.USER,
            "a APPEND INBOX " + literal(1) + " (" + words(64, "k%s") + ") " + literal(1),
            "a APPEND INBOX " + literal(1) + " (" + words(65, "k%s") + ") " + literal(1),
            many + " behind a message"),
        new Row(
            "keywords of a mailbox",
            Limit.KEYWORDS,
            Stage.SELECTED,
            full + "a NOOP",
            "a STORE 1 +FLAGS (one-more)",
            many));
  }

  private static Stream<Row> appends() {
    UnaryOperator<Settings> small = settings -> settings.limits("appendOctets", ByteSize.ofKiB(64));
    var refused = "a NO [TOOBIG] the message is too large";
    return Stream.of(
        new Row(
            "octets of a message",
            Limit.APPEND,
            Stage.USER,
            small,
            "a APPEND INBOX " + literal(64 * KIB),
            "a APPEND INBOX " + literal(64 * KIB + 1),
            refused),
        new Row(
            "octets of a message with leave",
            Limit.APPEND,
            Stage.USER,
            small,
            "a NOOP",
            "a APPEND INBOX {65537}",
            refused),
        new Row(
            "messages of an APPEND",
            Limit.APPEND,
            Stage.USER,
            "a APPEND INBOX" + (" " + literal(1)).repeat(1000),
            "a APPEND INBOX" + (" " + literal(1)).repeat(1001),
            "a NO [LIMIT] too many messages at once"),
        new Row(
            "line behind a message",
            Limit.LINE,
            Stage.USER,
            "a APPEND INBOX " + literal(1) + " ".repeat(64 * KIB - 2),
            "a APPEND INBOX " + literal(1) + " ".repeat(64 * KIB - 1),
            "a NO [LIMIT] too long behind a message"));
  }

  @ParameterizedTest
  @MethodSource("answered")
  void isAnsweredCountedAndLoggedOnce(Row row) throws IOException {
    var settings = row.settings().apply(Settings.DEFAULTS).sessions(witness);
    try (var server = new ImapTestServer(settings);
        var client = new ImapTestClient(server.address())) {
      server.store.deliver("tea", "Subject: one\n\n".getBytes(US_ASCII));
      reach(client, row.stage());
      assertThat(completions(client, row.at())).noneMatch(line -> line.contains("LIMIT"));
      assertThat(witness.heard()).as("at the limit").isEmpty();
      for (int i = 0; i < 2; i++) {
        client.expectOk("n NOOP");
        assertThat(completions(client, row.past())).last().isEqualTo(row.answer());
      }
      client.expectOk("n NOOP");
      assertThat(witness.heard()).containsExactly(row.limit(), row.limit());
      assertThat(witness.logged()).containsExactly(row.limit().name());
    }
  }

  private static void reach(ImapTestClient client, Stage stage) throws IOException {
    if (stage != Stage.STRANGER) {
      client.expectOk("in LOGIN tea pot");
    }
    if (stage == Stage.SELECTED) {
      client.expectOk("s SELECT INBOX");
    }
  }

  /// Sends commands and waits for all their completions.
  private static List<String> completions(ImapTestClient client, String text) throws IOException {
    client.send(text + "\r\n");
    var found = new ArrayList<String>();
    for (int left = text.split("\r\na ", -1).length; left > 0; left--) {
      var line = String.valueOf(client.line());
      while (!line.startsWith("a ") && !line.startsWith("ttt") && !line.startsWith("* BAD")) {
        line = String.valueOf(client.line());
      }
      found.add(line);
    }
    return found;
  }

  /// A limit that ends the connection.
  record End(
      String name, Limit limit, Stage stage, String at, String past, List<String> lastWords) {
    @Override
    public String toString() {
      return name + ", " + stage;
    }
  }

  static Stream<End> endings() {
    var errors = List.of("* BAD expected a tag", "* BYE [CLIENTBUG] too many errors");
    return Stream.of(
        new End(
            "commands before sign-in",
            Limit.COMMANDS_BEFORE_LOGIN,
            Stage.STRANGER,
            "a NOOP\r\n".repeat(100),
            "a NOOP\r\n",
            List.of("* BYE [LIMIT] too many commands without sign-in")),
        new End(
            "bad commands",
            Limit.BAD_COMMANDS,
            Stage.STRANGER,
            "\"\r\n".repeat(2),
            "\"\r\n",
            errors),
        new End(
            "bad commands", Limit.BAD_COMMANDS, Stage.USER, "\"\r\n".repeat(19), "\"\r\n", errors),
        new End(
            "failures",
            Limit.FAILURES,
            Stage.STRANGER,
            "a LOGIN tea cup\r\n".repeat(2),
            "a LOGIN tea cup\r\n",
            List.of("a NO [AUTHENTICATIONFAILED] sign-in failed", "* BYE too many attempts")),
        new End(
            "line without end",
            Limit.LINE,
            Stage.STRANGER,
            "",
            "a NOOP" + " ".repeat(64 * KIB),
            List.of("* BYE [TOOBIG] line or literal too large")),
        new End(
            "literal too large to wait for",
            Limit.LITERAL,
            Stage.STRANGER,
            "",
            "a LOGIN {65536+}\r\n",
            List.of("* BYE [TOOBIG] line or literal too large")),
        new End(
            "literal too large to wait for",
            Limit.LITERAL,
            Stage.USER,
            "",
            "a CREATE {65537+}\r\n",
            List.of("* BYE [TOOBIG] line or literal too large")),
        new End(
            "line without end behind a message",
            Limit.LINE,
            Stage.USER,
            "",
            "a APPEND INBOX " + literal(1) + " ".repeat(80 * KIB),
            List.of(
                "a NO [LIMIT] too long behind a message",
                "* BYE [TOOBIG] line or literal too large")),
        new End(
            "response without end",
            Limit.SASL_RESPONSE,
            Stage.STRANGER,
            "",
            "a AUTHENTICATE PLAIN\r\n" + "x".repeat(80 * KIB),
            List.of("+ ", "a NO [LIMIT] response too long")));
  }

  @ParameterizedTest
  @MethodSource("endings")
  void endsTheConnection(End end) throws IOException {
    var settings = Settings.DEFAULTS.imap("discardMax", ByteSize.ofKiB(64)).sessions(witness);
    try (var server = new ImapTestServer(settings);
        var client = new ImapTestClient(server.address())) {
      reach(client, end.stage());
      client.send(end.at());
      for (int i = 0; i < end.at().chars().filter(c -> c == '\n').count(); i++) {
        assertThat(client.line()).doesNotContain("BYE");
      }
      assertThat(witness.heard()).as("at the limit").isEmpty();
      client.send(end.past());
      assertThat(client.upTo("the end")).containsExactlyElementsOf(end.lastWords());
      assertThat(witness.heard()).containsExactly(end.limit());
      assertThat(witness.logged()).containsExactly(end.limit().name());
    }
  }

  // What waits.

  @Test
  void commandsThatWaitStopTheReadingAndNothingElse() {
    waits(Settings.DEFAULTS, "b NOOP\r\n", 31, Limit.QUEUED_COMMANDS);
  }

  @Test
  void soDoTheirOctets() {
    var settings = Settings.DEFAULTS.limits("connectionOctets", ByteSize.ofKiB(512));
    waits(settings, "b CREATE " + literal(64 * KIB) + "\r\n", 8, Limit.CONNECTION_OCTETS);
  }

  /// Sends commands behind one that waits too.
  ///
  /// @param most with so many of them nothing more is read
  private void waits(Settings settings, String command, int most, Limit limit) {
    Queue<Runnable> lanes = new ArrayDeque<>();
    try (var imap = new EmbeddedImap(settings.sessions(witness), lanes::add)) {
      imap.say("in LOGIN tea pot\r\n");
      run(lanes, imap);
      imap.say("a SELECT INBOX\r\n");
      imap.say(command.repeat(most - 1));
      assertThat(witness.heard()).as("at the limit").isEmpty();
      assertThat(imap.reads()).isTrue();
      imap.say(command);
      imap.say("c NOOP\r\n");
      assertThat(imap.reads()).isFalse();
      assertThat(imap.isOpen()).isTrue();
      assertThat(witness.heard()).containsExactly(limit);
      assertThat(witness.logged()).containsExactly(limit.name());
      run(lanes, imap);
      assertThat(imap.reads()).isTrue();
      assertThat(imap.said().lines().filter(line -> line.startsWith("b "))).hasSize(most);
      imap.say("d NOOP\r\n");
      run(lanes, imap);
      assertThat(imap.said()).isEqualTo("d OK NOOP completed\r\n");
    }
  }

  private static void run(Queue<Runnable> lanes, EmbeddedImap imap) {
    for (var task = lanes.poll(); task != null; task = lanes.poll()) {
      task.run();
      imap.run();
    }
  }

  // What no command may hold.

  /// A command that is refused, and how; the connection goes on. `~` stands for NUL, `^` for a
  /// control, `!` for the first octet of a letter in UTF-8.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      textBlock =
          """
          FETCH 4294967297 FLAGS                 | BAD number too great
          FETCH 0 FLAGS                          | BAD expected a number
          UID FETCH 4294967297:* FLAGS           | BAD number too great
          FETCH 99999999999999999999999999 FLAGS | BAD number too great
          FETCH 1 BODY[]<0.9223372036854775808>  | BAD number too great
          SEARCH LARGER 9223372036854775808      | BAD number too great
          SEARCH MODSEQ 18446744073709551617     | BAD number too great
          LOGIN {99999999999999999999999}        | BAD number too great
          CREATE "a~b"                           | BAD octet not allowed
          CREATE a~b                             | BAD surplus text
          CREATE {3+}&a~b                        | BAD NUL in literal
          SEARCH SUBJECT "a~"                    | BAD octet not allowed
          STORE 1 FLAGS (a~)                     | BAD expected ')'
          STORE 1 FLAGS (a^)                     | BAD expected ')'
          ID ("a~" "b")                          | BAD octet not allowed
          ID ("a" {2+}&b^)                       | BAD control character
          ID ("a" {4+}&b%c)                      | BAD control character
          CREATE {2+}&a^                         | NO [CANNOT]
          CREATE {4+}&a%b                        | NO [CANNOT]
          RENAME INBOX "a^"                      | NO [CANNOT]
          CREATE "a!"                            | BAD octet not allowed
          CREATE {2+}&a!                         | BAD text that is not UTF-8
          SEARCH CHARSET UTF-8 SUBJECT {2+}&a!   | BAD text that is not in its charset
          ID ("a" {2+}&b!)                       | BAD text that is not UTF-8
          LIST "" {2+}&a!                        | BAD text that is not UTF-8
          """,
      delimiter = '|',
      quoteCharacter = '\'')
  void isRefusedAndTheConnectionGoesOn(String command, String answer) throws IOException {
    var octets =
        command
            .replace("&", "\r\n")
            .replace("%", "\r\n")
            .replace('~', '\0')
            .replace('^', '\7')
            .replace('!', '\u00c3');
    try (var server = new ImapTestServer(Settings.DEFAULTS.sessions(witness));
        var client = new ImapTestClient(server.address())) {
      server.store.deliver("tea", "Subject: one\n\n".getBytes(US_ASCII));
      reach(client, Stage.SELECTED);
      client.send("a " + octets + "\r\n");
      assertThat(client.line()).startsWith("a " + answer);
      client.expectOk("z NOOP");
      assertThat(witness.heard()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1:4294967295", "4294967295:*", "1:4294967295,4294967294", "*,1:*"})
  void aThousandRangesThatOverlapAreOneAnswerAMessage(String ranges) throws IOException {
    try (var server = new ImapTestServer(Settings.DEFAULTS.sessions(witness));
        var client = new ImapTestClient(server.address())) {
      for (int i = 0; i < 3; i++) {
        server.store.deliver("tea", "Subject: one\n\n".getBytes(US_ASCII));
      }
      reach(client, Stage.SELECTED);
      var lines = client.ask("a UID FETCH " + String.join(",", nCopies(1000, ranges)) + " FLAGS");
      assertThat(lines.getLast()).startsWith("a OK ");
      assertThat(lines).hasSize(ranges.equals("4294967295:*") ? 2 : 4);
      assertThat(witness.heard()).isEmpty();
    }
  }

  // What is sent.

  private static String fields() {
    return "a NO [LIMIT] too many fields";
  }

  private static String field() {
    return "a NO [LIMIT] field too long";
  }

  /// A line of so many octets, its end included.
  private static String line(int octets) {
    return "a NOOP" + " ".repeat(octets - "a NOOP".length() - 2);
  }

  private static String literal(int octets) {
    return "{" + octets + "+}\r\n" + "x".repeat(octets);
  }

  /// @param format with `%s` for a number
  private static String words(int count, String format) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(format::formatted)
        .collect(Collectors.joining(" "));
  }

  private static String oddNumbers(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> String.valueOf(2 * i + 1))
        .collect(Collectors.joining(","));
  }

  private static String id(int pairs, int name, int value) {
    return IntStream.range(0, pairs)
        .mapToObj(i -> ("\"%0" + name + "d\" \"%s\"").formatted(i, "v".repeat(value)))
        .collect(Collectors.joining(" ", "a ID (", ")"));
  }

  private static String authenticate(int octets) {
    var response = "x".repeat(octets).getBytes(ISO_8859_1);
    return "a AUTHENTICATE PLAIN " + Base64.getEncoder().encodeToString(response);
  }
}
