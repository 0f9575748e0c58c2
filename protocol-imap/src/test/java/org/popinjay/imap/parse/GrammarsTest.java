package org.popinjay.imap.parse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popinjay.config.ImapCommandLimits;
import org.popinjay.imap.command.AppendMessage;
import org.popinjay.imap.command.FetchItem;
import org.popinjay.imap.command.FetchItem.Attribute;
import org.popinjay.imap.command.FetchItem.BodySection;
import org.popinjay.imap.command.FetchItem.Name;
import org.popinjay.imap.command.FetchItem.Partial;
import org.popinjay.imap.command.FetchModifiers;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.imap.command.ListOptions;
import org.popinjay.imap.command.ListOptions.Returned;
import org.popinjay.imap.command.ListOptions.Selection;
import org.popinjay.imap.command.Qresync;
import org.popinjay.imap.command.SearchProgram;
import org.popinjay.imap.command.SearchProgram.SearchReturn;
import org.popinjay.imap.command.Section;
import org.popinjay.imap.command.Section.Text;
import org.popinjay.imap.command.StatusItem;
import org.popinjay.imap.command.StoreAction;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.InternalDate;
import org.popinjay.mailstore.Keyword;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.NumberSet.Range;
import org.popinjay.mailstore.UidSet;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.search.SearchKey;
import org.popinjay.mailstore.search.SearchKey.AddressField;
import org.popinjay.mailstore.search.SearchKey.When;
import org.popinjay.wire.SessionEvents.Limit;

/// What each grammar makes of the lines it is for.
class GrammarsTest {
  private static final ImapDialect QRESYNC = ImapDialect.REV1.withQresync();
  private static final NumberSet ONE = new NumberSet.Sequence(List.of(new Range(1, 1)));

  // FETCH

  private static List<FetchItem> items(String text) {
    return ((ImapCommand.Fetch) Parsing.command("FETCH 1 " + text)).items();
  }

  private static FetchItem body(List<Integer> part, Text text, String... fields) {
    return new BodySection(new Section(part, text, List.of(fields)), false, null, Name.BODY);
  }

  @Test
  void macrosStandForTheirItems() {
    assertThat(items("FAST"))
        .containsExactly(Attribute.FLAGS, Attribute.INTERNALDATE, Attribute.RFC822_SIZE);
    assertThat(items("all")).endsWith(Attribute.ENVELOPE).hasSize(4);
    assertThat(items("FULL")).endsWith(Attribute.ENVELOPE, Attribute.BODY).hasSize(5);
  }

  @Test
  void itemsKeepTheirOrderAndComeOnce() {
    assertThat(items("(MODSEQ UID FLAGS UID BODYSTRUCTURE BODY ENVELOPE)"))
        .containsExactly(
            Attribute.MODSEQ,
            Attribute.UID,
            Attribute.FLAGS,
            Attribute.BODYSTRUCTURE,
            Attribute.BODY,
            Attribute.ENVELOPE);
  }

  @Test
  void sectionsNameTexts() {
    assertThat(items("BODY[]")).containsExactly(body(List.of(), Text.ALL));
    assertThat(items("BODY[HEADER]")).containsExactly(body(List.of(), Text.HEADER));
    assertThat(items("body[text]")).containsExactly(body(List.of(), Text.TEXT));
    assertThat(items("BODY[1]")).containsExactly(body(List.of(1), Text.ALL));
    assertThat(items("BODY[1.20.3.MIME]")).containsExactly(body(List.of(1, 20, 3), Text.MIME));
    assertThat(items("BODY[4.HEADER]")).containsExactly(body(List.of(4), Text.HEADER));
    assertThat(items("BODY[HEADER.FIELDS (From \"x y\" {2}\r\nTo)]"))
        .containsExactly(body(List.of(), Text.HEADER_FIELDS, "From", "x y", "To"));
    assertThat(items("BODY[2.HEADER.FIELDS.NOT (from)]"))
        .containsExactly(body(List.of(2), Text.HEADER_FIELDS_NOT, "from"));
    assertThat(items("BODY.PEEK[]<5.9223372036854775807>"))
        .containsExactly(
            new BodySection(Section.MESSAGE, true, new Partial(5, Long.MAX_VALUE), Name.BODY));
  }

