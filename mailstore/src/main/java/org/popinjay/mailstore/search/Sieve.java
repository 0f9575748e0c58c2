package org.popinjay.mailstore.search;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import java.util.Set;
import org.popinjay.mailstore.search.PairScan.Pair;

/// Finds out cheaply that a message cannot have a text, so that few messages are taken apart.
///
/// A message is plain if no octet of it needs decoding: all are ASCII, there is no encoded word, no
/// text part in base64 or quoted-printable, and no charset but those that keep ASCII. A plain
/// message can have a text only if its octets have it. What is in doubt makes a message not plain:
/// that costs time, and no hit. Not thread-safe.
final class Sieve {
  private static final Pair ENCODED_WORD = Pair.of('=', '?', 1, false);
  private static final Pair EXTENDED_VALUE = Pair.of('*', '=', 1, false);
  private static final Pair LINE_WITH_C = Pair.of('\n', 'c', 1, true);
  private static final Pair LINE_BREAK = Pair.of('\n', '\r', 1, false);
  private static final Pair LINE_FEED = Pair.of('\n', '\n', 0, false);
  private static final String CHARSET = "charset";
  private static final Pair CHARSET_ENDS = Pair.of('c', 't', CHARSET.length() - 1, true);
  private static final String TYPE = "content-type";
  private static final String ENCODING = "content-transfer-encoding";

  private static final Set<String> CHARSETS_LIKE_ASCII =
      Set.of(
          "us-ascii",
          "utf-8",
          "iso-8859-1",
          "iso-8859-2",
          "iso-8859-15",
          "windows-1250",
          "windows-1251",
          "windows-1252",
          "koi8-r",
          "gb2312",
          "gbk",
          "big5",
          "euc-kr");
  private static final Set<String> IDENTITIES = Set.of("7bit", "8bit", "binary");
  private static final Set<String> MEDIA =
      Set.of("application", "audio", "font", "image", "model", "video");
  private static final Set<String> COMPOSITES = Set.of("message", "multipart");

  private final PairScan scan = PairScan.fastest();
  private byte[] octets = new byte[0];
  private int count;
  private boolean composite;

  /// Begins with each key whether the message can have it.
  void sift(Iterable<TextKey> keys, Letter letter) {
    octets = letter.octets();
    count = letter.count();
    boolean plain = isPlain();
    for (var key : keys) {
      key.begin(!plain || canHave(key, letter.headerEnd()));
    }
  }

  /// Whether a plain message can have it: as it stands, or folded where it has headers.
  private boolean canHave(TextKey key, int headerEnd) {
    var needle = key.needle();
    if (!needle.isAscii() || needle.hunt().inAscii(octets, 0, count)) {
      return needle.isAscii();
    }
    var piece = key.unfoldable();
    int headersEnd = composite ? count : key.inHeaders() ? headerEnd : 0;
    return !piece.equals(needle) && piece.hunt().inAscii(octets, 0, headersEnd);
  }

  private boolean isPlain() {
    composite = false;
    return scan.eightBit(octets, 0, count) == count
        && !scan.has(ENCODED_WORD, octets, 0, count)
        && areHeadersPlain();
  }

  /// Looks at each run of lines without a blank one that may be the header of a part: it has a
  /// `Content-` field.
  private boolean areHeadersPlain() {
    int done = 0;
    int at = 0;
    while (at < count) {
      if (startsWith("content-", at)) {
        int from = behindBlankLineBefore(at, done);
        done = blankLineFrom(at);
        if (!isHeaderPlain(from, done)) {
          return false;
        }
        at = done;
      }
      at = at < count - 1 ? scan.find(LINE_WITH_C, octets, at, count - 1) + 1 : count;
    }
    return true;
  }

  private int behindBlankLineBefore(int at, int least) {
    int from = at;
    while (from > least && !endsBlankLine(from)) {
      from--;
    }
    return from;
  }

  private boolean endsBlankLine(int at) {
    return at >= 2
        && octets[at - 1] == '\n'
        && octets[at - 2] == '\r'
        && (at == 2 || octets[at - 3] == '\n');
  }

