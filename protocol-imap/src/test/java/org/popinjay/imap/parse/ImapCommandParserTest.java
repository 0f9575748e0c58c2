package org.popinjay.imap.parse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.imap.command.Capability;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.imap.command.ParseResult.BeyondLimit;
import org.popinjay.imap.command.ParseResult.Parsed;
import org.popinjay.imap.command.ParseResult.Rejected;
import org.popinjay.imap.command.TaggedCommand;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.NumberSet.Range;
import org.popinjay.wire.SessionEvents.Limit;

/// Commands whose arguments have no grammar of their own, and what is common to all.
class ImapCommandParserTest {

  @ParameterizedTest(name = "[{0}] has no tag: {1}")
  @CsvSource(
      textBlock =
          """
          ''              | expected a tag
          ' a NOOP'       | expected a tag
          'a'             | expected a tag
          '+a NOOP'       | expected a tag
          'a+b NOOP'      | expected a tag
          'a(b NOOP'      | expected a tag
          '* NOOP'        | expected a tag
          '"a" NOOP'      | expected a tag
          """,
      delimiter = '|')
  void refusesALineWithoutTag(String line, String reason) {
    assertThat(Parsing.parse(line)).isEqualTo(new Rejected(null, reason));
  }

  @Test
  void aTagHasSixtyFourCharacters() {
    assertThat(Parsing.parse("t".repeat(64) + " NOOP")).isInstanceOf(Parsed.class);
    assertThat(Parsing.parse("t".repeat(65) + " NOOP"))
        .isEqualTo(new BeyondLimit(null, Limit.TAG, "tag too long"));
  }

  @Test
  void theTagIsKeptAsItIs() {
    assertThat(Parsing.parse("aB]1 NOOP")).isEqualTo(new Parsed(new TaggedCommand("aB]1", noop())));
  }