  @Test
  void oldNamesAreSections() {
    assertThat(items("(RFC822 RFC822.HEADER RFC822.TEXT RFC822.SIZE)"))
        .containsExactly(
            new BodySection(Section.MESSAGE, false, null, Name.RFC822),
            new BodySection(
                new Section(List.of(), Text.HEADER, List.of()), true, null, Name.RFC822_HEADER),
            new BodySection(
                new Section(List.of(), Text.TEXT, List.of()), false, null, Name.RFC822_TEXT),
            Attribute.RFC822_SIZE);
  }

  @Test
  void modifiersStandBehindTheItems() {
    assertThat(Parsing.command("UID FETCH 1:* (FLAGS) (CHANGEDSINCE 0 VANISHED)", QRESYNC))
        .isEqualTo(
            new ImapCommand.Fetch(
                new NumberSet.Uids(List.of(new Range(1, Range.STAR))),
                List.of(Attribute.FLAGS),
                new FetchModifiers(ModSeq.ZERO, true)));
  }

  @ParameterizedTest(name = "FETCH {0} is refused: {1}")
  @CsvSource(
      textBlock =
          """
          1                             | expected a space at octet 11
          1 ()                          | unknown item at octet 13
          1 (FLAGS                      | expected ')' at octet 18
          1 (FLAGS  UID)                | unknown item at octet 19
          1 (ALL)                       | unknown item at octet 16
          1 FLAGS UID                   | expected '(' at octet 18
          1 NOPE                        | unknown item at octet 16
          1 BODY.PEEK                   | expected '[' at octet 21
          1 BODY[                       | unknown section at octet 17
          1 BODY[MIME]                  | MIME without a part, ending at octet 21
          1 BODY[00]                    | expected ']' at octet 18
          1 BODY[1.]                    | unknown section at octet 19
          1 BODY[1.x]                   | unknown section at octet 20
          1 BODY[2147483648]            | part number too great, ending at octet 27
          1 BODY[HEADER.FIELDS]         | expected a space at octet 30
          1 BODY[HEADER.FIELDS ()]      | expected a text at octet 32
          1 BODY[]<0>                   | expected '.' at octet 20
          1 BODY[]<0.0>                 | expected a number from 1 up at octet 21
          1 BODY[]<0.9223372036854775808> | number too great at octet 21
          1 FLAGS (CHANGEDSINCE -1)     | expected a number at octet 32
          1 FLAGS ()                    | unknown modifier at octet 19
          1 FLAGS (NOPE 1)              | unknown modifier at octet 23
          1 BINARY[1]                   | unknown item at octet 18
          """,
      delimiter = '|')
  void refusesFetch(String text, String reason) {
    assertThat(Parsing.reason("FETCH " + text)).isEqualTo(reason);
  }

  @Test
  void fetchHasLimits() {
    assertThat(Parsing.command("FETCH 1 (BODY[HEADER.FIELDS (" + "a ".repeat(255) + "a)])"))
        .isNotNull();
    assertThat(Parsing.beyond("FETCH 1 (BODY[HEADER.FIELDS (" + "a ".repeat(256) + "a)])"))
        .isEqualTo(Limit.HEADER_FIELDS);
    var items = new StringBuilder("FETCH 1 (BODY[1]");
    for (int i = 2; i <= 129; i++) {
      items.append(" BODY[").append(i).append(']');
    }
    assertThat(Parsing.beyond(items + ")")).isEqualTo(Limit.FETCH_ITEMS);
  }

  // STORE

