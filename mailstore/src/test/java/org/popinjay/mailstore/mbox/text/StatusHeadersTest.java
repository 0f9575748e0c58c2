package org.popinjay.mailstore.mbox.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.mailstore.mbox.text.Quoting.Notes;
import org.popinjay.mailstore.mbox.text.StatusHeaders.Bookkeeping;

class StatusHeadersTest {
  private static final int SEEN = Flag.SEEN.bit() << Bits.FLAGS_SHIFT;
  private static final int DELETED = Flag.DELETED.bit() << Bits.FLAGS_SHIFT;
  private static final int FLAGGED = Flag.FLAGGED.bit() << Bits.FLAGS_SHIFT;

  @Test
  void writesABlockOfFixedWidths() {
    assertThat(rewritten("Subject: a\n\n", 0, Bookkeeping.of(SEEN | Bits.OLD, 42)))
        .isEqualTo("Subject: a\nStatus: RO\nX-Status:     \nX-UID: 0000000042\n\n");
    assertThat(rewritten("Subject: a\n\n", 0, Bookkeeping.of(0, 42)))
        .isEqualTo("Subject: a\nStatus:   \nX-Status:     \nX-UID: 0000000042\n\n");
    assertThat(rewritten("\n", 0, Bookkeeping.of(Bits.FLAGS, 0)))
        .isEqualTo("Status: R \nX-Status: AFTD\n\n");
  }

  @Test
  void writesEverythingThatIsToBeSaid() {
    var all =
        new Bookkeeping(
            FLAGGED,
            4294967295L,
            List.of("work", "$Forwarded"),
            Optional.of(new ImapBase(1, 4_000_000_000L, List.of("work", "$Forwarded"))),
            new Notes(true, true, true, true, Optional.of("a=b"), OptionalLong.of(7)));
    String header = rewritten("Subject: a\r\n\r\n", Bits.CRLF, all);
    assertThat(header)
        .isEqualTo(
            """
            Subject: a
            X-IMAPbase: 0000000001 4000000000 work $Forwarded
            Status:\s\s\s
            X-Status: F\s\s\s
            X-Keywords: work $Forwarded%s
            X-UID: 4294967295
            X-Popinjay: q=rd e=1 n=blank,eol u=a=b b=7

            """
                .formatted(" ".repeat(35))
                .replace("\n", "\r\n"));
    assertThat(StatusHeaders.read(header.getBytes(ISO_8859_1))).isEqualTo(all);
  }

  @Test
  void removesWhatOthersWrote() {
    String header =
        """
        Status: U
        X-UID: 5
         6
        Received: x
        \ty
        Content-Length: 3
        X-UID: 7
        status: RO
        X-IMAP: 1 1
        X-IMAPbase: 1 1
        X-Keywords: a
        X-Status: D
        X-Popinjay: q=rd

        """;
    assertThat(rewritten(header, 0, Bookkeeping.of(SEEN, 8)))
        .isEqualTo("Received: x\n\ty\nStatus: R \nX-Status:     \nX-UID: 0000000008\n\n");
  }

  @Test
  void keepsLettersOfOthersUnlessTheyAreASenders() {
    String header = "Status: ROUZ\nX-Status: AKD\nStatus: Q\n\n";
    assertThat(rewritten(header, 0, Bookkeeping.of(SEEN, 0)))
        .isEqualTo("Status: RZ \nX-Status: K    \n\n");
    assertThat(rewritten(header, Bits.FOREIGN_FIELDS, Bookkeeping.of(SEEN, 0)))
        .isEqualTo("Status: R \nX-Status:     \n\n");
  }

  @Test
  void completesAHeaderThatJustEnds() {
    var bookkeeping = Bookkeeping.of(SEEN, 0);
    String block = "Status: R \nX-Status:     \n\n";
    assertThat(rewritten("A: b\n", Bits.NO_BLANK_LINE, bookkeeping)).isEqualTo("A: b\n" + block);
    assertThat(rewritten("A: b", Bits.NO_BLANK_LINE, bookkeeping)).isEqualTo("A: b\n" + block);
    assertThat(rewritten("A: b\r", Bits.NO_BLANK_LINE, bookkeeping))
        .as("the CR stays one")
        .isEqualTo("A: b\r\r\n" + block);
    assertThat(rewritten("A: b\nX-UID: 1", Bits.NO_BLANK_LINE, bookkeeping))
        .isEqualTo("A: b\n" + block);
    assertThat(rewritten("", Bits.NO_BLANK_LINE, bookkeeping)).isEqualTo(block);
  }

  @Test
  void aHeaderThatWasCutGetsTheBlockInFront() {
    String block = "Status: R \nX-Status:     \n";
    assertThat(rewritten("A: b\n", 0, Bookkeeping.of(SEEN, 0))).isEqualTo(block + "A: b\n");
    assertThat(rewritten(" A: b\n", 0, Bookkeeping.of(SEEN, 0))).isEqualTo(" A: b\n");
    String large = "A: " + "x".repeat(MboxScanner.LONGEST_HEADER - 6) + "\n\n";
    assertThat(rewritten(large, 0, Bookkeeping.of(SEEN, 0))).isEqualTo(block + large);
  }

