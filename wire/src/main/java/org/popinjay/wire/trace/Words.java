package org.popinjay.wire.trace;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// A line as words with blanks between them.
final class Words {
  private final byte[] line;
  private final int length;

  /// @param length octets of the line without its end
  Words(byte[] line, int length) {
    this.line = line;
    this.length = length;
  }

  /// The word in this place, in capitals; empty if there are not so many.
  String word(int place) {
    int from = start(place);
    return new String(line, from, end(from) - from, StandardCharsets.ISO_8859_1)
        .toUpperCase(Locale.ROOT);
  }

  /// Octets of the line up to the end of the word in this place.
  int endOf(int place) {
    return end(start(place));
  }

  /// Whether there is anything behind the word in this place.
  boolean goesOnBehind(int place) {
    return start(place + 1) < length;
  }

  private int start(int place) {
    int at = skipBlanks(0);
    for (int i = 0; i < place; i++) {
      at = skipBlanks(end(at));
    }
    return at;
  }

  private int skipBlanks(int from) {
    int at = from;
    while (at < length && isBlank(line[at])) {
      at++;
    }
    return at;
  }

  private int end(int from) {
    int at = from;
    while (at < length && !isBlank(line[at])) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(byte octet) {
    return octet == ' ' || octet == '\t';
  }
}
