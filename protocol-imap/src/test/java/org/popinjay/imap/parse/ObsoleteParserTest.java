package org.popinjay.imap.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popinjay.imap.command.FetchItem.BodySection;
import org.popinjay.imap.command.FetchItem.Name;
import org.popinjay.imap.command.FetchItem.Partial;
import org.popinjay.imap.command.FetchModifiers;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.ImapCommand.Find.Among;
import org.popinjay.imap.command.Section;
import org.popinjay.imap.command.Section.Text;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.NumberSet.Range;

/// Heritage, a test for each production: RFC 1176, RFC 1730 and RFC 2062.
class ObsoleteParserTest {

  @ParameterizedTest(name = "FIND {0} looks through {1}")
  @CsvSource({
    "MAILBOXES, SUBSCRIBED",
    "all.mailboxes, ALL",
    "BBOARDS, BULLETIN_BOARDS",
    "ALL.BBOARDS, BULLETIN_BOARDS"
  })
  void find(String what, Among among) {
    assertThat(Parsing.command("FIND " + what + " \"a?%*\""))
        .isEqualTo(new ImapCommand.Find(among, "a?%*"));
    assertThat(Parsing.command("find " + what + " a?*"))
        .isEqualTo(new ImapCommand.Find(among, "a?*"));
  }

  @Test
  void bboard() {
    assertThat(Parsing.command("BBOARD general"))
        .isEqualTo(new ImapCommand.Bboard(new MailboxName("general")));
  }

  @ParameterizedTest(name = "SUBSCRIBE {0} is about {1}")
  @CsvSource({
    "MAILBOX x, x",
    "mailbox \"a b\", a b",
    "MAILBOX mailbox, mailbox",
    "mailbox, mailbox",
    "MAILBOX, MAILBOX",
    "MAILBOX/x, MAILBOX/x",
    "MAILBOXES, MAILBOXES",
  })
  void twoWordsTellSubscribeMailboxFromAMailboxOfThatName(String argument, String name) {
    assertThat(Parsing.command("SUBSCRIBE " + argument))
        .isEqualTo(new ImapCommand.Subscribe(new MailboxName(name), true));
    assertThat(Parsing.command("UNSUBSCRIBE " + argument))
        .isEqualTo(new ImapCommand.Subscribe(new MailboxName(name), false));
  }

  @Test
  void partialIsAFetchOfOneMessageThatCountsFromOne() {
    var items =
        Map.of(
            "RFC822", text(Text.ALL, false, new Partial(0, 10), Name.RFC822),
            "RFC822.PEEK", text(Text.ALL, true, new Partial(0, 10), Name.RFC822),
            "RFC822.HEADER", text(Text.HEADER, true, new Partial(0, 10), Name.RFC822_HEADER),
            "RFC822.TEXT", text(Text.TEXT, false, new Partial(0, 10), Name.RFC822_TEXT),
            "RFC822.TEXT.PEEK", text(Text.TEXT, true, new Partial(0, 10), Name.RFC822_TEXT),
            "BODY[0]", text(Text.ZERO, false, new Partial(0, 10), Name.BODY_WITHOUT_ORIGIN),
            "BODY.PEEK[0]", text(Text.ZERO, true, new Partial(0, 10), Name.BODY_WITHOUT_ORIGIN),
            "BODY[]", text(Text.ALL, false, new Partial(0, 10), Name.BODY_WITHOUT_ORIGIN));
    items.forEach((item, expected) ->
        assertThat(Parsing.command("PARTIAL 7 " + item + " 1 10"))
            .as(item)
            .isEqualTo(one(7, expected)));
    assertThat(Parsing.command("PARTIAL 1 RFC822 9223372036854775807 0"))
        .isEqualTo(one(1, text(Text.ALL, false, new Partial(Long.MAX_VALUE - 1, 0), Name.RFC822)));
  }

