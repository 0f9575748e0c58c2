package org.popinjay.mailstore.mbox.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.mailstore.mbox.text.Quoting.Notes;
import org.popinjay.mailstore.mbox.text.StatusHeaders.Bookkeeping;

/// The vectors of what a message looks like on the wire, each cut in every way.
class PresentationTest {

  @ParameterizedTest(name = "{2}")
  @CsvSource({
    "'A: b\n\n', 'A: b\r\n\r\n', an empty body",
    "'A: b\n', 'A: b\r\n\r\n', a header alone",
    "'A: b', 'A: b\r\n\r\n', a header alone without line end",
    "'', '\r\n', nothing at all",
    "'\n', '\r\n', no header",
    "'\nbody', '\r\nbody\r\n', no final line end",
    "'A: b\n\n.\n..\n', 'A: b\r\n\r\n.\r\n..\r\n', dots",
    "'\na\r\r\nb\n', '\r\na\r\r\nb\r\n', CR CR LF",
    "'A: b\r\n\r\nx\ny\r\n', 'A: b\r\n\r\nx\r\ny\r\n', a CRLF message with a stray LF",
    "'A: b\n\nx\ry\r\nz\n\r', 'A: b\r\n\r\nx\ry\r\nz\r\n\r\r\n', stray CRs",
    "'\n\0a\0\n', '\r\n\u0080a\u0080\r\n', NULs become 0x80",
    "'\n\u00ff\u00fe\n', '\r\n\u00ff\u00fe\r\n', eight bits",
    "'\n>From x\n', '\r\n>From x\r\n', quoting of others stays",
    "'Status: RO\nA: b\n\n', 'A: b\r\n\r\n', a hidden field in front",
    "'A: b\nX-UID: 1\n\n', 'A: b\r\n\r\n', a hidden field at the end",
    "'A: b\nX-UID: 1', 'A: b\r\n\r\n', a hidden field as the last octets",
    "'STATUS:\n x\n\ty\nA: b\n z\n\n', 'A: b\r\n z\r\n\r\n', a hidden field of many lines",
    "'Statu', 'Statu\r\n\r\n', the beginning of a name",
    "'Status', 'Status\r\n\r\n', a name without a colon",
    "'Status : a\nStatusx: a\n\n', 'Status : a\r\nStatusx: a\r\n\r\n', names much like one",
    "'X-IMAPbase: 1\nX-IMAP: 1\nX-IMAPbas: 1\n\n', 'X-IMAPbas: 1\r\n\r\n', names within names",
    "' Status: RO\nA: b\n\n', ' Status: RO\r\nA: b\r\n\r\n', a header that begins with a blank",
    "'A: b\n\nStatus: RO\n', 'A: b\r\n\r\nStatus: RO\r\n', a body that looks like a header",
    "'X-UIDL: a\nLines: 3\n\n', 'X-UIDL: a\r\nLines: 3\r\n\r\n', fields that are not hidden",
    "'Content-Length: 7\r\nA: b\r\n\r\n', 'A: b\r\n\r\n', hidden in a CRLF message",
  })
  void presents(String stored, String wire, String what) {
    assertPresented(stored, wire);
  }

  @ParameterizedTest
  @ValueSource(ints = {1023, 1024, 1025, 65_535, 65_536, 65_537})
  void lengthsOfLinesDoNotMatter(int octets) {
    String line = ".".repeat(octets);
    assertThat(present("\n" + line + "\n" + line, 1 << 16, 1 << 16))
        .isEqualTo("\r\n" + line + "\r\n" + line + "\r\n");
  }

  @Test
  void aLineMayBeTenMegabytesLong() {
    String line = "0123456789".repeat(1 << 20);
    assertThat(present("\n" + line + "\n", 256 << 10, 64 << 10)).isEqualTo("\r\n" + line + "\r\n");
  }

