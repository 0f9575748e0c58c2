package org.popinjay.mailstore.search;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Makes texts equal that differ only in case or in how a character is composed: title case, then
/// full decomposition, then UTF-8 (RFC 5051, `i;unicode-casemap`).
///
/// So `cafe` is a part of `Café`, as an accent stands behind its letter, and a wide or old form of
/// a letter is the letter. Unlike RFC 5051, Hangul syllables are decomposed too, so that both ways
/// in which programs write them are one. An unpaired surrogate becomes U+FFFD.
///
/// What a character becomes depends on it alone: the folded form of a text is that of its pieces,
/// put behind one another, as long as no pair of surrogates is cut.
public final class CaseMap {
  private static final int PAGE_BITS = 8;
  private static final int PAGE_SIZE = 1 << PAGE_BITS;
  private static final int REPLACEMENT = 0xFFFD;

  /// Folded characters, 256 to a page, made when one of them is first met.
  private static final AtomicReferenceArray<Page> PAGES =
      new AtomicReferenceArray<>((Character.MAX_CODE_POINT + 1) >> PAGE_BITS);

  private CaseMap() {}

  /// The folded form of a text.
  public static byte[] fold(CharSequence text) {
    var folded = new Folded(text.length());
    text.codePoints().forEach(folded::add);
    return Arrays.copyOf(folded.octets, folded.count);
  }

  /// The folded form of one ASCII character; other octets stay as they are. Without a branch, as no
  /// CPU could foretell it.
  static byte foldAscii(byte octet) {
    int letter = ('a' - 1 - octet) & (octet - ('z' + 1));
    return (byte) (octet ^ (letter >>> 26 & 0x20));
  }

  /// A folded text that grows at its end.
  static final class Folded {
    private static final PairScan SCAN = PairScan.fastest();

    private byte[] octets;
    private int count;

    Folded(int capacity) {
      octets = new byte[Math.max(capacity, 16)];
    }

    byte[] octets() {
      return octets;
    }

    int count() {
      return count;
    }

    void clear() {
      count = 0;
    }

    /// Adds characters of a text. A pair of surrogates must not be cut.
    void add(char[] text, int from, int to) {
      reserve(to - from);
      for (int at = from; at < to; at++) {
        char unit = text[at];
        if (unit < 0x80) {
          if (count == octets.length) {
            reserve(to - at);
          }
          octets[count++] = foldAscii((byte) unit);
        } else if (Character.isHighSurrogate(unit)
            && at + 1 < to
            && Character.isLowSurrogate(text[at + 1])) {
          add(Character.toCodePoint(unit, text[++at]));
        } else {
          add(unit);
        }
      }
    }

    /// Adds octets up to the first one that is not ASCII; returns where that stands.
    int addAscii(byte[] text, int from, int to) {
      reserve(to - from);
      int end = SCAN.foldAscii(text, from, to, octets, count);
      count += end - from;
      return end;
    }

    /// Adds what is folded already.
    void addFolded(byte[] more) {
      reserve(more.length);
      System.arraycopy(more, 0, octets, count, more.length);
      count += more.length;
    }

    /// Adds a character.
    void add(int character) {
      var page = page(character >>> PAGE_BITS);
      int index = character & (PAGE_SIZE - 1);
      int from = page.starts[index];
      int length = page.starts[index + 1] - from;
      reserve(length);
      System.arraycopy(page.octets, from, octets, count, length);
      count += length;
    }

    private void reserve(int more) {
      if (more > octets.length - count) {
        octets = Arrays.copyOf(octets, Math.max(count + more, octets.length * 2));
      }
    }
  }

  /// The folded forms of 256 characters, one behind the other.
  private static final class Page {
    private final byte[] octets;

    /// Where each begins, and where the last one ends.
    private final int[] starts;

    Page(byte[] octets, int[] starts) {
      this.octets = octets;
      this.starts = starts;
    }
  }

  private static Page page(int number) {
    var page = PAGES.get(number);
    if (page == null) {
      page = newPage(number << PAGE_BITS);
      PAGES.set(number, page);
    }
    return page;
  }

  private static Page newPage(int first) {
    var text = new StringBuilder();
    int[] starts = new int[PAGE_SIZE + 1];
    int octets = 0;
    for (int index = 0; index < PAGE_SIZE; index++) {
      var folded = folded(first + index);
      text.append(folded);
      octets += folded.getBytes(StandardCharsets.UTF_8).length;
      starts[index + 1] = octets;
    }
    return new Page(text.toString().getBytes(StandardCharsets.UTF_8), starts);
  }

  private static String folded(int character) {
    boolean surrogate = character <= 0xFFFF && Character.isSurrogate((char) character);
    int title = surrogate ? REPLACEMENT : Character.toTitleCase(character);
    return Normalizer.normalize(Character.toString(title), Normalizer.Form.NFKD);
  }
}
