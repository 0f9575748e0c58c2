package org.popinjay.mailstore.mbox.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.mbox.text.MboxScanner.Extent;
import org.popinjay.mailstore.mbox.text.MboxScanner.Outcome;
import org.popinjay.mailstore.mbox.text.MboxScanner.Outcome.NotAnMbox;
import org.popinjay.mailstore.mbox.text.MboxScanner.Outcome.Scanned;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;

class MboxScannerTest {
  private static final String FROM = "From tea Thu Nov  9 22:33:52 2023\n";
  private static final String FROM_2 = "From pot Fri Nov 10 22:33:52 2023\n";

  private final FileCalls files = Posix.files();
  private final MboxScanner scanner = new MboxScanner(files, ZoneOffset.UTC);
  private final MboxScanner portable = new MboxScanner(files, ZoneOffset.UTC, ByteScan.portable());
  private Path spool = Path.of("");
  private MessageTable table = new MessageTable(0);

  @BeforeEach
  @BeforeProperty
  void makeSpool() throws IOException {
    spool = Files.createTempFile("popinjay", ".mbox");
  }

  @AfterEach
  @AfterProperty
  void removeSpool() throws IOException {
    Files.delete(spool);
  }

  @Test
  void anEmptyFileIsAnEmptyMailbox() {
    var found = scanned("");
    assertThat(table.count()).isZero();
    assertThat(table.end()).isZero();
    assertThat(found.head().skippedOctets()).isZero();
  }

  @Test
  void aMessageEndsBeforeTheBlankLineOfTheNext() {
    String first = FROM + "Subject: a\n\nbody\n";
    scanned(first + "\n" + FROM_2 + "Subject: b\n\nother\n\n");
    assertThat(table.count()).isEqualTo(2);
    assertThat(table.offset(1)).isEqualTo(first.length() + 1);
    assertThat(table.fromLineOctets(0)).isEqualTo(FROM.length());
    assertThat(table.headerOctets(0)).isEqualTo("Subject: a\n\n".length());
    assertThat(table.contentEnd(0)).isEqualTo(first.length());
    assertThat(table.wireOctets(0)).isEqualTo("Subject: a\r\n\r\nbody\r\n".length());
    assertThat(table.bits(0)).isEqualTo(1);
    assertThat(table.internalDate(0)).isEqualTo(1699569232L);
    assertThat(table.bits(1)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"body\n", "body\n\n", "\n", "", "\n\n\n"})
  void onlyOneEmptyLineIsTheSeparator(String body) {
    scanned(FROM + "Subject: a\n\n" + body + "\n" + FROM_2 + "\n");
    assertThat(table.count()).isEqualTo(2);
    assertThat(table.contentEnd(0) - table.bodyStart(0)).isEqualTo(body.length());
    assertThat(table.bits(0) & Bits.SEPARATOR).isEqualTo(1);
  }

  @Test
  void aBlankLineRightBehindTheHeaderBelongsToTheHeader() {
    scanned(FROM + "Subject: a\n\n" + FROM_2 + "\n");
    assertThat(table.headerOctets(0)).isEqualTo("Subject: a\n\n".length());
    assertThat(table.bits(0)).isZero();
    assertThat(table.contentEnd(0)).isEqualTo(table.bodyStart(0));
    assertThat(table.wireOctets(0)).isEqualTo("Subject: a\r\n\r\n".length());
  }

  @Test
  void aHeaderMayEndInTheNextFromLine() {
    scanned(FROM + "Subject: a\n" + FROM_2 + "Subject: b\n\nbody");
    assertThat(table.count()).isEqualTo(2);
    assertThat(table.bits(0)).isEqualTo(Bits.NO_BLANK_LINE);
    assertThat(table.wireOctets(0)).isEqualTo("Subject: a\r\n\r\n".length());
    assertThat(table.bits(1)).isEqualTo(Bits.NO_FINAL_LINE_END);
    assertThat(table.wireOctets(1)).isEqualTo("Subject: b\r\n\r\nbody\r\n".length());
  }

