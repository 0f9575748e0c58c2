package org.popinjay.mailstore.board;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.popinjay.mailstore.BoardNotes;

/// Reads the file `NAME.info` beside a board: lines `key: value`; what begins with `#` is a
/// comment. Pure.
final class NotesText {
  private static final int VALUE_OCTETS_MAX = 400;
  private static final Set<String> KEYS =
      Set.of("aliases", "info", "leaders", "address", "request", "feed-in", "feeds-out", "flags");

  private NotesText() {}

  /// Hears of lines that say nothing.
  interface Faults {
    void at(int line, String what);
  }

  /// Takes what can be taken; of a key that is there twice the last.
  static BoardNotes read(byte[] octets, Faults faults) {
    var values = new HashMap<String, String>();
    int number = 0;
    for (var line : (Iterable<String>) new String(octets, ISO_8859_1).lines()::iterator) {
      number++;
      if (!line.isBlank() && !line.startsWith("#")) {
        take(line, number, values, faults);
      }
    }
    return new BoardNotes(
        values.getOrDefault("aliases", ""),
        values.getOrDefault("info", ""),
        values.getOrDefault("leaders", ""),
        values.getOrDefault("address", ""),
        values.getOrDefault("request", ""),
        values.getOrDefault("feed-in", ""),
        values.getOrDefault("feeds-out", ""),
        Long.parseLong(values.getOrDefault("flags", "0")));
  }

  private static void take(String line, int number, Map<String, String> values, Faults faults) {
    int colon = line.indexOf(':');
    var key = colon < 0 ? "" : line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
    var value = line.substring(colon + 1).strip();
    if (!KEYS.contains(key)) {
      faults.at(number, "has no key that is known");
    } else if (value.length() > VALUE_OCTETS_MAX
        || !value.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
      faults.at(number, "has more than 400 octets, or some that are not printable US-ASCII");
    } else if (key.equals("flags") && !isNumber(value)) {
      faults.at(number, "has flags that are no number");
    } else {
      values.put(key, value);
    }
  }

  private static boolean isNumber(String value) {
    return !value.isEmpty()
        && value.length() <= 9
        && value.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