  @Test
  void flagsAreAddedTakenAwayAndReplaced() {
    var flags = new Flags(FlagSet.of(Flag.SEEN), Keywords.of("$Junk"));
    assertThat(Parsing.command("STORE 1 +FLAGS (\\seen $Junk)"))
        .isEqualTo(store(new FlagChange.Add(flags), false, null));
    assertThat(Parsing.command("STORE 1 -flags.silent \\Seen $Junk"))
        .isEqualTo(store(new FlagChange.Remove(flags), true, null));
    assertThat(Parsing.command("STORE 1 (UNCHANGEDSINCE 12) FLAGS ()"))
        .isEqualTo(store(new FlagChange.Replace(Flags.NONE), false, new ModSeq(12)));
  }

  private static ImapCommand store(FlagChange change, boolean silent, @Nullable ModSeq since) {
    return new ImapCommand.Store(ONE, new StoreAction(change, silent, since));
  }

  @ParameterizedTest(name = "STORE {0} is refused: {1}")
  @CsvSource(
      textBlock =
          """
          1                          | expected a space at octet 11
          1 FLAGS                    | expected a space at octet 17
          1 FLAGS (                  | expected a flag at octet 19
          1 FLAGS (\\Recent)         | flag that no client can set, ending at octet 26
          1 FLAGS (\\Nope)           | unknown system flag at octet 24
          1 FLAGS (a] b)             | expected ')' at octet 20
          1 *FLAGS (a)               | expected FLAGS, +FLAGS or -FLAGS at octet 12
          1 FLAGS.LOUD (a)           | expected FLAGS, +FLAGS or -FLAGS at octet 22
          1 FLAGS "a"                | expected a flag at octet 18
          1 (NOPE 1) FLAGS (a)       | expected UNCHANGEDSINCE at octet 13
          1 (UNCHANGEDSINCE 9223372036854775808) FLAGS (a) | number too great at octet 28
          """,
      delimiter = '|',
      quoteCharacter = '\'')
  void refusesStore(String text, String reason) {
    assertThat(Parsing.reason("STORE " + text)).isEqualTo(reason);
  }

  @Test
  void storeHasLimits() {
    var keywords = new StringBuilder("k0");
    for (int i = 1; i < 64; i++) {
      keywords.append(" k").append(i);
    }
    assertThat(Parsing.command("STORE 1 FLAGS (" + keywords + ")")).isNotNull();
    assertThat(Parsing.beyond("STORE 1 FLAGS (" + keywords + " k64)")).isEqualTo(Limit.KEYWORDS);
    assertThat(Parsing.command("STORE 1 FLAGS " + "k".repeat(100))).isNotNull();
    assertThat(Parsing.beyond("STORE 1 FLAGS " + "k".repeat(101))).isEqualTo(Limit.KEYWORDS);
  }

  // SELECT, STATUS

  @Test
  void parametersOfSelect() {
    assertThat(Parsing.command("EXAMINE x (CONDSTORE)"))
        .isEqualTo(new ImapCommand.Select(new MailboxName("x"), true, true, null));
    assertThat(select("(QRESYNC (67890007 90060115194045000))"))
        .isEqualTo(
            new Qresync(new UidValidity(67890007), new ModSeq(90060115194045000L), null, null));
    assertThat(select("(QRESYNC (1 2 41:211,1:9,5:30 (1,2:3 7,9:10)))"))
        .isEqualTo(
            new Qresync(
                new UidValidity(1),
                new ModSeq(2),
                new UidSet.Builder().add(1, 30).add(41, 211).build(),
                new Qresync.Match(
                    new NumberSet.Sequence(List.of(new Range(1, 3))), UidSet.of(7, 9, 10))));
    assertThat(select("(CONDSTORE QRESYNC (1 2 (1 3)))")).isNotNull();
  }

  private static @Nullable Qresync select(String parameters) {
    var select = (ImapCommand.Select) Parsing.command("SELECT x " + parameters, QRESYNC);
    assertThat(select.condstore()).isTrue();
    return select.qresync();
  }