  private static ImapCommand noop() {
    return new ImapCommand.Noop();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"NOOP", "noop", "NoOp ", "  NOOP   "})
  void wordsGoInAnyCaseAndSpacesAroundArgumentsDoNoHarm(String text) {
    assertThat(Parsing.command(text)).isEqualTo(noop());
  }

  @ParameterizedTest(name = "{0} is refused: {1}")
  @CsvSource(
      textBlock =
          """
          NOPE                      | unknown command at octet 8
          X-NOPE 1                  | unknown command at octet 10
          UID NOOP                  | unknown command at octet 12
          UID                       | expected a space at octet 7
          NOOP now                  | surplus text at octet 9
          NOOP~                     | surplus text at octet 8
          LOGIN tea                 | expected a space at octet 13
          LOGIN tea "pot            | quoted string without end at octet 18
          LOGIN tea "p\\ot"         | octet not allowed in quoted string at octet 17
          LOGIN tea {3}~pots        | surplus text at octet 22
          LOGIN tea {9}~pots        | literal out of place at octet 14
          LOGIN tea {3-}~pot        | expected '}' at octet 16
          LOGIN tea ~{3}            | surplus text at octet 15
          LOGIN tea pot pot         | surplus text at octet 18
          LOGIN tea (pot)           | expected a text at octet 14
          AUTHENTICATE              | expected a space at octet 16
          AUTHENTICATE A=B          | expected a mechanism at octet 20
          AUTHENTICATE ABCDEFGHIJKLMNOPQRSTU | expected a mechanism at octet 38
          SELECT                    | expected a space at octet 10
          RENAME a                  | expected a space at octet 12
          COPY 1                    | expected a space at octet 10
          COPY 0 a                  | expected a number from 1 up at octet 9
          COPY 01 a                 | expected a number from 1 up at octet 9
          COPY 4294967296 a         | number too great at octet 9
          COPY 99999999999999999999 a | number too great at octet 9
          COPY -1 a                 | expected a number from 1 up at octet 9
          COPY 1, a                 | expected a number from 1 up at octet 11
          COPY 1: a                 | expected a number from 1 up at octet 11
          COPY 1:2:3 a              | expected a space at octet 12
          COPY $ a                  | expected a number from 1 up at octet 9
          COMPRESS LZW              | unknown algorithm at octet 13
          ENABLE                    | expected a space at octet 10
          UID EXPUNGE               | expected a space at octet 15
          ID                        | expected a space at octet 6
          ID (name x)               | expected a string at octet 8
          ID ("name")               | expected a space at octet 14
          ID ("name" "a" )          | expected a string at octet 19
          """,
      delimiter = '|')
  void refuses(String text, String reason) {
    assertThat(Parsing.reason(text.replace("~", text.contains("~{") ? "~" : "\r\n")))
        .isEqualTo(reason);
  }

  @Test
  void aPasswordMayBeAnything() {
    assertThat(password("LOGIN tea pot")).isEqualTo("pot");
    assertThat(password("LOGIN \"tea\" \"a \\\"b\\\\\"")).isEqualTo("a \"b\\");
    assertThat(password("LOGIN {3}\r\ntea {5+}\r\n\u00ff\r\n(}")).isEqualTo("\u00ff\r\n(}");
    assertThat(password("LOGIN tea \"\"")).isEmpty();
  }

  private static String password(String text) {
    var login = (ImapCommand.Login) Parsing.command(text);
    assertThat(login.credentials().user()).isEqualTo("tea");
    assertThat(login.secret()).isTrue();
    return new String(login.credentials().secret(), ISO_8859_1);
  }

  @Test
  void anInitialResponseIsAWordOfBase64() {
    var authenticate = (ImapCommand.Authenticate) Parsing.command("AUTHENTICATE plain AHRlYQ==");
    assertThat(authenticate.mechanism()).isEqualTo("PLAIN");
    assertThat(authenticate.initial()).isNotNull();
    assertThat(((ImapCommand.Authenticate) Parsing.command("AUTHENTICATE PLAIN")).initial())
        .isNull();
  }

  @Test
  void idKeepsItsOrder() {
    assertThat(Parsing.command("ID (\"name\" \"x\" \"version\" NIL)"))
        .isEqualTo(new ImapCommand.Id(Map.of("name", "x", "version", "")));
    assertThat(Parsing.command("ID NIL")).isEqualTo(new ImapCommand.Id(Map.of()));
    assertThat(Parsing.command("ID ()")).isEqualTo(new ImapCommand.Id(Map.of()));
  }

  @Test
  void idHasThirtyFieldsOfLimitedLength() {
    assertThat(Parsing.command(id(30, 4, 1024))).isInstanceOf(ImapCommand.Id.class);
    assertThat(Parsing.beyond(id(31, 4, 1))).isEqualTo(Limit.ID);
    assertThat(Parsing.command(id(1, 30, 1))).isInstanceOf(ImapCommand.Id.class);
    assertThat(Parsing.beyond(id(1, 31, 1))).isEqualTo(Limit.ID);
    assertThat(Parsing.beyond(id(1, 4, 1025))).isEqualTo(Limit.ID);
    assertThat(Parsing.reason("ID (\"a\" {1}\r\n\u0007)")).startsWith("control character");
  }

  private static String id(int fields, int name, int value) {
    var text = new StringBuilder("ID (");
    for (int i = 0; i < fields; i++) {
      text.append(i == 0 ? "\"" : " \"").append(String.format("%0" + name + "d", i));
      text.append("\" \"").append("v".repeat(value)).append('"');
    }
    return text.append(')').toString();
  }

  @Test
  void enableLetsUnknownNamesPass() {
    assertThat(Parsing.command("ENABLE X-NOPE condstore QRESYNC UTF8=NOPE"))
        .isEqualTo(new ImapCommand.Enable(Set.of(Capability.CONDSTORE, Capability.QRESYNC)));
  }

  @Test
  void setsAreKeptAsRanges() {
    assertThat(set("1:4294967295")).containsExactly(new Range(1, 4294967295L));
    assertThat(set("5:3")).containsExactly(new Range(3, 5));
    assertThat(set("*:3")).containsExactly(new Range(3, Range.STAR));
    assertThat(set("*")).containsExactly(new Range(Range.STAR, Range.STAR));
    assertThat(set("1,4:5,5:9,2"))
        .containsExactly(new Range(1, 1), new Range(4, 9), new Range(2, 2));
    assertThat(set("3,2,1")).containsExactly(new Range(1, 3));
  }

  private static List<Range> set(String set) {
    var copy = (ImapCommand.Copy) Parsing.command("UID COPY " + set + " x");
    assertThat(copy.messages()).isInstanceOf(NumberSet.Uids.class);
    return copy.messages().ranges();
  }

  @Test
  void aSetHasTwentyThousandRanges() {
    var odd = new StringBuilder("1");
    for (int i = 1; i < 20_000; i++) {
      odd.append(',').append(2 * i + 1);
    }
    assertThat(set(odd.toString())).hasSize(20_000);
    assertThat(Parsing.beyond("UID COPY " + odd + ",50001 x")).isEqualTo(Limit.WORDS);
    assertThat(set("1" + ",1".repeat(30_000))).hasSize(1);
  }

  @ParameterizedTest(name = "{0} belongs to {1}")
  @CsvSource(
      textBlock =
          """
          ID NIL                                     | ID
          ENABLE CONDSTORE                           | ENABLE
          IDLE                                       | IDLE
          NAMESPACE                                  | NAMESPACE
          UNSELECT                                   | UNSELECT
          MOVE 1 x                                   | MOVE
          UID MOVE 1 x                               | MOVE
          UID EXPUNGE 1                              | UIDPLUS
          COMPRESS DEFLATE                           | COMPRESS=DEFLATE
          AUTHENTICATE PLAIN AAAA                    | SASL-IR
          SELECT x (CONDSTORE)                       | CONDSTORE
          FETCH 1 MODSEQ                             | CONDSTORE
          FETCH 1 FLAGS (CHANGEDSINCE 1)             | CONDSTORE
          STORE 1 (UNCHANGEDSINCE 1) +FLAGS (\\Seen) | CONDSTORE
          SEARCH MODSEQ 1                            | CONDSTORE
          STATUS x (HIGHESTMODSEQ)                   | CONDSTORE
          STATUS x (SIZE)                            | STATUS=SIZE
          STATUS x (APPENDLIMIT)                     | APPENDLIMIT
          SEARCH RETURN (MIN) ALL                    | ESEARCH
          SEARCH YOUNGER 60                          | WITHIN
          SEARCH OLDER 60                            | WITHIN
          LIST "" (a b)                              | LIST-EXTENDED
          LIST () "" a                               | LIST-EXTENDED
          LIST "" a RETURN (CHILDREN)                | LIST-EXTENDED
          LIST (SPECIAL-USE) "" a                    | SPECIAL-USE
          LIST "" a RETURN (SPECIAL-USE)             | SPECIAL-USE
          LIST "" a RETURN (STATUS (MESSAGES))       | LIST-STATUS
          """,
      delimiter = '|')
  void whatIsSwitchedOffIsNotUnderstood(String text, String name) {
    assertThat(Parsing.parse("a " + text)).isInstanceOf(Parsed.class);
    var others = EnumSet.complementOf(EnumSet.of(Capability.of(name).orElseThrow()));
    assertThat(Parsing.parse("a " + text, ImapDialect.REV1, others)).isInstanceOf(Rejected.class);
  }

  @ParameterizedTest(name = "{0} names the mailbox {1}")
  @CsvSource(
      textBlock =
          """
          inbox                | INBOX
          "InBox"              | INBOX
          {5}~iNBOX            | INBOX
          inbox/x              | INBOX/x
          INBOXES              | INBOXES
          Work/                | Work
          "a b]"               | a b]
          a]                   | a]
          &U,BTFw-             | \u53f0\u5317
          {8+}~&U,BTFw-        | \u53f0\u5317
          R&AOQ-t              | R\u00e4t
          R&AGEDCA-t           | R&AGEDCA-t
          &2D3eAA-             | \ud83d\ude00
          a&-b                 | a&b
          &AGE-                | &AGE-
          a&                   | a&
          """,
      delimiter = '|',
      quoteCharacter = '\'')
  void mailboxNames(String written, String name) {
    var expected = new MailboxName(name);
    var argument = written.replace("~", "\r\n");
    for (var command : List.of("DELETE", "SELECT", "EXAMINE", "SUBSCRIBE", "UNSUBSCRIBE")) {
      assertThat(Parsing.command(command + " " + argument).toString())
          .contains(expected.toString());
    }
    assertThat(Parsing.command("STATUS " + argument + " (MESSAGES)").toString())
        .contains(expected.toString());
    assertThat(Parsing.command("COPY 1 " + argument))
        .isEqualTo(
            new ImapCommand.Copy(new NumberSet.Sequence(List.of(new Range(1, 1))), expected));
    assertThat(Parsing.command("RENAME " + argument + " " + argument))
        .extracting("from", "to")
        .containsExactly(expected, expected);
  }

  @Test
  void inUnicodeNamesAreWhatTheySay() {
    var utf8 = ImapDialect.REV1.withUtf8();
    assertThat(Parsing.command("DELETE &AGE-", utf8))
        .isEqualTo(new ImapCommand.Delete(new MailboxName("&AGE-")));
    assertThat(Parsing.command("DELETE \"R\u00c3\u00a4t\"", utf8))
        .isEqualTo(new ImapCommand.Delete(new MailboxName("R\u00e4t")));
    assertThat(Parsing.command("DELETE \"Ra\u00cc\u0088t\"", utf8))
        .isEqualTo(new ImapCommand.Delete(new MailboxName("R\u00e4t")));
    assertThat(Parsing.reason("DELETE {2}\r\n\u00c3(", utf8)).startsWith("text that is not UTF-8");
  }

  @ParameterizedTest(name = "CREATE {0} is well formed: {1}")
  @CsvSource({
    "a, true",
    "a/, true",
    "&AOQ-, true",
    "&AGE-, false",
    "&AOQ, false",
    "&-, true",
    "&, false",
    "'{1}~\u0007', false",
    "&AAo-, false",
    "&ICg-, false"
  })
  void namesThatAreNotEncodedAsTheyShouldBeAreMarked(String written, boolean wellFormed) {
    var create = (ImapCommand.Create) Parsing.command("CREATE " + written.replace("~", "\r\n"));
    assertThat(create.wellFormed()).isEqualTo(wellFormed);
    assertThat(create.level()).isEqualTo(written.endsWith("/"));
  }
}
