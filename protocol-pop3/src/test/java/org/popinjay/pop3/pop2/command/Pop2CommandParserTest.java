package org.popinjay.pop3.pop2.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popinjay.pop3.pop2.command.Pop2Input.Parsed;
import org.popinjay.pop3.pop2.command.Pop2Input.Rejected;

class Pop2CommandParserTest {
  private final Pop2CommandParser parser = new Pop2CommandParser();

  @ParameterizedTest(name = "[{0}] is {1}")
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "QUIT|Quit[]",
        "quit  |Quit[]",
        "RETR|Retr[]",
        "acks|Acks[]",
        "Ackd|Ackd[]",
        "NACK\t|Nack[]",
        "READ|Read[number=-1]",
        "READ |Read[number=-1]",
        "READ 7|Read[number=7]",
        "read \t 7 |Read[number=7]",
        "READ 0|Read[number=0]",
        "READ 0000000001|Read[number=1]",
        "READ 4294967297|Read[number=2147483647]",
        "FOLD inbox|Fold[mailbox=inbox]",
        "FOLD two words |Fold[mailbox=two words]",
        "FOLD two\\ words\\ |Fold[mailbox=two words ]",
        "FOLD back\\\\slash|Fold[mailbox=back\\slash]",
        "HELO tea pot|Helo[user=tea, password=<hidden>]",
        "helo\ttea  pot|Helo[user=tea, password=<hidden>]",
        "HELO t\\ ea pot|Helo[user=t ea, password=<hidden>]",
        "HELO host:tea pot|Helo[user=host:tea, password=<hidden>]",
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
        "''|unknown command",
        " QUIT|unknown command",
        "QUITS|unknown command",
        "STAT|unknown command",
        "QU\\IT|unknown command",
        "QUIT now|too many arguments",
        "RETR 1|too many arguments",
        "READ x|invalid message number",
        "READ -1|invalid message number",
        "READ 1 2|invalid message number",
        "READ 00000000001|invalid message number",
        "FOLD|invalid mailbox name",
        "FOLD x\\|invalid mailbox name",
        "FOLD x\ty|invalid mailbox name",
        "HELO|invalid user name",
        "HELO te\7a pot|invalid user name",
        "HELO tea|missing password",
        "HELO tea |missing password",
        "HELO tea pot\\|missing password",
      })
  void refuses(String line, String reason) {
    assertThat(parse(line)).isEqualTo(new Rejected(reason));
  }

  @ParameterizedTest(name = "[{0}] has the password [{1}]")
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "HELO tea \\ two\\ words\\ | two words ",
        "HELO tea two words |two words ",
        "HELO tea back\\\\slash|back\\slash",
        "HELO tea p\\ot|pot",
      })
  void undoesTheQuotingOfPasswords(String line, String password) {
    assertThat(parse(line)).isInstanceOf(Parsed.class);
    var helo = (Pop2Command.Helo) ((Parsed) parse(line)).command();
    assertThat(new String(helo.password().octets(), UTF_8)).isEqualTo(password);
  }

  @Property
  void whatWasQuotedIsReadAsItWas(@ForAll @NotEmpty @Size(max = 80) byte[] password) {
    var line = new StringBuilder("HELO tea ");
    for (byte octet : password) {
      line.append('\\').append((char) (octet & 0xFF));
    }
    assertThat(parse(line.toString())).isInstanceOf(Parsed.class);
    var helo = (Pop2Command.Helo) ((Parsed) parse(line.toString())).command();
    assertThat(helo.password().octets()).isEqualTo(password);
  }

  @Property
  void neverThrows(@ForAll @Size(max = 40) byte[] line) {
    assertThat(parse(new String(line, ISO_8859_1))).isNotNull();
  }

  private Pop2Input parse(String line) {
    var octets = Unpooled.copiedBuffer("..." + line + "\r\n", ISO_8859_1);
    return parser.parse(octets, 3, line.length());
  }
}
