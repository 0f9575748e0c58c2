package org.popinjay.imap.response;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.InternalDate;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.Uid;
import org.popinjay.mailstore.UidSet;

/// What the server's half of the grammar looks like.
class ImapResponseWriterTest {
  private static final ImapDialect REV2 = ImapDialect.REV1.withRev2();

  private static String written(ImapResponse response, ImapDialect dialect) {
    var out = Unpooled.buffer();
    new ImapResponseWriter(out, dialect).write(response);
    return out.toString(ISO_8859_1);
  }

  private static String text(String text, ImapDialect dialect) {
    var section = SectionName.of("BODY[]");
    var item = new FetchData.Text(section, text.getBytes(UTF_8));
    var line = written(new ImapResponse.Fetched(1, List.of(item)), dialect);
    return line.substring("* 1 FETCH (BODY[] ".length(), line.length() - 3);
  }

  private static String listed(String name, ImapDialect dialect) {
    var response = new ImapResponse.Listed(false, List.of(), new MailboxName(name), false);
    return written(response, dialect).substring("* LIST () \"/\" ".length()).strip();
  }

  @Test
  void stringsAreQuotedWhereTheyMayBe() {
    assertThat(text("", ImapDialect.REV1)).isEqualTo("\"\"");
    assertThat(text("tea", ImapDialect.REV1)).isEqualTo("\"tea\"");
    assertThat(text("a \"b\" \\c", ImapDialect.REV1)).isEqualTo("\"a \\\"b\\\" \\\\c\"");
    assertThat(text("a\tb", ImapDialect.REV1)).isEqualTo("{3}\r\na\tb");
    assertThat(text("a\r\nb", ImapDialect.REV1)).isEqualTo("{4}\r\na\r\nb");
    assertThat(text("x".repeat(1024), ImapDialect.REV1)).startsWith("\"x");
    assertThat(text("x".repeat(1025), ImapDialect.REV1)).startsWith("{1025}\r\nx");
  }

  @Test
  void eightBitsAreQuotedInUnicodeDialectsOnly() {
    assertThat(text("ü", ImapDialect.REV1)).startsWith("{2}\r\n");
    assertThat(text("ü", REV2)).startsWith("\"").hasSize(4);
  }

  @Test
  void namesAreAtomsWhereTheyMayBe() {
    assertThat(listed("INBOX", ImapDialect.REV1)).isEqualTo("INBOX");
    assertThat(listed("a b", ImapDialect.REV1)).isEqualTo("\"a b\"");
    assertThat(listed("nil", ImapDialect.REV1)).isEqualTo("\"nil\"");
    assertThat(listed("a&b", ImapDialect.REV1)).isEqualTo("a&-b");
    assertThat(listed("a&b", REV2)).isEqualTo("a&b");
    assertThat(listed("~peter/mail/台北/日本語", ImapDialect.REV1))
        .isEqualTo("~peter/mail/&U,BTFw-/&ZeVnLIqe-");
  }

  @Test
  void longSetsAreBrokenIntoLines() {
    var uids = new UidSet.Builder();
    for (int uid = 1; uid < 10_000; uid += 2) {
      uids.add(uid);
    }
    var set = uids.build();
    var lines = written(new ImapResponse.Vanished(true, set), ImapDialect.REV1).lines().toList();
    assertThat(lines).hasSizeGreaterThan(1);
    assertThat(lines)
        .allMatch(line -> line.startsWith("* VANISHED (EARLIER) ") && line.length() <= 8000);
    assertThat(String.join(",", lines.stream().map(line -> line.substring(21)).toList()))
        .isEqualTo(set.toString());
  }

  @Test
  void anOldClientSeesNoSizeOfMoreThan32Bits() {
    var big = new ImapResponse.Fetched(1, List.of(new FetchData.Size(5_000_000_000L)));
    assertThat(written(big, ImapDialect.REV1)).isEqualTo("* 1 FETCH (RFC822.SIZE 4294967295)\r\n");
    assertThat(written(big, REV2)).isEqualTo("* 1 FETCH (RFC822.SIZE 5000000000)\r\n");
  }

  @Test
  void itemsStandInTheirOrder() {
    var flags = new Flags(FlagSet.of(Flag.SEEN, Flag.ANSWERED), Keywords.of("tea"));
    var items =
        List.of(
            new FetchData.Uid(new Uid(-1)),
            new FetchData.Flags(flags, true),
            new FetchData.InternalDate(new InternalDate(1_700_000_000, -90)));
    assertThat(written(new ImapResponse.Fetched(7, List.copyOf(items)), ImapDialect.REV1))
        .isEqualTo(
            "* 7 FETCH (UID 4294967295 FLAGS (\\Answered \\Seen tea \\Recent)"
                + " INTERNALDATE \"14-Nov-2023 20:43:20 -0130\")\r\n");
  }

  @Test
  void fieldNamesOfAClientCannotBreakALine() {
    var section = new SectionName("BODY[HEADER.FIELDS", List.of("From", "X\r\n* 9"), "]");
    assertThat(
            written(
                new ImapResponse.Fetched(1, List.of(new FetchData.Missing(section))),
                ImapDialect.REV1))
        .isEqualTo("* 1 FETCH (BODY[HEADER.FIELDS (From {6}\r\nX\r\n* 9)] NIL)\r\n");
  }
}