  @ParameterizedTest(name = "SELECT x {0} is refused: {1}")
  @CsvSource(
      textBlock =
          """
          ()                          | unknown parameter at octet 14
          (NOPE)                      | unknown parameter at octet 18
          CONDSTORE                   | expected '(' at octet 13
          (QRESYNC (0 1))             | expected a number from 1 up at octet 23
          (QRESYNC (1))               | expected a space at octet 24
          (QRESYNC (1 0))             | expected a number from 1 up at octet 25
          (QRESYNC (1 1 *))           | '*' does not fit here, in what ends at octet 28
          (QRESYNC (1 1 1:*))         | '*' does not fit here, in what ends at octet 30
          (QRESYNC (1 1 1 (1,2 3)))   | match data that does not match, ending at octet 36
          """,
      delimiter = '|',
      quoteCharacter = '"')
  void refusesSelect(String text, String reason) {
    assertThat(Parsing.reason("SELECT x " + text, QRESYNC)).isEqualTo(reason);
  }

  @Test
  void qresyncHasToBeEnabled() {
    assertThat(Parsing.reason("SELECT x (QRESYNC (1 2))")).startsWith("QRESYNC before ENABLE");
  }

  @Test
  void itemsOfStatusKeepTheirOrder() {
    var status =
        (ImapCommand.Status)
            Parsing.command("STATUS x (UIDNEXT messages SIZE DELETED UIDNEXT HIGHESTMODSEQ)");
    assertThat(status.items())
        .containsExactly(
            StatusItem.UIDNEXT,
            StatusItem.MESSAGES,
            StatusItem.SIZE,
            StatusItem.DELETED,
            StatusItem.HIGHESTMODSEQ);
    assertThat(Parsing.reason("STATUS x ()")).isEqualTo("unknown item at octet 14");
    assertThat(Parsing.reason("STATUS x MESSAGES")).isEqualTo("expected '(' at octet 13");
    assertThat(Parsing.reason("STATUS x (MESSAGES )")).isEqualTo("unknown item at octet 23");
  }

  // LIST

  @Test
  void theTwoFormsOfList() {
    assertThat(Parsing.command("LIST \"\" %"))
        .isEqualTo(new ImapCommand.ListMailboxes("", List.of("%"), null));
    assertThat(Parsing.command("LIST a/ \"&AOQ-*\""))
        .isEqualTo(new ImapCommand.ListMailboxes("a/", List.of("\u00e4*"), null));
    assertThat(Parsing.command("LSUB \"\" *")).isEqualTo(new ImapCommand.Lsub("", "*"));
    assertThat(Parsing.command("LIST () \"\" \"\""))
        .isEqualTo(new ImapCommand.ListMailboxes("", List.of(""), ListOptions.NONE));
    assertThat(
            Parsing.command(
                "LIST (RECURSIVEMATCH SUBSCRIBED REMOTE SPECIAL-USE) \"\" (a b%)"
                    + " RETURN (SUBSCRIBED CHILDREN STATUS (UNSEEN) SPECIAL-USE)"))
        .isEqualTo(
            new ImapCommand.ListMailboxes(
                "",
                List.of("a", "b%"),
                new ListOptions(
                    Set.of(Selection.values()),
                    Set.of(Returned.values()),
                    Set.of(StatusItem.UNSEEN))));
  }

  @ParameterizedTest(name = "LIST {0} is refused: {1}")
  @CsvSource(
      textBlock =
          """
          ""                          | expected a space at octet 11
          "" ()                       | expected a text at octet 13
          "" a RETURN                 | expected a space at octet 20
          "" a NOPE                   | surplus text at octet 14
          "" a RETURN (NOPE)          | unknown return option at octet 26
          (NOPE) "" a                 | unknown selection option at octet 14
          (RECURSIVEMATCH) "" a       | RECURSIVEMATCH without SUBSCRIBED, ending at octet 25
          (RECURSIVEMATCH REMOTE) "" a | RECURSIVEMATCH without SUBSCRIBED, ending at octet 32
          "" a RETURN (STATUS ())     | unknown item at octet 30
          """,
      delimiter = '|',
      quoteCharacter = '\'')
  void refusesList(String text, String reason) {
    assertThat(Parsing.reason("LIST " + text)).isEqualTo(reason);
  }

