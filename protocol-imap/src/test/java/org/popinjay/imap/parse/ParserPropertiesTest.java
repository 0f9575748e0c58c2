package org.popinjay.imap.parse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.popinjay.config.ImapCommandLimits;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.imap.command.ParseResult;
import org.popinjay.mailstore.ModifiedUtf7;

/// What holds of every input.
class ParserPropertiesTest {
  private static final ImapDialect QRESYNC = ImapDialect.REV1.withQresync();
  private static final List<String> PIECES =
      List.of(
          " ",
          "(",
          ")",
          "[",
          "]",
          "<",
          ">",
          "{3}\r\n",
          "{3+}\r\nabc",
          "\"",
          "\\",
          "a",
          "1",
          "0",
          "*",
          ":",
          ",",
          ".",
          "\r\n",
          "\0",
          "\u00ff",
          "\u00c3\u00a4",
          "&",
          "-",
          "NIL",
          "FETCH ",
          "UID ",
          "STORE ",
          "SEARCH ",
          "LIST ",
          "SELECT ",
          "STATUS ",
          "ID ",
          "LOGIN ",
          "RETURN ",
          "FLAGS",
          "+FLAGS ",
          "\\Seen",
          "BODY[",
          "HEADER.FIELDS ",
          "NOT ",
          "OR ",
          "CHARSET ",
          "SUBJECT ",
          "ON ",
          "1-Feb-1994",
          "QRESYNC ",
          "CHANGEDSINCE ",
          "4294967296",
          "APPEND ");

  @Property(tries = 1000)
  void whatIsPrintedIsReadAgain(@ForAll long seed) {
    var random = new Random(seed);
    var command = new CommandMaker(random).command();
    var text = new CommandPrinter(random).print(command);
    assertThat(Parsing.command(text, QRESYNC)).as(text).isEqualTo(command);
  }

  @Property(tries = 1000)
  void nothingThrowsAndTheCostIsLinear(@ForAll @Size(max = 60) List<Byte> choices) {
    var line = new StringBuilder("a ");
    choices.forEach(choice -> line.append(PIECES.get((choice & 0xFF) % PIECES.size())));
    looksAreFew(line.toString());
  }

  @Property(tries = 1000)
  void octetsOfAnyKindDoNotThrow(@ForAll byte[] octets) {
    looksAreFew(new String(octets, ISO_8859_1));
    looksAreFew("a " + new String(octets, ISO_8859_1));
  }

  @Property(tries = 300)
  void aCommandThatIsSpoiledDoesNotThrow(@ForAll long seed) {
    var random = new Random(seed);
    var text =
        new StringBuilder(new CommandPrinter(random).print(new CommandMaker(random).command()));
    for (int i = 0; i < 3; i++) {
      text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
    }
    looksAreFew("a " + text);
  }

  @Example
  void longInputsAreLinearToo() {
    for (var piece : PIECES) {
      looksAreFew("a SEARCH " + piece.repeat(10_000));
      looksAreFew("a FETCH 1 (" + piece.repeat(10_000));
      looksAreFew("a UID FETCH " + piece.repeat(10_000));
      looksAreFew("a STORE 1 FLAGS (" + piece.repeat(10_000));
      looksAreFew("a LIST \"" + piece.repeat(10_000));
      looksAreFew(piece.repeat(10_000));
    }
  }

  /// Parses and counts: each octet may be looked at a few times and no more.
  private static void looksAreFew(String line) {
    var frame = new ImapFrame(line.getBytes(ISO_8859_1));
    var parser = new ImapCommandParser(Parsing.ALL, true, true, ImapCommandLimits.DEFAULTS);
    var in = parser.lexer(frame, QRESYNC);
    var result = ImapCommandParser.parse(in, frame);
    assertThat(in.looks()).as(line).isLessThan(100 + 12L * line.length());
    if (result instanceof ParseResult.Rejected(_, String reason)) {
      assertThat(reason).isNotBlank().matches(ParserPropertiesTest::isPrintable);
    }
  }

  private static boolean isPrintable(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c < 0x7F);
  }

  @Property(tries = 500)
  void namesSurviveModifiedUtf7(@ForAll String text) {
    var valid = new String(text.getBytes(UTF_8), UTF_8);
    var encoded = ModifiedUtf7.encode(valid);
    assertThat(encoded).matches(ParserPropertiesTest::isPrintable);
    assertThat(ModifiedUtf7.decode(encoded)).isEqualTo(valid);
  }

  @Property(tries = 500)
  void whatDecodesIsTheOneRightForm(@ForAll @Size(max = 12) List<Byte> choices) {
    var alphabet = "&&&---ABZaz09+,x ";
    var name = new StringBuilder();
    choices.forEach(choice -> name.append(alphabet.charAt((choice & 0xFF) % alphabet.length())));
    var decoded = ModifiedUtf7.decode(name.toString());
    if (decoded != null) {
      assertThat(ModifiedUtf7.encode(decoded)).isEqualTo(name.toString());
    }
  }
}