  @Test
  void aDoubledFromLineMakesNoEmptyMessage() {
    scanned(FROM + FROM_2 + "Subject: a\n\nbody\n");
    assertThat(table.count()).isEqualTo(1);
    assertThat(table.headerOctets(0)).isEqualTo(FROM_2.length() + "Subject: a\n\n".length());
  }

  @Test
  void aFromLineAfterTextSeparatesOnlyBeyondDoubt() {
    scanned(FROM + "A: b\n\ntext\nFrom here Thu Nov 9 22:33 2023\nmore\n" + FROM_2 + "\nbody\n");
    assertThat(table.count()).isEqualTo(2);
    assertThat(table.contentEnd(0)).isEqualTo(table.offset(1));
    assertThat(table.bits(0)).isZero();
  }

  @Test
  void countsFromLinesThatSeparateNothing() {
    var found = scanned(FROM + "A: b\n\nFrom me to you\n\nFrom you to me\n>From b\nFrom\n");
    assertThat(table.count()).isEqualTo(1);
    assertThat(found.bareFromLines()).isEqualTo(2);
  }

  @Test
  void aPatchInTheBodySplitsTheMessageUnlessItIsQuoted() {
    String patch =
        "From 3c2b9f5d1f0e4a8b9c7d6e5f4a3b2c1d0e9f8a7b Mon Sep 17 00:00:00 2001\nSubject: fix\n";
    scanned(FROM + "A: b\n\n>" + patch);
    assertThat(table.count()).isEqualTo(1);
    scanned(FROM + "A: b\n\n" + patch);
    assertThat(table.count()).isEqualTo(2);
  }

  @Test
  void theFirstFromLineMayHaveAnyText() {
    scanned("From the middle of nowhere\nA: b\n\nbody\n");
    assertThat(table.count()).isEqualTo(1);
    assertThat(table.internalDate(0)).isZero();
  }

  @Test
  void skipsWhatHolesLeaveBeforeTheFirstMessage() {
    var found = scanned("\n\r\n\0\0" + FROM + "\nbody\n");
    assertThat(found.head().skippedOctets()).isEqualTo(5);
    assertThat(table.offset(0)).isEqualTo(5);
    assertThat(table.count()).isEqualTo(1);
  }

  @Test
  void aHoleAloneIsAnEmptyMailbox() {
    var found = scanned("\0".repeat(MboxScanner.MOST_SKIPPED));
    assertThat(found.head().skippedOctets()).isEqualTo(MboxScanner.MOST_SKIPPED);
    assertThat(table.end()).isEqualTo(MboxScanner.MOST_SKIPPED);
  }

