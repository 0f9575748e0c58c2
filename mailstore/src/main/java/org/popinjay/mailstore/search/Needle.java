package org.popinjay.mailstore.search;

import java.util.Arrays;
import org.popinjay.mailstore.search.PairScan.Pair;

/// A text to look for, folded by [CaseMap]. Immutable; each search for it is a [Hunt].
final class Needle {
  /// Octets of folded text from the most common to the less common ones; all others are rare.
  private static final String COMMON = " EATOINSRHLDUC\r\nMFPGYWB,.V=>KX-/:<0123";

  private final byte[] folded;

  /// For each length, the longest proper beginning that is an end, too (Knuth, Morris, Pratt).
  private final int[] borders;

  private final boolean ascii;

  /// Where the first octet of the pairs stands, which are the two least common ones.
  private final int rarest;

  private final Pair foldedPair;
  private final Pair asciiPair;

  Needle(String text) {
    this(CaseMap.fold(text));
  }

  private Needle(byte[] folded) {
    this.folded = folded;
    borders = borders(folded);
    ascii = isAscii(folded);
    int one = rarestBut(-1);
    int other = folded.length > 1 ? rarestBut(one) : one;
    rarest = Math.min(one, other);
    foldedPair = pair(Math.max(one, other), false);
    asciiPair = pair(Math.max(one, other), true);
  }

  private Pair pair(int second, boolean anyCase) {
    return isEmpty()
        ? Pair.of(0, 0, 0, false)
        : Pair.of(folded[rarest], folded[second], second - rarest, anyCase);
  }

  private static int[] borders(byte[] word) {
    int[] borders = new int[word.length + 1];
    int border = -1;
    borders[0] = -1;
    for (int length = 1; length <= word.length; length++) {
      while (border >= 0 && word[border] != word[length - 1]) {
        border = borders[border];
      }
      borders[length] = ++border;
    }
    return borders;
  }

  private static boolean isAscii(byte[] folded) {
    for (byte octet : folded) {
      if (octet < 0 || CaseMap.foldAscii(octet) != octet) {
        return false;
      }
    }
    return true;
  }

  private int rarestBut(int taken) {
    int best = -1;
    int bestRank = -1;
    for (int at = 0; at < folded.length; at++) {
      int common = COMMON.indexOf(folded[at]);
      int rank = common < 0 ? COMMON.length() : common;
      if (at != taken && rank > bestRank) {
        best = at;
        bestRank = rank;
      }
    }
    return best;
  }

  /// Whether every text has it.
  boolean isEmpty() {
    return folded.length == 0;
  }

  /// Whether text that is all ASCII can have it.
  boolean isAscii() {
    return ascii;
  }

  /// The longest piece of it that folding a header field leaves in one piece: a line end may be put
  /// before each blank (RFC 5322, section 2.2.3).
  Needle unfoldable() {
    int from = 0;
    int to = 0;
    for (int start = 0; start < folded.length; ) {
      int end = start + 1;
      while (end < folded.length && folded[end] != ' ' && folded[end] != '\t') {
        end++;
      }
      if (end - start > to - from) {
        from = start;
        to = end;
      }
      start = end;
    }
    return to - from == folded.length ? this : new Needle(Arrays.copyOfRange(folded, from, to));
  }

  /// Begins to look for it.
  Hunt hunt() {
    return new Hunt();
  }

  /// Whether a text has it.
  boolean isIn(String text) {
    byte[] in = CaseMap.fold(text);
    return hunt().inFolded(in, 0, in.length);
  }

  /// One search for the needle, in a text that comes in pieces of any size.
  ///
  /// Takes linear time: two rare octets of the needle are looked for with [PairScan], and only
  /// where both are, octet after octet is compared as Knuth, Morris and Pratt do. Not thread-safe.
  final class Hunt {
    private final PairScan scan = PairScan.fastest();
    private int matched;

    /// Begins anew with another text.
    void begin() {
      matched = 0;
    }

    /// Goes on in text that is folded already; whether the needle was found, now or before.
    boolean inFolded(byte[] in, int from, int to) {
      return goOn(in, from, to, foldedPair, false);
    }

    /// Goes on in text that is ASCII and not folded.
    boolean inAscii(byte[] in, int from, int to) {
      return goOn(in, from, to, asciiPair, true);
    }

    private boolean goOn(byte[] in, int from, int to, Pair pair, boolean fold) {
      int length = folded.length;
      int at = from;
      while (matched < length && at < to) {
        if (matched == 0 && to - at >= length) {
          int behind = to - length + 1;
          at = scan.find(pair, in, at + rarest, behind + rarest) - rarest;
        }
        if (at < to) {
          step(fold ? CaseMap.foldAscii(in[at]) : in[at]);
          at++;
        }
      }
      return matched == length;
    }

    private void step(byte next) {
      while (matched >= 0 && folded[matched] != next) {
        matched = borders[matched];
      }
      matched++;
    }
  }
}