  @Test
  void listHasLimits() {
    assertThat(Parsing.beyond("LIST \"\" (" + "a ".repeat(32) + "a)"))
        .isEqualTo(Limit.LIST_PATTERNS);
    assertThat(Parsing.beyond("LIST \"\" " + "a".repeat(1025))).isEqualTo(Limit.LIST_PATTERNS);
  }

  // SEARCH

  private static SearchKey key(String text) {
    return ((SearchProgram.Keys) program("SEARCH " + text)).key();
  }

  private static SearchProgram program(String text) {
    return ((ImapCommand.Search) Parsing.command(text)).program();
  }

  @Test
  void keysOfSearch() {
    var seen = new SearchKey.HasFlag(Flag.SEEN);
    var day = LocalDate.of(1994, 2, 1);
    assertThat(key("ALL")).isEqualTo(new SearchKey.All());
    assertThat(key("UNSEEN")).isEqualTo(new SearchKey.Not(seen));
    assertThat(key("NEW"))
        .isEqualTo(new SearchKey.And(List.of(new SearchKey.Recent(), new SearchKey.Not(seen))));
    assertThat(key("OLD")).isEqualTo(new SearchKey.Not(new SearchKey.Recent()));
    assertThat(key("KEYWORD $Junk")).isEqualTo(new SearchKey.HasKeyword(new Keyword("$Junk")));
    assertThat(key("1:3")).isInstanceOf(SearchKey.Numbers.class);
    assertThat(key("*")).isInstanceOf(SearchKey.Numbers.class);
    assertThat(key("UID 7").toString()).contains("Uids");
    assertThat(key("SINCE 1-Feb-1994")).isEqualTo(new SearchKey.Arrived(When.SINCE, day));
    assertThat(key("SENTON \"01-feb-1994\"")).isEqualTo(new SearchKey.Sent(When.ON, day));
    assertThat(key("LARGER 5000000000")).isEqualTo(new SearchKey.Larger(5_000_000_000L));
    assertThat(key("YOUNGER 60")).isEqualTo(new SearchKey.Younger(60));
    assertThat(key("MODSEQ 620162338"))
        .isEqualTo(new SearchKey.ChangedSince(new ModSeq(620162338)));
    assertThat(key("MODSEQ \"/flags/\\\\draft\" all 620162338"))
        .isEqualTo(new SearchKey.ChangedSince(new ModSeq(620162338)));
    assertThat(key("CC tea")).isEqualTo(new SearchKey.Address(AddressField.CC, "tea"));
    assertThat(key("SUBJECT \"\"")).isEqualTo(new SearchKey.Header("Subject", ""));
    assertThat(key("HEADER X-Y z")).isEqualTo(new SearchKey.Header("X-Y", "z"));
    assertThat(key("OR SEEN (NOT BODY a TEXT b)"))
        .isEqualTo(
            new SearchKey.Or(
                seen,
                new SearchKey.And(
                    List.of(new SearchKey.Not(new SearchKey.Body("a")), new SearchKey.Text("b")))));
    assertThat(key("SEEN 1")).isInstanceOf(SearchKey.And.class);
    assertThat(key("(((SEEN)))")).isEqualTo(seen);
  }