  private static ImapCommand one(long message, BodySection item) {
    var messages = new NumberSet.Sequence(List.of(new Range(message, message)));
    return new ImapCommand.Fetch(messages, List.of(item), FetchModifiers.NONE);
  }

  private static BodySection text(Text text, boolean peek, Partial partial, Name name) {
    return new BodySection(new Section(List.of(), text, List.of()), peek, partial, name);
  }

  @Test
  void sectionZeroIsTheHeader() {
    assertThat(item("BODY[0]")).isEqualTo(section(List.of(), Text.ZERO));
    assertThat(item("BODY[3.0]")).isEqualTo(section(List.of(3), Text.ZERO));
    assertThat(item("BODY[4.2.0]")).isEqualTo(section(List.of(4, 2), Text.ZERO));
  }

  private static BodySection section(List<Integer> part, Text text) {
    return new BodySection(new Section(part, text, List.of()), false, null, Name.BODY);
  }

  private static Object item(String text) {
    return ((ImapCommand.Fetch) Parsing.command("FETCH 1 " + text)).items().getFirst();
  }

  @Test
  void linesOfTheHeader() {
    assertThat(item("RFC822.HEADER.LINES (from \"x y\")"))
        .isEqualTo(lines(Text.HEADER_FIELDS, Name.RFC822_HEADER));
    assertThat(item("rfc822.header.lines.not (from \"x y\")"))
        .isEqualTo(lines(Text.HEADER_FIELDS_NOT, Name.RFC822_HEADER));
    assertThat(item("BODY.PEEK[HEADER.LINES (from \"x y\")]"))
        .isEqualTo(lines(Text.HEADER_FIELDS, Name.BODY));
    assertThat(item("BODY.PEEK[HEADER.LINES.NOT (from \"x y\")]"))
        .isEqualTo(lines(Text.HEADER_FIELDS_NOT, Name.BODY));
  }

  private static BodySection lines(Text text, Name name) {
    return new BodySection(new Section(List.of(), text, List.of("from", "x y")), true, null, name);
  }

  @Test
  void peeks() {
    assertThat(item("RFC822.PEEK")).isEqualTo(text(Text.ALL, true, Name.RFC822));
    assertThat(item("RFC822.TEXT.PEEK")).isEqualTo(text(Text.TEXT, true, Name.RFC822_TEXT));
    assertThat(item("RFC822.HEADER")).isEqualTo(text(Text.HEADER, true, Name.RFC822_HEADER));
  }

  private static BodySection text(Text text, boolean peek, Name name) {
    return new BodySection(new Section(List.of(), text, List.of()), peek, null, name);
  }

  @ParameterizedTest(name = "{0} is refused: {1}")
  @CsvSource(
      textBlock =
          """
          FIND                            | expected a space at octet 8
          FIND MAILBOX *                  | unknown kind of names, ending at octet 16
          FIND MAILBOXES                  | expected a space at octet 18
          PARTIAL 1 RFC822 1              | expected a space at octet 22
          PARTIAL 1 RFC822 0 1            | expected a number from 1 up at octet 21
          PARTIAL * RFC822 1 1            | expected a number from 1 up at octet 12
          PARTIAL 1:2 RFC822 1 1          | expected a space at octet 13
          PARTIAL 1 FLAGS 1 1             | no text to take a piece of, ending at octet 23
          PARTIAL 1 BODY[]<0.1> 1 1       | no text to take a piece of, ending at octet 29
          FETCH 1 BODY[0.1]               | expected ']' at octet 18
          FETCH 1 BODY[00]                | expected ']' at octet 18
          FETCH 1 RFC822.HEADER.LINES ()  | expected a text at octet 33
          FETCH 1 RFC822.HEADER.PEEK      | unknown item at octet 30
          """,
      delimiter = '|')
  void refuses(String text, String reason) {
    assertThat(Parsing.reason(text)).isEqualTo(reason);
  }
}
