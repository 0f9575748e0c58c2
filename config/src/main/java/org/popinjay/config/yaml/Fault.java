package org.popinjay.config.yaml;

import java.util.Optional;

/// Something wrong in the settings, in words that an operator can act on.
///
/// @param place where it stands
/// @param key the setting, `pop3.idleTimeout`; empty when the document as a whole is meant
/// @param found what stands there
/// @param expected what should
/// @param nearest what was perhaps meant
public record Fault(
    Place place, String key, String found, String expected, Optional<String> nearest) {
  private static final int LONGEST_QUOTE = 80;

  /// Cuts a long find and makes its control characters visible.
  public Fault {
    found = printable(found);
  }

  /// `file:line:column: key: found X, expected Y (did you mean Z?)`.
  @Override
  public String toString() {
    return place
        + ": "
        + (key.isEmpty() ? "" : printable(key) + ": ")
        + "found "
        + found
        + ", expected "
        + expected
        + nearest.map(word -> " (did you mean " + word + "?)").orElse("");
  }

  private static String printable(String text) {
    var shown = new StringBuilder();
    text.codePoints()
        .limit(LONGEST_QUOTE)
        .forEach(c -> {
          int type = Character.getType(c);
          boolean hidden =
              Character.isISOControl(c)
                  || type == Character.FORMAT
                  || type == Character.LINE_SEPARATOR
                  || type == Character.PARAGRAPH_SEPARATOR
                  || type == Character.SURROGATE;
          if (hidden) {
            shown.append(String.format("\\u%04x", c));
          } else {
            shown.appendCodePoint(c);
          }
        });
    return text.codePointCount(0, text.length()) > LONGEST_QUOTE
        ? shown.append("...").toString()
        : shown.toString();
  }
}