  @Test
  void needlesAreDecoded() {
    assertThat(key("CHARSET UTF-8 TEXT {2}\r\n\u00c3\u00a4"))
        .isEqualTo(new SearchKey.Text("\u00e4"));
    assertThat(key("TEXT {2}\r\n\u00c3\u00a4")).isEqualTo(new SearchKey.Text("\u00e4"));
    assertThat(key("CHARSET ISO-8859-1 TEXT {1}\r\n\u00e4"))
        .isEqualTo(new SearchKey.Text("\u00e4"));
    assertThat(key("CHARSET \"koi8-r\" TEXT {1}\r\n\u00d4"))
        .isEqualTo(new SearchKey.Text("\u0442"));
    assertThat(key("CHARSET us-ascii TEXT a")).isEqualTo(new SearchKey.Text("a"));
    for (var unknown : List.of("X-NOPE", "UTF-7", "\"\"", "\"!\"")) {
      assertThat(program("SEARCH CHARSET " + unknown + " OR TEXT a SEEN"))
          .isEqualTo(new SearchProgram.UnknownCharset());
    }
    assertThat(Parsing.reason("SEARCH TEXT {1}\r\n\u00e4")).startsWith("text that is not in");
  }

  @Test
  void charsetHasNoPlaceWhereAllIsUtf8() {
    assertThat(Parsing.reason("SEARCH CHARSET UTF-8 ALL", ImapDialect.REV1.withUtf8()))
        .startsWith("CHARSET");
    assertThat(Parsing.command("SEARCH CHARSET UTF-8 ALL", ImapDialect.REV1.withRev2()))
        .isNotNull();
  }

  @Test
  void returnOptions() {
    assertThat(returned("SEARCH ALL")).isEmpty();
    assertThat(returned("SEARCH RETURN () ALL")).containsExactly(SearchReturn.ALL);
    assertThat(returned("UID SEARCH RETURN (MIN COUNT min) ALL"))
        .containsExactlyInAnyOrder(SearchReturn.MIN, SearchReturn.COUNT);
  }

  private static Set<SearchReturn> returned(String text) {
    return ((SearchProgram.Keys) program(text)).returned();
  }

  @ParameterizedTest(name = "SEARCH {0} is refused: {1}")
  @CsvSource(
      textBlock =
          """
          NOPE                      | unknown search key at octet 15
          RETURN (NOPE) ALL         | unknown return option at octet 23
          RETURN (SAVE) ALL         | unknown return option at octet 23
          RETURN (MIN)              | expected a space at octet 23
          NOT                       | expected a space at octet 14
          OR SEEN                   | expected a space at octet 18
          (SEEN                     | expected ')' at octet 16
          ()                        | unknown search key at octet 12
          (SEEN  ALL)               | unknown search key at octet 17
          SEEN)                     | surplus text at octet 15
          ON 31-Feb-2020            | date that is in no calendar, ending at octet 25
          ON 1-Feb-20               | expected a digit at octet 22
          ON 1-Foo-2020             | expected a month at octet 19
          ON "1-Feb-2020            | expected '"' at octet 25
          YOUNGER 0                 | expected a number from 1 up at octet 19
          LARGER -1                 | expected a number at octet 18
          KEYWORD \\Seen            | expected a keyword at octet 19
          MODSEQ "/flags/x" nope 1  | unknown type of entry at octet 33
          UID                       | expected a space at octet 14
          CHARSET                   | expected a space at octet 18
          CHARSET UTF-8             | expected a space at octet 24
          """,
      delimiter = '|',
      quoteCharacter = '\'')
  void refusesSearch(String text, String reason) {
    assertThat(Parsing.reason("SEARCH " + text)).isEqualTo(reason);
  }

  @Test
  void searchHasLimits() {
    assertThat(key("(".repeat(32) + "SEEN" + ")".repeat(32))).isInstanceOf(SearchKey.class);
    assertThat(Parsing.beyond("SEARCH " + "(".repeat(33) + "SEEN" + ")".repeat(33)))
        .isEqualTo(Limit.NESTING);
    assertThat(Parsing.beyond("SEARCH " + "(".repeat(1_000_000))).isEqualTo(Limit.NESTING);
    assertThat(key("NOT ".repeat(32) + "SEEN")).isInstanceOf(SearchKey.class);
    assertThat(Parsing.beyond("SEARCH " + "NOT ".repeat(33) + "SEEN")).isEqualTo(Limit.SEARCH);
    assertThat(Parsing.beyond("SEARCH " + "OR SEEN ".repeat(33) + "SEEN")).isEqualTo(Limit.SEARCH);
    assertThat(key("SEEN" + " SEEN".repeat(999))).isInstanceOf(SearchKey.And.class);
    assertThat(Parsing.beyond("SEARCH SEEN" + " SEEN".repeat(1000))).isEqualTo(Limit.SEARCH);
  }