  @Test
  void moreThanTwoGigabytesAreCountedRight() {
    var presentation = new Presentation(1, 0);
    var stored = ByteBuffer.allocateDirect(1 << 20);
    var scratch = ByteBuffer.allocateDirect(1 << 20);
    long octets = presentation.measure(stored.limit(1).put(0, (byte) '\n'), false, scratch);
    stored.clear();
    for (int i = 0; i < stored.capacity(); i++) {
      stored.put(i, (byte) (i % 64 == 0 ? '\n' : 'x'));
    }
    for (int i = 0; i < 2048; i++) {
      octets += presentation.measure(stored.clear(), false, scratch);
    }
    octets += presentation.measure(stored.clear().limit(2).position(1), true, scratch);
    assertThat(octets).isEqualTo(2 + 2048L * ((1 << 20) + (1 << 14)) + 3);
  }

  @Property(tries = 1000)
  void agreesWithANaivePresentation(@ForAll("messages") String stored, @ForAll long seed) {
    int headerOctets = headerOctets(stored);
    String header = stored.substring(0, headerOctets);
    boolean blankLine = hasBlankLine(header);
    String expected = NaiveMbox.wire(header, stored.substring(headerOctets), blankLine);
    int bits = bits(stored);
    var random = new Random(seed);
    assertThat(present(stored, headerOctets, bits, random, 40)).isEqualTo(expected);
    assertThat(present(stored, headerOctets, bits, random, 1)).isEqualTo(expected);
    assertThat(measured(stored, headerOctets, bits)).isEqualTo(expected.length());
  }

  @Property(tries = 1000)
  void whatWasStoredComesBack(
      @ForAll("messages") String wire, @ForAll @IntRange(min = 1, max = 9) int room) {
    int headerOctets = headerOctets(wire);
    String header = wire.substring(0, headerOctets);
    var storable = ReferenceQuoting.storableHeader(header.getBytes(ISO_8859_1));
    String body = quoted(wire.substring(headerOctets), room);
    String stored = new String(storable.octets(), ISO_8859_1) + body;
    // Nothing in it separates messages or is hidden.
    assertThat(NaiveMbox.lines(stored)).noneMatch(line -> line.startsWith("From "));
    int stored1 = storable.octets().length;
    int bits = bits(stored) | Bits.QUOTED;
    String expected = NaiveMbox.wire("", wire, hasBlankLine(header));
    expected = wire.isEmpty() ? "\r\n" : expected;
    assertThat(present(stored, stored1, bits, new Random(room), 30)).isEqualTo(expected);
    // And still does with our notes in its header.
    var notes = new Notes(true, true, false, false, Optional.empty(), OptionalLong.empty());
    var bookkeeping = new Bookkeeping(Bits.OLD, 7, List.of(), Optional.empty(), notes);
    byte[] noted = StatusHeaders.rewrite(storable.octets(), bits, bookkeeping);
    int rewrittenBits = bits & ~Bits.NO_BLANK_LINE;
    String rewritten = new String(noted, ISO_8859_1) + body;
    assertThat(present(rewritten, noted.length, rewrittenBits, new Random(room), 30))
        .isEqualTo(expected);
    assertThat(StatusHeaders.read(noted)).isEqualTo(bookkeeping);
  }

  private static String quoted(String body, int room) {
    var quoting = new ReferenceQuoting();
    var plain = ByteBuffer.wrap(body.getBytes(ISO_8859_1));
    var all = new ByteArrayOutputStream();
    var out = ByteBuffer.allocate(room);
    boolean done = false;
    while (!done) {
      int end = Math.min(plain.capacity(), plain.position() + room);
      plain.limit(end);
      done = quoting.quote(plain, end == plain.capacity(), out.clear()) && end == plain.capacity();
      all.write(out.array(), 0, out.position());
    }
    return all.toString(ISO_8859_1);
  }

