package org.popinjay.mailstore.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaseMapTest {

  @ParameterizedTest(name = "{0} becomes {1}")
  @CsvSource({
    "Tea Pot 9,TEA POT 9",
    "café,CAFE\u0301",
    "CAFÉ,CAFE\u0301",
    "cafe\u0301,CAFE\u0301",
    "Straße,STRAßE",
    "ǆ,Dz\u030C",
    "ǅ,Dz\u030C",
    "\u212A,K",
    "\u00B5g,\u039CG",
    "\u03C3\u03C2,\u03A3\u03A3",
    "\u0434\u043E\u043C,\u0414\u041E\u041C",
    "\u0131,I",
    "\u017F,S",
    "\uFB01n,fiN",
    "\uFF21\uFF42,AB",
    "\u2116 7,No 7",
    "a\u00A0b,A B",
    "\u6771\u4EAC,\u6771\u4EAC",
    "\uAC00,\u1100\u1161",
    "\uD801\uDC28,\uD801\uDC00",
    "x\uD801y,X\uFFFDY",
  })
  void foldsAsTitleCaseAndThenDecomposed(String text, String folded) {
    assertThat(new String(CaseMap.fold(text), UTF_8)).isEqualTo(folded);
  }

  @Test
  void accentsStandBehindTheirLetters() {
    assertThat(new Needle("cafe").isIn("Un Café crème")).isTrue();
    assertThat(new Needle("café").isIn("Un Cafe creme")).isFalse();
    assertThat(new Needle("naive").isIn("naïve")).isFalse();
  }

  @Property(tries = 300)
  void piecesFoldToThePiecesOfTheWhole(@ForAll String text, @ForAll int cut) {
    int at = text.isEmpty() ? 0 : Math.floorMod(cut, text.length());
    if (at > 0 && Character.isHighSurrogate(text.charAt(at - 1))) {
      at--;
    }
    var folded = new CaseMap.Folded(0);
    folded.add(text.toCharArray(), 0, at);
    folded.add(text.toCharArray(), at, text.length());
    assertThat(Arrays.copyOf(folded.octets(), folded.count())).isEqualTo(CaseMap.fold(text));
  }

  @Property(tries = 300)
  void isInWhatAPlainSearchOfTheFoldedTextsSays(@ForAll String text, @ForAll String word) {
    var needle = word.substring(0, Math.min(word.length(), 2));
    assertThat(new Needle(needle).isIn(text))
        .isEqualTo(Folding.naive(text).contains(Folding.naive(needle)));
  }
}