  @Test
  void tooLargeAHoleIsNoMbox() {
    assertThat(scan("\0".repeat(MboxScanner.MOST_SKIPPED + 1) + FROM))
        .isEqualTo(new NotAnMbox(MboxScanner.MOST_SKIPPED, "\\x00" + FROM.substring(0, 31)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Hello\n", "From: a\n", "Fro", "From", ">From a\n", "from a\n"})
  void anyOtherFileIsRefused(String text) {
    assertThat(scan(text)).isInstanceOf(NotAnMbox.class);
  }

  @Test
  void tellsWhatItFoundFitForALog() {
    assertThat(scan("\u00ff\u0001\"text")).isEqualTo(new NotAnMbox(0, "\\xff\\x01\\\"text"));
  }

  @Test
  void recognisesMmdf() {
    assertThat(scan("\1\1\1\1\n" + FROM))
        .isEqualTo(new NotAnMbox(0, "an MMDF folder (lines of four 0x01)"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"From ", "From x", "From x\n", "From x\r\n"})
  void aFromLineAloneIsAnEmptyMessage(String text) {
    scanned(text);
    assertThat(table.count()).isEqualTo(1);
    assertThat(table.fromLineOctets(0)).isEqualTo(text.length());
    assertThat(table.headerOctets(0)).isZero();
    assertThat(table.bits(0) & Bits.NO_BLANK_LINE).isNotZero();
    assertThat(table.wireOctets(0)).isEqualTo(2);
  }

  @Test
  void notesFlagsAndUid() {
    scanned(FROM + "status: RO  \nX-Status: AFTD\nX-UID: 4294967295  \nStatus: N\n\nbody\n");
    int all = 0;
    for (var flag : Flag.values()) {
      all |= flag.bit();
    }
    assertThat(table.bits(0)).isEqualTo((all << Bits.FLAGS_SHIFT) | Bits.OLD | Bits.HIDDEN_FIELDS);
    assertThat(table.uid(0)).isEqualTo(-1);
    assertThat(table.wireOctets(0)).isEqualTo("\r\nbody\r\n".length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"4294967296", "0", "", "-1", "1x", "1 2", "\n 7", "99999999999999999999"})
  void aUidThatIsNotWellFormedIsNone(String value) {
    scanned(FROM + "X-UID: " + value + "\n\nbody\n");
    assertThat(table.uid(0)).isZero();
    assertThat(table.bits(0)).isEqualTo(Bits.HIDDEN_FIELDS);
    assertThat(table.wireOctets(0)).isEqualTo("\r\nbody\r\n".length());
  }

  @Test
  void seesCrlfAndNul() {
    scanned(
        (FROM + "A: b\n\nbo\0dy\n\n").replace("\n", "\r\n")
            + FROM_2.replace("\n", "\r\n")
            + "A: b\r\n\r\nbody\r\n");
    assertThat(table.count()).isEqualTo(2);
    assertThat(table.bits(0)).isEqualTo(Bits.CRLF | Bits.NUL | 2);
    assertThat(table.wireOctets(0)).isEqualTo("A: b\r\n\r\nbo.dy\r\n".length());
    assertThat(table.bits(1)).isEqualTo(Bits.CRLF);
  }

  @Test
  void theHeaderDigestKnowsWhatIdentifiesAMessage() {
    String header = "Received: by x\n\tfor y\nDate: now\nMessage-ID: <1>\nDelivered-To: tea\n";
    long digest = headerDigest(header + "\nbody\n");
    assertThat(headerDigest("Status: RO\n" + header + "X-New: a\nReceived: z\n\nBODY\n"))
        .isEqualTo(digest);
    assertThat(headerDigest(header.replace("\n\t", "\r\n\t") + "\nbody\n")).isEqualTo(digest);
    assertThat(headerDigest(header + "\nlonger body\n")).isNotEqualTo(digest);
    assertThat(headerDigest(header.replace("<1>", "<2>") + "\nbody\n")).isNotEqualTo(digest);
  }

  @Test
  void withoutSuchFieldsTheWholeHeaderIdentifiesAMessage() {
    long digest = headerDigest("Subject: a\n\nbody\n");
    assertThat(headerDigest("Subject: a\nX-UID: 7\n\nbody\n")).isEqualTo(digest);
    assertThat(headerDigest("Subject: b\n\nbody\n")).isNotEqualTo(digest);
  }

  @Test
  void endingTheLastLineMakesNoOtherMessage() {
    scanned(FROM + "A: b\n\nbody");
    long header = table.headerDigest(0);
    long body = table.bodyDigest(0);
    scanned(FROM + "A: b\n\nbody\n\n" + FROM_2);
    assertThat(table.headerDigest(0)).isEqualTo(header);
    assertThat(table.bodyDigest(0)).isEqualTo(body);
  }

  private long headerDigest(String message) {
    scanned(FROM + message);
    return table.headerDigest(0);
  }

  @Test
  void thePseudoMessageIsNoRow() {
    String pseudo =
        "From MAILER-DAEMON Thu Nov  9 22:33:52 2023\nDate: x\n"
            + "From: Mail System Internal Data <MAILER-DAEMON@pot>\nSubject: "
            + PseudoMessage.SUBJECT
            + "\nX-IMAP: 1699569232 0000000007 work $Forwarded\nStatus: RO\n\ntext\n\n";
    var found = scanned(pseudo + FROM + "A: b\n\nbody\n");
    assertThat(found.head().pseudo()).contains(new Extent(0, pseudo.length()));
    assertThat(found.head().base())
        .contains(new ImapBase(1699569232L, 7, List.of("work", "$Forwarded")));
    assertThat(table.count()).isEqualTo(1);
    assertThat(table.offset(0)).isEqualTo(pseudo.length());

    // Each mark that is missing makes it an ordinary message, whose X-IMAP means nothing.
    for (var forged :
        List.of(
            pseudo.replace("X-IMAP:", "X-IMAQ:"),
            pseudo.replace("<MAILER-DAEMON@pot>", "<mallory@pot>"),
            pseudo.replace("DON'T", "DO"),
            pseudo.replace(" 0000000007 ", "\n 0000000007 "),
            pseudo.replace("text\n", "x".repeat(2048) + "\n"))) {
      found = scanned(forged + FROM + "A: b\n\nbody\n");
      assertThat(found.head().pseudo()).isEmpty();
      assertThat(found.head().base()).isEmpty();
      assertThat(table.count()).isEqualTo(2);
    }
  }

  @Test
  void theFirstMessageMayHoldTheBase() {
    var found = scanned(FROM + "X-IMAPbase: 5 0000000009 a b   \nX-UID: 9\n\nbody\n");
    assertThat(found.head().base()).contains(new ImapBase(5, 9, List.of("a", "b")));
    assertThat(scanned(FROM + "X-IMAPbase: 5 4000000001\n\nbody\n").head().base()).isEmpty();
    assertThat(scanned(FROM + "X-IMAPbase: 0 1\n\nbody\n").head().base()).isEmpty();
    assertThat(scanned(FROM + "X-IMAPbase: 4294967296 1\n\nbody\n").head().base()).isEmpty();
    assertThat(scanned(FROM + "X-IMAPbase: 1 1 \"\n\nbody\n").head().base()).isEmpty();
  }

  @Test
  void contentLengthCountsOnlyAtAnImportAndWhereItFits() {
    String unquoted = "text\n\n" + FROM_2 + "more\n";
    String stored =
        FROM
            + "X-IMAPbase: 1 0000000009\nX-UID: 3\nContent-Length: "
            + unquoted.length()
            + "\n\n"
            + unquoted
            + "\n";
    String spoolText = stored + FROM + "X-UID: 4\n\nbody\n";
    assertThat(importing(spoolText)).isEqualTo(2);
    assertThat(table.contentEnd(0)).isEqualTo(stored.length() - 1);
    // At the end of the file, with and without the separator.
    assertThat(importing(stored)).isEqualTo(1);
    assertThat(importing(stored.substring(0, stored.length() - 1))).isEqualTo(1);
    assertThat(importing(stored.substring(0, stored.length() - 2))).isEqualTo(1);
    // Not at an import, without a UID, with one that does not ascend, beyond the base.
    scanned(spoolText);
    assertThat(table.count()).isEqualTo(3);
    assertThat(importing(spoolText.replace("X-UID: 3", "X-UIE: 3"))).isEqualTo(3);
    assertThat(importing(spoolText.replace("X-UID: 3", "X-UID: 10"))).isEqualTo(3);
    assertThat(importing(spoolText.replace("X-IMAPbase", "X-IMAPbasf"))).isEqualTo(3);
    // Where no separator stands.
    assertThat(importing(stored + "X" + FROM + "\n")).isEqualTo(2);
    assertThat(importing(stored.replace("Length: ", "Length: 1"))).isEqualTo(2);
  }

  private int importing(String text) {
    assertThat(scan(scanner, text, 0, true)).isInstanceOf(Scanned.class);
    return table.count();
  }

  @Test
  void beginsAtAKnownMessage() {
    String first = FROM + "X-IMAPbase: 1 2\n\nbody\n\n";
    String text = first + FROM_2 + "A: b\n\nother\n";
    var found = (Scanned) scan(scanner, text, first.length(), false);
    assertThat(found.head().base()).isEmpty();
    assertThat(found.octets()).isEqualTo(text.length() - first.length());
    assertThat(table.count()).isEqualTo(1);
    assertThat(table.offset(0)).isEqualTo(first.length());
    assertThat(scan(scanner, text, 3, false)).isInstanceOf(NotAnMbox.class);
    assertThat(scan(scanner, text, text.length(), false)).isInstanceOf(Scanned.class);
    assertThat(table.count()).isZero();
    assertThat(table.end()).isEqualTo(text.length());
  }

  @Test
  void aHugeHeaderIsCutBeforeTheFieldThatIsTooMuch() {
    String fields = "X-Filler: some text\n".repeat(60_000);
    scanned(FROM + fields + "X-UID: 1\nSubject: b\n\nbody\n\n" + FROM_2 + "A: b\n\n");
    assertThat(table.count()).isEqualTo(2);
    assertThat(table.headerOctets(0)).isEqualTo(10_000 * 20);
    assertThat(table.bits(0)).isEqualTo(1);
    assertThat(table.wireOctets(0))
        .isEqualTo(60_000 * 21 + "X-UID: 1\r\nSubject: b\r\n\r\nbody\r\n".length());

    String longField = "X-UID: 1\nX-Long: " + "x".repeat(3 << 20);
    scanned(FROM + longField + "\n\nbody\n\n" + FROM_2 + "A: b\n\n");
    assertThat(table.count()).isEqualTo(2);
    assertThat(table.headerOctets(0)).isEqualTo(9);
    assertThat(table.wireOctets(0)).isEqualTo(longField.length() - 9 + "\r\n\r\nbody\r\n".length());
  }

  @Test
  void aHeaderMayBeJustShortEnough() {
    String field = "X: " + "x".repeat(MboxScanner.LONGEST_HEADER - 4) + "\n";
    scanned(FROM + field + "\nbody\n");
    assertThat(table.headerOctets(0)).isEqualTo(field.length() + 1);
    scanned(FROM + "Y" + field + "\nbody\n");
    assertThat(table.headerOctets(0)).isZero();
    assertThat(table.wireOctets(0)).isEqualTo(field.length() + "\r\n\r\nbody\r\n".length());
  }

  @Test
  void linesMayBeOfAnyLength() {
    String fromLine = "From " + "x".repeat(1_000_000) + "\n";
    scanned(fromLine + "A: b\n\n" + "y".repeat(10_000_000) + "\n\n" + FROM_2 + "\n");
    assertThat(table.count()).isEqualTo(2);
    assertThat(table.fromLineOctets(0)).isEqualTo(fromLine.length());
    assertThat(table.contentEnd(0) - table.bodyStart(0)).isEqualTo(10_000_001);
  }

  @Property(tries = 2000)
  void agreesWithANaiveReading(@ForAll("spools") String text) {
    assertAgrees(scanner, FROM + text);
    assertAgrees(portable, FROM + text);
  }

  /// What matters stands around the places where one read ends and the next begins.
  @Property(tries = 150)
  void readsThatEndAnywhereDoNotMatter(
      @ForAll("spools") String before, @ForAll("spools") String text) {
    int border = SpoolWindow.PIECE;
    for (int shift = 1; shift < 60; shift += 7) {
      String start = FROM + before + "\n\n" + FROM + "A: b\n\n";
      String filler = "z".repeat(Math.max(0, border - start.length() - shift));
      assertAgrees(scanner, start + filler + text);
    }
  }

  private void assertAgrees(MboxScanner with, String text) {
    assertThat(scan(with, text, 0, false)).isInstanceOf(Scanned.class);
    var expected = NaiveMbox.messages(text);
    assertThat(table.count()).isEqualTo(expected.size());
    for (int row = 0; row < expected.size(); row++) {
      var message = expected.get(row);
      assertThat(table.offset(row)).isEqualTo(message.offset());
      assertThat(table.endOf(row)).isEqualTo(message.end());
      assertThat(table.fromLineOctets(row)).isEqualTo(message.fromLine().length());
      assertThat(table.headerOctets(row)).isEqualTo(message.header().length());
      assertThat(table.bits(row) & Bits.SEPARATOR).isEqualTo(message.separator());
      assertThat(table.wireOctets(row)).isEqualTo(message.wire().length());
      assertThat(presented(text, row)).isEqualTo(message.wire());
      assertThat(table.bodyDigest(row)).isEqualTo(message.bodyDigest());
      String stored = message.header() + message.body();
      assertThat((table.bits(row) & Bits.NUL) != 0).isEqualTo(stored.indexOf(0) >= 0);
      assertThat((table.bits(row) & Bits.NO_BLANK_LINE) == 0).isEqualTo(message.hasBlankLine());
      assertThat((table.bits(row) & Bits.CRLF) != 0).isEqualTo(message.fromLine().endsWith("\r\n"));
      assertThat((table.bits(row) & Bits.NO_FINAL_LINE_END) == 0)
          .isEqualTo((message.fromLine() + stored).endsWith("\n"));
    }
  }

  private String presented(String text, int row) {
    String content = text.substring((int) table.headerStart(row), (int) table.contentEnd(row));
    var stored = ByteBuffer.allocateDirect(content.length());
    stored.put(content.getBytes(ISO_8859_1)).flip();
    var out = ByteBuffer.allocateDirect(2 * content.length() + 4);
    var presentation = new Presentation(table.headerOctets(row), table.bits(row));
    byte[] wire = new byte[presentation.convert(stored, true, out)];
    out.flip().get(wire);
    assertThat(presentation.isFinished()).isTrue();
    return new String(wire, ISO_8859_1);
  }

  @Property
  void neverThrows(@ForAll byte[] octets) {
    assertThat(scan(new String(octets, ISO_8859_1))).isNotNull();
    assertThat(importing("From " + new String(octets, ISO_8859_1))).isPositive();
  }

  /// Spools in pieces that matter.
  @Provide
  static Arbitrary<String> spools() {
    return Arbitraries.oneOf(
            Arbitraries.of(
                "\n",
                "\r\n",
                "\r",
                "\0",
                " ",
                "From ",
                FROM_2,
                FROM_2.replace("\n", "\r\n"),
                "From me Thu Nov 9 22:33 2023\n",
                ">From x\n",
                "Status: RO\n",
                "X-UID: 7\r\n",
                "X-Keywords: a\n b\n",
                "Content-Length: 3",
                "Subject: a\n",
                "Date: x\n\ty\n",
                "text\n",
                "F"),
            Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(5))
        .list()
        .ofMaxSize(30)
        .map(pieces -> String.join("", pieces));
  }

  private Scanned scanned(String text) {
    var outcome = scan(text);
    assertThat(outcome).isInstanceOf(Scanned.class);
    return (Scanned) outcome;
  }

  private Outcome scan(String text) {
    return scan(scanner, text, 0, false);
  }

  private Outcome scan(MboxScanner with, String text, long from, boolean importing) {
    table = new MessageTable(1);
    try {
      Files.write(spool, text.getBytes(ISO_8859_1));
      int descriptor = files.open(spool.toString(), OpenFlags.READ, 0);
      try {
        return with.scan(descriptor, from, text.length(), importing, table);
      } finally {
        files.close(descriptor);
      }
    } catch (PosixException e) {
      throw new AssertionError(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