  @Test
  void changesFlagsInPlace() {
    String header = "A: b\nStatus: O \nX-Status:     \nX-UID: 1\n\n";
    assertThat(patched(header, SEEN | Bits.OLD | DELETED))
        .contains("A: b\nStatus: RO\nX-Status: D   \nX-UID: 1\n\n");
    assertThat(patched(header.replace("\n", "\r\n"), SEEN))
        .contains("A: b\nStatus: R \nX-Status:     \nX-UID: 1\n\n".replace("\n", "\r\n"));
    assertThat(patched("Status: ROZ\n\n", 0)).contains("Status: Z  \n\n");
    assertThat(patched("Status:\n\n", 0)).isEmpty();
    assertThat(patched("Status: RO\n\n", SEEN | Bits.OLD)).contains("Status: RO\n\n");
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "'A: b\n\n', no fields",
    "'Status: O\n\n', no room",
    "'Status: RO\n\n', no X-Status",
    "'Status: RO\nX-Status:\n    \n\n', folded",
    "'Status: RO!\nX-Status:     \n\n', not well-formed",
  })
  void asksForARewriteWhereThereIsNoPlace(String header, String why) {
    assertThat(StatusHeaders.patch(header.getBytes(ISO_8859_1), SEEN | Bits.OLD | DELETED))
        .isEmpty();
  }

  @Test
  void fieldsFarApartAreNotPatched() {
    String between = "X-A: " + "x".repeat(StatusHeaders.LONGEST_PATCH) + "\n";
    assertThat(patched("Status:   \n" + between + "X-Status:     \n\n", SEEN)).isEmpty();
  }

  @Test
  void noFieldsAndNoFlagsNeedNoChange() {
    assertThat(StatusHeaders.patch("A: b\n\n".getBytes(ISO_8859_1), 0))
        .hasValueSatisfying(patch -> assertThat(patch.octets()).isEmpty());
  }

  @Property
  void readsBackWhatItPatches(
      @ForAll @IntRange(max = 31) int before,
      @ForAll @IntRange(max = 31) int flags,
      @ForAll boolean old) {
    int bits = (flags << Bits.FLAGS_SHIFT) | (old ? Bits.OLD : 0);
    String header = rewritten("A: b\n\n", 0, Bookkeeping.of(before << Bits.FLAGS_SHIFT, 9));
    String changed = patched(header, bits).orElseThrow();
    assertThat(StatusHeaders.read(changed.getBytes(ISO_8859_1))).isEqualTo(Bookkeeping.of(bits, 9));
    assertThat(changed).isEqualTo(rewritten("A: b\n\n", 0, Bookkeeping.of(bits, 9)));
  }

  @Test
  void changesTheBaseInPlace() {
    byte[] header = "A: b\nX-IMAPbase:  0000000001 0000000002 work\n\n".getBytes(ISO_8859_1);
    var base = new ImapBase(4294967295L, 77, List.of("work", "play"));
    var patch = StatusHeaders.patchBase(header, base).orElseThrow();
    assertThat(apply(header, patch)).isEqualTo("A: b\nX-IMAPbase:  4294967295 0000000077 work\n\n");
  }

  @Test
  void moreKeywordsGoWhereTheBaseIsPadded() {
    byte[] header = "X-IMAPbase: 0000000001 0000000002 work      \nA: b\n\n".getBytes(ISO_8859_1);
    var base = new ImapBase(1, 3, List.of("work", "play"));
    var patch = StatusHeaders.patchBase(header, base).orElseThrow();
    assertThat(apply(header, patch))
        .isEqualTo("X-IMAPbase: 0000000001 0000000003 work play \nA: b\n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-IMAP: 1 2\n\n", "X-IMAP: 0000000001\n 0000000002\n\n", "\n"})
  void aBaseOfOtherWidthIsNotPatched(String header) {
    assertThat(StatusHeaders.patchBase(header.getBytes(ISO_8859_1), new ImapBase(1, 2, List.of())))
        .isEmpty();
  }

  @Property
  void neverThrows(@ForAll byte[] header, @ForAll @IntRange(max = 0xFFFF) int bits) {
    assertThat(StatusHeaders.read(header)).isNotNull();
    assertThat(StatusHeaders.patch(header, bits)).isNotNull();
    assertThat(StatusHeaders.rewrite(header, bits, Bookkeeping.of(bits, 1))).isNotEmpty();
  }

  private static String rewritten(String header, int bits, Bookkeeping bookkeeping) {
    byte[] octets = header.getBytes(ISO_8859_1);
    return new String(StatusHeaders.rewrite(octets, bits, bookkeeping), ISO_8859_1);
  }

  private static Optional<String> patched(String header, int bits) {
    byte[] octets = header.getBytes(ISO_8859_1);
    return StatusHeaders.patch(octets, bits).map(patch -> apply(octets, patch));
  }

  private static String apply(byte[] header, StatusHeaders.Patch patch) {
    byte[] changed = header.clone();
    System.arraycopy(patch.octets(), 0, changed, patch.offset(), patch.octets().length);
    return new String(changed, ISO_8859_1);
  }
}