  @Provide
  static Arbitrary<String> messages() {
    return Arbitraries.oneOf(
            Arbitraries.of(
                "\n",
                "\r\n",
                "\r",
                " ",
                "\0",
                ">",
                "From ",
                "From x\n",
                ">From x\n",
                ">>From ",
                "Fro",
                "Status: RO\n",
                "status",
                "X-UID: 7\r\n",
                "X-Keywords: a\n b\n",
                "X-Popinjay-Esc-Status: R\n",
                "x-popinjay-esc-",
                "X-Popinjay: q=rd\n",
                "Content-Length: 3",
                "Subject: a\n",
                "text text text text text text text text text text text text text\n"),
            Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(5))
        .list()
        .ofMaxSize(30)
        .map(pieces -> String.join("", pieces));
  }

  /// Presents a message whole and cut everywhere, and measures it.
  private static void assertPresented(String stored, String wire) {
    int headerOctets = headerOctets(stored);
    int bits = bits(stored);
    for (int cut = 0; cut <= stored.length(); cut++) {
      for (int room = 2; room <= wire.length() + 1; room++) {
        assertThat(present(stored, headerOctets, bits, cut, room))
            .as("cut at %d, room for %d", cut, room)
            .isEqualTo(wire);
      }
    }
    assertThat(measured(stored, headerOctets, bits)).isEqualTo(wire.length());
  }

  private static int headerOctets(String stored) {
    int at = 0;
    for (var line : NaiveMbox.lines(stored)) {
      at += line.length();
      if (line.equals("\n") || line.equals("\r\n")) {
        break;
      }
    }
    return at;
  }

  private static boolean hasBlankLine(String header) {
    var lines = NaiveMbox.lines(header);
    return !lines.isEmpty() && (lines.getLast().equals("\n") || lines.getLast().equals("\r\n"));
  }

  private static int bits(String stored) {
    boolean blankLine = hasBlankLine(stored.substring(0, headerOctets(stored)));
    return Bits.HIDDEN_FIELDS | (blankLine ? 0 : Bits.NO_BLANK_LINE);
  }

  private static String present(String stored, int pieces, int room) {
    return present(stored, headerOctets(stored), bits(stored), pieces, room);
  }

  private static String present(String stored, int headerOctets, int bits, int cut, int room) {
    var presentation = new Presentation(headerOctets, bits);
    var all = new ByteArrayOutputStream();
    var in = direct(stored);
    var out = ByteBuffer.allocateDirect(room);
    in.limit(Math.min(cut, in.capacity()));
    while (in.hasRemaining()) {
      convert(presentation, in, false, out, all);
    }
    in.limit(in.capacity());
    while (!presentation.isFinished()) {
      convert(presentation, in, true, out, all);
    }
    assertThat(in.hasRemaining()).isFalse();
    return all.toString(ISO_8859_1);
  }

  private static String present(
      String stored, int headerOctets, int bits, Random random, int most) {
    var presentation = new Presentation(headerOctets, bits);
    var all = new ByteArrayOutputStream();
    var in = direct(stored);
    while (!presentation.isFinished()) {
      in.limit(Math.min(in.capacity(), in.position() + random.nextInt(most + 1)));
      var out = ByteBuffer.allocateDirect(2 + random.nextInt(most));
      convert(presentation, in, in.limit() == in.capacity(), out, all);
    }
    assertThat(in.position()).isEqualTo(in.capacity());
    return all.toString(ISO_8859_1);
  }

  private static void convert(
      Presentation presentation,
      ByteBuffer in,
      boolean last,
      ByteBuffer out,
      ByteArrayOutputStream all) {
    out.clear();
    int put = presentation.convert(in, last, out);
    assertThat(out.position()).isEqualTo(put);
    byte[] octets = new byte[put];
    out.get(0, octets);
    all.writeBytes(octets);
  }

  private static long measured(String stored, int headerOctets, int bits) {
    var scratch = ByteBuffer.allocateDirect(16);
    return new Presentation(headerOctets, bits).measure(direct(stored), true, scratch);
  }

  private static ByteBuffer direct(String text) {
    byte[] octets = text.getBytes(ISO_8859_1);
    return ByteBuffer.allocateDirect(octets.length).put(octets).flip();
  }
}
