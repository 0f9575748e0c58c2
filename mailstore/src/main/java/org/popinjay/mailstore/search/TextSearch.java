package org.popinjay.mailstore.search;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.popinjay.mailstore.message.MimeScanner;

/// Looks for all texts that a search wants in a message, in one go. Not thread-safe.
final class TextSearch {
  private static final int DECODED_OCTETS = 16 << 10;

  private final List<TextKey> keys = new ArrayList<>();
  private final Sieve sieve = new Sieve();
  private final TextRun run = new TextRun();
  private final byte[] decoded = new byte[DECODED_OCTETS];
  private int looked;

  /// Will look for a text, too.
  ///
  /// @param inHeaders whether it may be in headers
  TextKey add(String needle, boolean inHeaders) {
    var key = new TextKey(needle, inHeaders);
    keys.add(key);
    return key;
  }

  /// Whether this is the message that was looked at last.
  boolean hasLooked(Letter letter) {
    return looked == letter.position();
  }

  /// Looks into a message; false if it cannot be had.
  boolean look(Letter letter) {
    if (!letter.readMost()) {
      return false;
    }
    if (letter.isWhole()) {
      sieve.sift(keys, letter);
    } else {
      keys.forEach(key -> key.begin(true));
    }
    looked = letter.position();
    return keys.stream().noneMatch(TextKey::isOpen) || takeApart(letter);
  }

  private boolean takeApart(Letter letter) {
    var scanner = new MimeScanner();
    if (!letter.pour(
        (octets, from, to) -> scanner.feed(ByteBuffer.wrap(octets, from, to - from)))) {
      return false;
    }
    var reader = new RegionReader(keys, TextRegion.of(scanner.finish()), run, decoded);
    boolean whole = letter.pour(reader);
    reader.end();
    return whole;
  }
}
