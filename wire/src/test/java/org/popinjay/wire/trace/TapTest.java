package org.popinjay.wire.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TapTest {
  private static final Language POP3 =
      new Language(
          "pop3",
          false,
          Map.of("USER", 1, "PASS", 0, "APOP", 0, "AUTH", 0, "STAT", Language.ALL),
          Set.of("AUTH"));
  private static final Language IMAP =
      new Language(
          "imap",
          true,
          Map.of(
              "LOGIN", 0,
              "AUTHENTICATE", 0,
              "NOOP", Language.ALL,
              "APPEND", Language.ALL,
              "FETCH", Language.ALL,
              "SELECT", Language.ALL),
          Set.of("AUTHENTICATE"));

  private final List<String> seen = new ArrayList<>();
  private Tap tap = tap(IMAP);

  private Tap tap(Language language) {
    return new Tap(language, "s1", line -> seen.add(line.speaker().mark() + " " + line.text()));
  }

  private void client(String text) {
    tap.heard(Unpooled.copiedBuffer(text, ISO_8859_1));
  }

  private void server(String text) {
    tap.said(Unpooled.copiedBuffer(text, ISO_8859_1), new HiddenParts());
  }

  @ParameterizedTest(name = "{0} is shown as {1}")
  @CsvSource(
      textBlock =
          """
          STAT               | STAT
          stat 1             | stat 1
          PASS kettle        | PASS <hidden>
          PASS\tkettle       | PASS <hidden>
          PASS               | PASS
          APOP tea c4c933    | APOP <hidden>
          USER tea           | USER tea
          USER tea kettle    | USER tea <hidden>
          PSAS kettle        | <hidden>
          kettle             | <hidden>
          """,
      delimiter = '|')
  void pop3CommandsAreShownAsFarAsTheyAreNoSecret(String line, String shown) {
    tap = tap(POP3);
    client(line + "\r\n");
    assertThat(seen).containsExactly("C: " + shown);
  }

  @ParameterizedTest(name = "{0} is shown as {1}")
  @CsvSource(
      textBlock =
          """
          a NOOP               | a NOOP
          a SELECT "x y"       | a SELECT "x y"
          a UID FETCH 1 FLAGS  | a UID FETCH 1 FLAGS
          a uid login x y      | a uid login <hidden>
          a LOGIN tea kettle   | a LOGIN <hidden>
          a LOGIM tea kettle   | <hidden>
          LOGIN tea kettle     | <hidden>
          DONE                 | DONE
          DONE kettle          | <hidden>
          """,
      delimiter = '|')
  void imapCommandsAreShownAsFarAsTheyAreNoSecret(String line, String shown) {
    client(line + "\r\n");
    assertThat(seen).containsExactly("C: " + shown);
  }

  @Test
  void anExchangeOfPop3IsHiddenInBothDirections() {
    tap = tap(POP3);
    client("AUTH SCRAM-SHA-256\r\n");
    server("+ \r\n");
    client("biwsbj10ZWE=\r\n");
    server("+ cj1rZXR0bGU=\r\n");
    client("STAT\r\n");
    server("+OK 3 messages\r\n");
    client("STAT\r\n");
    assertThat(seen)
        .containsExactly(
            "C: AUTH <hidden>",
            "S: + ",
            "C: <hidden>",
            "S: + <hidden>",
            "C: <hidden>",
            "S: +OK 3 messages",
            "C: STAT");
  }

  @Test
  void anExchangeOfImapEndsWithTheAnswerToItsTag() {
    client("a AUTHENTICATE PLAIN\r\n");
    server("+ \r\n* OK still here\r\n");
    client("b NOOP\r\n");
    server("a OK done\r\n");
    client("b NOOP\r\n");
    assertThat(seen)
        .containsExactly(
            "C: a AUTHENTICATE <hidden>",
            "S: + ",
            "S: * OK still here",
            "C: <hidden>",
            "S: a OK done",
            "C: b NOOP");
  }

  @Test
  void anExchangeWhoseTagNobodyCouldReadEndsToo() {
    client("* AUTHENTICATE PLAIN\r\n");
    server("* BAD tag\r\n");
    client("b NOOP\r\n");
    assertThat(seen).endsWith("C: b NOOP");
  }

  @Test
  void literalsOfTheClientAreHidden() {
    client("a LOGIN {3+}\r\ntea {6+}\r\nkettle\r\nb APPEND x (\\Seen) {8}\r\n");
    server("a OK\r\n+ go ahead\r\n");
    client("a NOOP\r\n\r\nc NOOP\r\n");
    assertThat(seen)
        .containsExactly(
            "C: a LOGIN <hidden>",
            "C: <hidden 3 octets>",
            "C: <hidden>",
            "C: <hidden 6 octets>",
            "C: b APPEND x (\\\\Seen) {8}",
            "C: <hidden 8 octets>",
            "S: a OK",
            "S: + go ahead",
            "C: c NOOP");
  }

  @Test
  void aLiteralThatIsNotWantedDoesNotSwallowTheNextCommand() {
    client("a APPEND x {999999}\r\n");
    server("a NO [TOOBIG] too large\r\n");
    client("b NOOP\r\n");
    assertThat(seen).endsWith("C: b NOOP");
  }

  @Test
  void theTextOfMessagesIsHidden() {
    var parts = new HiddenParts();
    parts.add(30, 33);
    parts.add(33, 36);
    tap.said(
        Unpooled.copiedBuffer("* 1 FETCH (FLAGS () BODY[] {6\nabcdef)\r\na OK\r\n", ISO_8859_1),
        parts);
    assertThat(seen)
        .containsExactly(
            "S: * 1 FETCH (FLAGS () BODY[] {6", "S: <hidden 6 octets>", "S: )", "S: a OK");
  }

  @Test
  void textThatFillsManyBuffersIsOneLine() {
    for (int i = 0; i < 3; i++) {
      var parts = new HiddenParts();
      parts.add(0, 4);
      tap.said(Unpooled.copiedBuffer("text", ISO_8859_1), parts);
    }
    server(".\r\n");
    assertThat(seen).containsExactly("S: <hidden 12 octets>", "S: .");
  }

  @Test
  void octetsThatCouldHarmATerminalAreEscapedAndLongLinesCut() {
    client("a SELECT \u001b[2J\u00e9\0\\\r\nb SELECT " + "x".repeat(100_000) + "\r\n");
    assertThat(seen.getFirst()).isEqualTo("C: a SELECT \\x1b[2J\\xe9\\x00\\\\");
    assertThat(seen.get(1)).hasSize(3 + LongLine.SHOWN_OCTETS).endsWith("xxx...");
  }

  @Test
  void aLongLineStillAnnouncesItsLiteral() {
    client("a LOGIN " + "x".repeat(60_000) + " {6+}\r\nkettle\r\nb NOOP\r\n");
    assertThat(seen).containsExactly("C: a LOGIN <hidden>", "C: <hidden 6 octets>", "C: b NOOP");
  }

  @Property(tries = 300)
  void howTheStreamIsCutChangesNothing(@ForAll int seed) {
    var text =
        "a NOOP\r\nb LOGIN {3+}\r\ntea \"kettle\"\r\nc APPEND x {10+}\r\n0123456789 {2+}\r\nab\r\n"
            + "d FETCH 1 FLAGS\r\n"
            + "e SELECT "
            + "y".repeat(5000)
            + "\r\n";
    client(text);
    var whole = List.copyOf(seen);
    seen.clear();
    tap = tap(IMAP);
    var random = new java.util.Random(seed);
    ByteBuf all = Unpooled.copiedBuffer(text, ISO_8859_1);
    while (all.isReadable()) {
      tap.heard(all.readSlice(Math.min(all.readableBytes(), 1 + random.nextInt(20))));
    }
    assertThat(seen).isEqualTo(whole);
    assertThat(whole).noneMatch(line -> line.contains("kettle"));
    seen.clear();
    tap = tap(IMAP);
  }
}
