package org.popinjay.mailstore.search;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.popinjay.mailstore.search.PairScan.Pair;

/// A needle is found where a plain search finds it, however the text is cut.
class NeedleTest {
  private static final List<PairScan> SCANS = List.of(new PairScan.Longs(), new VectorPairScan());

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().withChars("abAB -").ofMaxLength(300);
  }

  @Provide
  Arbitrary<String> words() {
    return Arbitraries.strings().withChars("abAB -").ofMaxLength(9);
  }

  @Property(tries = 3000)
  void isFoundInAsciiWhereverItIsCut(
      @ForAll("texts") String text,
      @ForAll("words") String word,
      @ForAll @IntRange(max = 300) int cut) {
    byte[] octets = text.getBytes(US_ASCII);
    int middle = Math.min(cut, octets.length);
    var hunt = new Needle(word).hunt();
    boolean _ = hunt.inAscii(octets, 0, middle);
    assertThat(hunt.inAscii(octets, middle, octets.length))
        .isEqualTo(text.toUpperCase(Locale.ROOT).contains(word.toUpperCase(Locale.ROOT)));
  }

  @Property(tries = 1000)
  void isFoundInFoldedTextWhereverItIsCut(
      @ForAll("texts") String text,
      @ForAll("words") String word,
      @ForAll @IntRange(max = 300) int cut) {
    byte[] folded = CaseMap.fold(text);
    int middle = Math.min(cut, folded.length);
    var hunt = new Needle(word).hunt();
    boolean _ = hunt.inFolded(folded, 0, middle);
    assertThat(hunt.inFolded(folded, middle, folded.length))
        .isEqualTo(Folding.naive(text).contains(Folding.naive(word)));
  }

  @Test
  void oneThatRepeatsItselfIsFoundInLinearTime() {
    var text = "a".repeat(4 << 20) + "b";
    var hunt = new Needle("a".repeat(60_000) + "b").hunt();
    assertThat(hunt.inAscii(text.getBytes(US_ASCII), 0, text.length())).isTrue();
  }

  @Test
  void foldingAHeaderLeavesItsLongestPieceWhole() {
    var needle = new Needle("re: the teapot of clay");
    assertThat(needle.unfoldable().isIn("x teapot y")).isTrue();
    assertThat(needle.unfoldable().isIn("the tea")).isFalse();
    assertThat(new Needle("teapot").unfoldable().isIn("the teapots")).isTrue();
  }

  @Test
  void onlyFoldedAsciiCanBeInAscii() {
    assertThat(new Needle("Tea-Pot 9").isAscii()).isTrue();
    assertThat(new Needle("café").isAscii()).isFalse();
    assertThat(new Needle("\uFB01").isAscii()).isFalse();
  }

  @Provide
  Arbitrary<byte[]> octets() {
    return Arbitraries.of((byte) 'a', (byte) 'A', (byte) 'b', (byte) 0xE1, (byte) '=')
        .array(byte[].class)
        .ofMaxSize(200);
  }

  @Property(tries = 2000)
  void vectorsAndLongsFindTheSamePair(
      @ForAll("octets") byte[] in,
      @ForAll @IntRange(max = 70) int distance,
      @ForAll @IntRange(max = 40) int skipped,
      @ForAll boolean anyCase) {
    var pair = Pair.of('a', 'B', distance, anyCase);
    int to = Math.max(0, in.length - distance);
    int from = Math.min(skipped, to);
    int expected = from;
    var text = new String(in, ISO_8859_1);
    while (expected < to
        && !(same(text.charAt(expected), 'a', anyCase)
            && same(text.charAt(expected + distance), 'B', anyCase))) {
      expected++;
    }
    for (var scan : SCANS) {
      assertThat(scan.find(pair, in, from, to)).isEqualTo(expected);
    }
  }

  private static boolean same(char one, char other, boolean anyCase) {
    return one == other
        || (anyCase && Character.toUpperCase(one) == Character.toUpperCase(other) && one < 0x80);
  }

  @Property(tries = 1000)
  void vectorsAndLongsSeeTheSameEightBit(@ForAll("octets") byte[] in) {
    int first = new String(in, ISO_8859_1).indexOf(0xE1);
    for (var scan : SCANS) {
      assertThat(scan.eightBit(in, 0, in.length)).isEqualTo(first < 0 ? in.length : first);
    }
  }

  @Property(tries = 1000)
  void vectorsAndLongsFoldTheSameAscii(@ForAll byte[] in, @ForAll @IntRange(max = 20) int skipped) {
    int from = Math.min(skipped, in.length);
    for (var scan : SCANS) {
      var out = new byte[in.length + 3];
      int end = scan.foldAscii(in, from, in.length, out, 3);
      assertThat(end).isEqualTo(scan.eightBit(in, from, in.length));
      var folded = new String(in, from, end - from, US_ASCII).toUpperCase(Locale.ROOT);
      assertThat(new String(out, 3, end - from, US_ASCII)).isEqualTo(folded);
    }
  }
}
