package org.popinjay.imap.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.popinjay.config.ImapCommandLimits;
import org.popinjay.imap.netty.FrameRun.Storing;

/// Frames and what is refused of them; each dialogue whole, octet by octet and cut at random
/// places.
class ImapFrameDecoderTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource("dialogues")
  void isTheSameHoweverTheStreamIsCut(
      String name, Storing storing, String input, List<String> expected) {
    var whole = input + FrameRun.LAST;
    assertThat(run(storing, List.of(whole))).as("whole").isEqualTo(expected);
    var octets = whole.chars().mapToObj(Character::toString).toList();
    assertThat(run(storing, octets)).as("octet by octet").isEqualTo(expected);
    assertThat(run(storing, cut(whole, new Random(7)))).as("cut").isEqualTo(expected);
  }

  private static List<String> run(Storing storing, List<String> pieces) {
    return FrameRun.of(FrameRun.SMALL, storing, pieces);
  }

  private static List<String> cut(String input, Random random) {
    var pieces = new ArrayList<String>();
    for (int at = 0; at < input.length(); ) {
      int next = Math.min(input.length(), at + 1 + random.nextInt(9));
      pieces.add(input.substring(at, next));
      at = next;
    }
    return pieces;
  }

  static Stream<Arguments> dialogues() {
    return Stream.of(
        framed("a line", "a NOOP\r\n", "a NOOP"),
        framed("a line that ends with LF alone", "a NOOP\nb NOOP\n", "a NOOP", "b NOOP"),
        framed("blank lines are passed over", "\r\n\na NOOP\r\n\r\n", "a NOOP"),
        framed("a literal is asked for", "a X {3}\r\nabc y\r\n", "+", "a X {3}\r\nabc y"),
        framed("a literal that comes unasked", "a X {3+}\r\nabc\r\n", "a X {3+}\r\nabc"),
        framed("a literal marked by LF alone", "a X {3}\nabc\n", "+", "a X {3}\nabc"),
        framed("an empty literal", "a X {0}\r\n\r\n", "+", "a X {0}\r\n"),
        framed("two literals", "a X {1}\r\nb {2+}\r\ncd\r\n", "+", "a X {1}\r\nb {2+}\r\ncd"),
        framed("a literal of line ends", "a X {4+}\r\n\r\n{1\r\n", "a X {4+}\r\n\r\n{1"),
        framed("braces inside a line", "a X {3} y\r\n", "a X {3} y"),
        framed("braces of nothing", "a X {}\r\nb {x}\r\n", "a X {}", "b {x}"),
        framed("a sign is no mark", "a X {3-}\r\n", "a X {3-}"),
        framed("a CR inside a line", "a X\ry\r\n", "a X\ry"),
        framed(
            "a number beyond all", "a X {99999999999999999999}\r\n", "a X {99999999999999999999}"),
        framed(
            "a literal as long as may be",
            "a X {20+}\r\n" + "x".repeat(20) + "\r\n",
            "a X {20+}\r\n" + "x".repeat(20)),
        framed("a literal too long", "a X {21}\r\nb NOOP\r\n", "refused a LITERAL", "b NOOP"),
        framed(
            "a literal too long that comes unasked",
            "a X {21+}\r\n" + "x".repeat(21) + " y\r\nb NOOP\r\n",
            "refused a LITERAL",
            "b NOOP"),
        framed(
            "literals too long together",
            "a X {20+}\r\n" + "x".repeat(20) + " {11}\r\nb NOOP\r\n",
            "refused a LITERAL",
            "b NOOP"),
        framed(
            "more literals behind one too long",
            "a X {21+}\r\n" + "x".repeat(21) + " {2+}\r\ny\n {5}\r\nb NOOP\r\n",
            "refused a LITERAL",
            "b NOOP"),
        framed(
            "as much thrown away as may be",
            "a X {186+}\r\n" + "x".repeat(186) + "\r\nb NOOP\r\n",
            "refused a LITERAL",
            "b NOOP"),
        framed(
            "one octet more",
            "a X {187+}\r\n" + "x".repeat(187) + "\r\nb NOOP\r\n",
            "fatal ENDLESS"),
        framed("more than may be thrown away", "a X {201+}\r\n", "fatal ENDLESS"),
        framed(
            "a number beyond all that comes", "a X {99999999999999999999+}\r\n", "fatal ENDLESS"),
        framed(
            "a refused tag that is none",
            "a(b X {21}\r\nb NOOP\r\n",
            "refused null LITERAL",
            "b NOOP"),
        framed("a line as long as may be", "a " + "x".repeat(56) + "\r\n", "a " + "x".repeat(56)),
        framed(
            "a line too long",
            "a " + "x".repeat(57) + "\r\nb NOOP\r\n",
            "refused a LINE",
            "b NOOP"),
        framed(
            "a line too long with a literal",
            "a " + "x".repeat(57) + "{3}\r\nb NOOP\r\n",
            "refused a LINE",
            "b NOOP"),
        framed(
            "a line too long with a literal that comes",
            "a " + "x".repeat(57) + "{3+}\r\n\r\nq\r\nb NOOP\r\n",
            "refused a LINE",
            "b NOOP"),
        framed("a line without end", "a " + "x".repeat(300), "fatal ENDLESS"),
        framed(
            "a line with a token",
            "a AUTHENTICATE X " + "x".repeat(60) + "\r\n",
            "a AUTHENTICATE X " + "x".repeat(60)),
        framed("a browser", "GET / HTTP/1.1\r\nHost: x\r\n", "fatal FOREIGN"),
        framed("a browser later on", "a NOOP\r\nGET / HTTP/1.1\r\n", "a NOOP", "GET / HTTP/1.1"),
        framed("a TLS client", "\u0016\u0003\u0001", "fatal FOREIGN"),
        stored(
            "a message",
            Storing.ALL,
            "a APPEND x {5}\r\nhello\r\n",
            "append x",
            "message of 5",
            "+",
            "hello",
            "end"),
        stored(
            "a message that comes unasked",
            Storing.ALL,
            "a APPEND x {5+}\r\nhello\r\nb NOOP\r\n",
            "append x",
            "message of 5",
            "hello",
            "end",
            "b NOOP"),
        stored(
            "a message to a mailbox that is a literal",
            Storing.ALL,
            "a APPEND {1}\r\nx (\\Seen) {5+}\r\nhello\r\n",
            "+",
            "append x",
            "message of 5",
            "hello",
            "end"),
        stored(
            "a message longer than any literal",
            Storing.ALL,
            "a APPEND x {1000+}\r\n" + "m".repeat(1000) + "\r\n",
            "append x",
            "message of 1000",
            "1000 octets",
            "end"),
        stored(
            "two messages",
            Storing.ALL,
            "a APPEND x {5}\r\nhello (\\Draft) {3+}\r\nyou\r\n",
            "append x",
            "message of 5",
            "+",
            "hello",
            "message of 3",
            "you",
            "end"),
        stored(
            "a space behind a message",
            Storing.ALL,
            "a APPEND x {2}\r\nhi \r\n",
            "append x",
            "message of 2",
            "+",
            "hi",
            "end"),
        stored(
            "text behind a message",
            Storing.ALL,
            "a APPEND x {2}\r\nhi you\r\nb NOOP\r\n",
            "append x",
            "message of 2",
            "+",
            "hi",
            "malformed: surplus text behind a message",
            "b NOOP"),
        stored(
            "nonsense between messages",
            Storing.ALL,
            "a APPEND x {2}\r\nhi (\\Nope) {2+}\r\nho\r\nb NOOP\r\n",
            "append x",
            "message of 2",
            "+",
            "hi",
            "malformed: unknown system flag at octet 8 behind a message",
            "b NOOP"),
        stored(
            "nonsense before a message",
            Storing.ALL,
            "a APPEND x (\\Nope) {2+}\r\nho\r\nb NOOP\r\n",
            "unknown system flag at octet 18",
            "b NOOP"),
        stored(
            "a message refused",
            Storing.NONE,
            "a APPEND x {5}\r\nb NOOP\r\n",
            "append x",
            "message of 5",
            "unwanted",
            "b NOOP"),
        stored(
            "a message refused that comes unasked",
            Storing.NONE,
            "a APPEND x {5+}\r\nhello {3+}\r\nyou {1}\r\nb NOOP\r\n",
            "append x",
            "message of 5",
            "unwanted",
            "b NOOP"),
        stored(
            "a second message refused",
            Storing.FIRST,
            "a APPEND x {5+}\r\nhello {3}\r\nb NOOP\r\n",
            "append x",
            "message of 5",
            "hello",
            "message of 3",
            "unwanted",
            "b NOOP"),
        stored(
            "a message broken off",
            Storing.BEGINNING,
            "a APPEND x {150}\r\n" + "m".repeat(150) + "\r\nb NOOP\r\n",
            "append x",
            "message of 150",
            "+",
            "broken off",
            "b NOOP"),
        stored(
            "an empty message",
            Storing.ALL,
            "a APPEND x {0+}\r\n\r\nb NOOP\r\n",
            "append x",
            "message of 0",
            "end",
            "b NOOP"),
        stored(
            "a line too long behind a message",
            Storing.ALL,
            "a APPEND x {2+}\r\nhi " + "x".repeat(60) + "\r\nb NOOP\r\n",
            "append x",
            "message of 2",
            "hi",
            "beyond a limit: too long behind a message",
            "b NOOP"));
  }

  private static Arguments framed(String name, String input, String... expected) {
    return stored(name, Storing.ALL, input, expected);
  }

  private static Arguments stored(String name, Storing storing, String input, String... expected) {
    return Arguments.of(name, storing, input, List.of(expected));
  }

  @Test
  void aLargeMessageWaitsForWhoStoresIt() {
    var limits =
        new FrameLimits(60, 90, 20, 30, Long.MAX_VALUE, 200, true, ImapCommandLimits.DEFAULTS);
    var pieces = new ArrayList<String>();
    pieces.add("a APPEND x {3000000}\r\n");
    for (int i = 0; i < 30; i++) {
      pieces.add("m".repeat(100_000));
    }
    pieces.add("\r\n" + FrameRun.LAST);
    assertThat(FrameRun.of(limits, Storing.ALL, pieces))
        .containsExactly("append x", "message of 3000000", "+", "3000000 octets", "end");
  }

  @Test
  void withLiteralMinusAMessageMayNotComeUnasked() {
    var limits = new FrameLimits(60, 90, 20, 30, 10, 200, true, ImapCommandLimits.DEFAULTS);
    var input = "a APPEND x {11+}\r\nhello world\r\nb X {11+}\r\nhello world\r\n" + FrameRun.LAST;
    assertThat(FrameRun.of(limits, Storing.ALL, List.of(input)))
        .containsExactly("refused a UNASKED_MESSAGE", "refused b LITERAL");
  }
}
