package org.popinjay.pop3.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popinjay.pop3.command.ParseResult.Fault;
import org.popinjay.pop3.command.ParseResult.Foreign;
import org.popinjay.pop3.command.ParseResult.Parsed;
import org.popinjay.pop3.command.ParseResult.Rejected;

class Pop3CommandParserTest {
  private final Pop3CommandParser parser = new Pop3CommandParser();

  @ParameterizedTest(name = "[{0}] is {1}")
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "QUIT|Quit[]",
        "quit|Quit[]",
        "QUIT  |Quit[]",
        "CAPA|Capa[]",
        "stls|Stls[]",
        "STAT|Stat[]",
        "NOOP|Noop[]",
        "RSET|Rset[]",
        "LAST|Last[]",
        "LIST|List[number=0]",
        "LIST 7|List[number=7]",
        "LIST\t7|List[number=7]",
        "LIST   7  |List[number=7]",
        "UIDL|Uidl[number=0]",
        "UIDL 2147483647|Uidl[number=2147483647]",
        "RETR 0000000001|Retr[number=1]",
        "DELE 12|Dele[number=12]",
        "TOP 1 0|Top[number=1, lines=0]",
        "TOP 1  10 |Top[number=1, lines=10]",
        "top 1 9999999999|Top[number=1, lines=2147483647]",
        "USER tea|User[name=tea]",
        "USER   tea \t|User[name=tea]",
        "USER two words|User[name=two words]",
        "apop tea C4c9334bac560ecc979e58001b3e22fb|Apop[name=tea,"
            + " digest=C4c9334bac560ecc979e58001b3e22fb]",
        "AUTH|Auth[mechanism=null, initial=null]",
        "AUTH plain|Auth[mechanism=PLAIN, initial=null]",
        "AUTH SCRAM-SHA-256 abc=|Auth[mechanism=SCRAM-SHA-256, initial=<hidden>]",
        "PASS secret|Pass[password=<hidden>]",
        "XTND BBOARDS|Xtnd[extension=ListBoards[]]",
        "xtnd bboards  news |Xtnd[extension=OpenBoard[name=news, archive=false]]",
        "XTND\tARCHIVE\tmh-users|Xtnd[extension=OpenBoard[name=mh-users, archive=true]]",
        "XTND X-BBOARDS ../x\u00e9|Xtnd[extension=DescribeBoard[name=../x\u00e9]]",
      })
  void reads(String line, String command) {
    assertThat(parse(line)).isInstanceOf(Parsed.class);
    assertThat(((Parsed) parse(line)).command()).hasToString(command);
  }

  @ParameterizedTest(name = "[{0}] is refused: {1}")
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        " QUIT|unknown command",
        "QUI|unknown command",
        "QUITS|unknown command",
        "QUI\u00e9|unknown command",
        "AVERYLONGWORD|unknown command",
        "STAT 1|too many arguments",
        "CAPA x|too many arguments",
        "STLS now|too many arguments",
        "XTND BBOARDS a b|too many arguments",
        "XTND ARCHIVE|missing bboard name",
        "XTND X-BBOARDS |missing bboard name",
        "XTND BBOARD news|unknown command",
        "RETR|invalid message number",
        "RETR 0|invalid message number",
        "RETR 2147483648|invalid message number",
        "RETR 4294967297|invalid message number",
        "RETR 00000000001|invalid message number",
        "RETR 999999999999999999999999999999|invalid message number",
        "RETR 1x|invalid message number",
        "RETR 1 1|invalid message number",
        "RETR \u00b2|invalid message number",
        "TOP 1|invalid number of lines",
        "TOP 1 x|invalid number of lines",
        "TOP 1 -1|invalid number of lines",
        "TOP 1 2 3|invalid number of lines",
        "TOP x 2|invalid message number",
        "USER|invalid user name",
        "USER a\u0007b|invalid user name",
        "USER a\u007fb|invalid user name",
        "PASS|missing password",
        "APOP|invalid user name",
        "APOP tea|expected 32 hexadecimal digits",
        "APOP tea c4c9334bac560ecc979e58001b3e22fg|expected 32 hexadecimal digits",
        "APOP tea c4c9334bac560ecc979e58001b3e22fb0|expected 32 hexadecimal digits",
        "AUTH PL/AIN|invalid mechanism name",
        "AUTH ABCDEFGHIJKLMNOPQRSTU|invalid mechanism name",
        "AUTH PLAIN a b|too many arguments",
        "GET|unknown command",
      })
  void refuses(String line, String reason) {
    assertThat(parse(line))
        .isInstanceOfSatisfying(
            Rejected.class, rejected -> assertThat(rejected.reason()).isEqualTo(reason));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "BEER, UNKNOWN",
    "beer me, UNKNOWN",
    "RETR, TOO_FEW",
    "RETR 1 2, TOO_MANY",
    "RETR 2x, MALFORMED",
    "TOP, TOO_FEW",
    "TOP 1, TOO_FEW",
    "TOP x 1, MALFORMED",
    "TOP 1 1 1, TOO_MANY",
    "STAT now, TOO_MANY",
    "LIST x, MALFORMED",
    "USER, TOO_FEW",
    "PASS, TOO_FEW",
    "RPOP tea, MALFORMED",
  })
  void saysWhatIsWrong(String line, Fault fault) {
    assertThat(parse(line))
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected -> {
              assertThat(rejected.fault()).isEqualTo(fault);
              assertThat(line).startsWith(rejected.word());
            });
  }

  @ParameterizedTest
  @CsvSource({
    "GET / HTTP/1.1",
    "POST / HTTP/1.1",
    "put /x HTTP/1.0",
    "HEAD /",
    "OPTIONS * HTTP/1.1",
    "CONNECT a:1 HTTP/1.1",
    "DELETE /x HTTP/1.1"
  })
  void knowsTheWordsOfBrowsers(String line) {
    assertThat(parse(line)).isInstanceOf(Foreign.class);
  }

  @Property
  void aPasswordIsEverythingBehindOneSpace(@ForAll @Size(max = 100) byte[] password) {
    var line = new byte[5 + password.length];
    System.arraycopy("PASS ".getBytes(ISO_8859_1), 0, line, 0, 5);
    System.arraycopy(password, 0, line, 5, password.length);
    var parsed = (Parsed) parser.parse(Unpooled.wrappedBuffer(line), 0, line.length);
    assertThat(((Pop3Command.Pass) parsed.command()).password().octets()).isEqualTo(password);
  }

  @Property
  void numbersOutliveTheirPrinting(
      @ForAll @IntRange(min = 1) int number, @ForAll @IntRange(min = 0) int lines) {
    assertThat(parse("RETR " + number)).isEqualTo(new Parsed(new Pop3Command.Retr(number)));
    assertThat(parse("TOP " + number + " " + lines))
        .isEqualTo(new Parsed(new Pop3Command.Top(number, lines)));
  }

  @Property
  void noLineMakesItThrow(@ForAll @Size(max = 600) byte[] line) {
    assertThat(parser.parse(Unpooled.wrappedBuffer(line), 0, line.length)).isNotNull();
  }

  @Property
  void noArgumentMakesItThrow(@ForAll Word word, @ForAll @Size(max = 60) byte[] argument) {
    var line = Unpooled.buffer();
    line.writeCharSequence(word + " ", ISO_8859_1);
    line.writeBytes(argument);
    assertThat(parser.parse(line, 0, line.readableBytes())).isNotNull();
  }

  @Example
  void anEmptyLineIsNoCommand() {
    var unknown = new Rejected(Fault.UNKNOWN, "unknown command", "");
    assertThat(parse("")).isEqualTo(unknown);
    assertThat(parse("  ")).isEqualTo(unknown);
  }

  @Example
  void onlyThePartThatIsTheLineIsRead() {
    var octets = Unpooled.copiedBuffer("xxRETR 12345\r\n", ISO_8859_1);
    assertThat(parser.parse(octets, 2, 6)).isEqualTo(new Parsed(new Pop3Command.Retr(1)));
  }

  /// Words of commands with arguments.
  enum Word {
    USER,
    PASS,
    APOP,
    AUTH,
    LIST,
    UIDL,
    RETR,
    TOP,
    DELE
  }

  private ParseResult parse(String line) {
    return parser.parse(Unpooled.copiedBuffer(line, ISO_8859_1), 0, line.length());
  }
}