  private int blankLineFrom(int at) {
    int end = count - 2;
    for (int line = at; line < end; line++) {
      line = scan.find(LINE_BREAK, octets, line, end);
      if (line < end && octets[line + 2] == '\n') {
        return line + 1;
      }
    }
    return count;
  }

  /// Whether a run of lines, of which some may be the header of a part, says nothing of text that
  /// needs decoding.
  ///
  /// A line that begins with `--` may be a boundary. So an encoding belongs to media only if a type
  /// of media stands between the same two such lines and no type of text is near.
  private boolean isHeaderPlain(int from, int to) {
    if (scan.has(EXTENDED_VALUE, octets, from, to) || !areCharsetsPlain(from, to)) {
      return false;
    }
    boolean anyText = false;
    boolean anyEncoded = false;
    boolean typed = false;
    boolean encoded = false;
    for (int line = from; line < to; line = scan.find(LINE_FEED, octets, line, to) + 1) {
      if (startsWith("--", line)) {
        if (encoded && !typed) {
          return false;
        }
        typed = false;
        encoded = false;
      } else if (startsWith(TYPE, line)) {
        var type = typeIn(line + TYPE.length());
        composite |= type == Kind.COMPOSITE || type == Kind.UNSURE;
        typed |= type == Kind.COMPOSITE || type == Kind.MEDIA;
        anyText |= type == Kind.TEXT || type == Kind.UNSURE;
      } else if (startsWith(ENCODING, line)) {
        encoded |= !IDENTITIES.contains(word(behindColon(line + ENCODING.length())));
        anyEncoded |= encoded;
      }
    }
    return !(encoded && !typed) && !(anyEncoded && anyText);
  }

  /// What may stand in a `Content-Type` field.
  private enum Kind {
    COMPOSITE,
    MEDIA,
    TEXT,
    /// Written in a way that is not looked into here.
    UNSURE
  }

  private Kind typeIn(int behindName) {
    int from = behindColon(behindName);
    var type = word(from);
    int slash = from + type.length();
    boolean whole = slash < count && octets[slash] == '/' && !word(slash + 1).isEmpty();
    if (whole && MEDIA.contains(type)) {
      return Kind.MEDIA;
    }
    if (whole && COMPOSITES.contains(type)) {
      return Kind.COMPOSITE;
    }
    return whole && type.equals("text") ? Kind.TEXT : Kind.UNSURE;
  }

  private boolean areCharsetsPlain(int from, int to) {
    int end = to - CHARSET_ENDS.distance();
    for (int at = from; at < end; at++) {
      at = scan.find(CHARSET_ENDS, octets, at, end);
      if (startsWith(CHARSET, at)
          && !CHARSETS_LIKE_ASCII.contains(word(behindEqualSign(at + CHARSET.length())))) {
        return false;
      }
    }
    return true;
  }

  private int behindColon(int at) {
    int colon = behindBlanks(at);
    return colon < count && octets[colon] == ':' ? behindBlanks(colon + 1) : count;
  }

  private int behindEqualSign(int at) {
    boolean here = at + 1 < count && octets[at] == '=';
    return here && octets[at + 1] == '"' ? at + 2 : here ? at + 1 : count;
  }

  private int behindBlanks(int at) {
    int behind = at;
    while (behind < count && (octets[behind] == ' ' || octets[behind] == '\t')) {
      behind++;
    }
    return behind;
  }

  /// Letters, digits and `-` in lower case, as far as they go; empty if something else follows that
  /// does not end a word.
  private String word(int from) {
    int to = from;
    while (to < count && (octets[to] == '-' || Character.isLetterOrDigit(octets[to]))) {
      to++;
    }
    return new String(octets, from, to - from, ISO_8859_1).toLowerCase(Locale.ROOT);
  }

  private boolean startsWith(String lower, int at) {
    if (at < 0 || count - at < lower.length()) {
      return false;
    }
    for (int i = 0; i < lower.length(); i++) {
      if (Character.toLowerCase((char) octets[at + i]) != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