  // APPEND

  private static AppendMessage head(String text) {
    return ((MessageHead.Read) MessageHead.read(octets(text), true, ImapCommandLimits.DEFAULTS))
        .head();
  }

  private static ByteBuffer octets(String text) {
    return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
  }

  @Test
  void whatIsSaidOfAMessage() {
    assertThat(head(" {310}")).isEqualTo(new AppendMessage(Flags.NONE, null, 310, false));
    assertThat(head(" (\\Seen \\Recent $a) \" 7-Feb-1994 21:52:25 -0800\" ~{1+}"))
        .isEqualTo(
            new AppendMessage(
                new Flags(FlagSet.of(Flag.SEEN), Keywords.of("$a")),
                new InternalDate(760686745, -480),
                1,
                true));
  }

  @ParameterizedTest(name = "{0} is {1} in zone {2}")
  @CsvSource({
    "17-Jul-1996 02:44:25 -0700, 837596665, -420",
    "' 1-Jan-1970 00:00:00 +0000', 0, 0",
    "01-jan-1970 00:00:00 +0100, -3600, 60",
    "17-Jul-96 02:44:25-PDT, 837596665, -420",
    "17-Jul-96 09:44:25 GMT, 837596665, 0",
    "17-Jul-96 09:44:25 Z, 837596665, 0",
    "17-Jul-96 10:44:25 A, 837596665, 60",
    "17-Jul-96 21:44:25 M, 837596665, 720",
    "17-Jul-96 08:44:25 N, 837596665, -60",
    "30-Jun-1997 23:59:60 +0000, 867715199, 0",
    "29-Feb-2000 12:00:00 +1800, 951760800, 1080",
  })
  void datesOfMessages(String written, long epochSecond, int zone) {
    assertThat(head(" \"" + written + "\" {1}").internalDate())
        .isEqualTo(new InternalDate(epochSecond, zone));
  }

  @ParameterizedTest(name = "[{0}] is refused: {1}")
  @CsvSource(
      textBlock =
          """
          {1}                                     | expected a space at octet 1
          ' '                                     | expected '{' at octet 2
          ' "29-Feb-1900 12:00:00 +0000" {1}'     | date that is in no calendar, ending at octet 14
          ' "01-Jan-2000 24:00:00 +0000" {1}'     | time that is on no clock, ending at octet 23
          ' "01-Jan-2000 12:00:00 +1801" {1}'     | zone that is nowhere, ending at octet 29
          ' "01-Jan-2000 12:00:00 +0060" {1}'     | zone that is nowhere, ending at octet 29
          ' "01-Jan-2000 12:00:00 J" {1}'         | expected a zone at octet 25
          ' "01-Jan-2000 12:00:00 NOPE" {1}'      | expected a zone at octet 28
          ' (\\Nope) {1}'                         | unknown system flag at octet 8
          ' {1} x'                                | expected a literal at octet 5
          ' "x"'                                  | expected a digit at octet 3
          """,
      delimiter = '|',
      quoteCharacter = '\'')
  void refusesHeads(String text, String reason) {
    assertThat(MessageHead.read(octets(text), true, ImapCommandLimits.DEFAULTS))
        .isEqualTo(new MessageHead.Unreadable(reason + " behind a message"));
  }

  @Test
  void appendWithoutAMessageIsRefused() {
    assertThat(Parsing.reason("APPEND x {3}")).startsWith("expected a message");
    assertThat(Parsing.reason("APPEND x \"a\"")).startsWith("expected a digit");
    assertThat(Parsing.reason("APPEND x")).startsWith("expected a space");
  }
}
