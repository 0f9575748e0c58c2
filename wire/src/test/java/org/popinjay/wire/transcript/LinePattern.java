package org.popinjay.wire.transcript;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Compares lines with what was written for them, and remembers the numbers that were bound.
final class LinePattern {
  private final Map<String, String> bound = new HashMap<>();

  /// Whether a line is what the pattern says; binds its numbers if so.
  boolean matches(String pattern, String line) {
    var attempt = new HashMap<>(bound);
    if (!matches(pattern, 0, line, 0, attempt)) {
      return false;
    }
    bound.putAll(attempt);
    return true;
  }

  /// Puts what was bound into a line of the client.
  String fill(String text) {
    var filled = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      int close = text.charAt(at) == '{' ? text.indexOf('}', at) : -1;
      if (close < 0) {
        filled.append(text.charAt(at++));
        continue;
      }
      var name = text.substring(at + 1, close);
      var value = octet(name);
      if (value == null) {
        value = bound.get(name);
      }
      filled.append(value == null ? text.substring(at, close + 1) : value);
      at = close + 1;
    }
    return filled.toString();
  }

  private static boolean matches(
      String pattern, int p, String line, int l, Map<String, String> attempt) {
    int i = p;
    int j = l;
    while (i < pattern.length()) {
      int close = pattern.charAt(i) == '{' ? pattern.indexOf('}', i) : -1;
      if (close < 0) {
        if (j == line.length() || line.charAt(j) != pattern.charAt(i)) {
          return false;
        }
        i++;
        j++;
        continue;
      }
      var name = pattern.substring(i + 1, close);
      if (name.equals("...")) {
        for (int rest = j; rest <= line.length(); rest++) {
          if (matches(pattern, close + 1, line, rest, attempt)) {
            return true;
          }
        }
        return false;
      }
      var text = octet(name);
      if (text == null) {
        text = attempt.get(name);
      }
      if (text == null) {
        int end = j;
        int radix = name.startsWith("hex:") ? 16 : 10;
        while (end < line.length() && Character.digit(line.charAt(end), radix) >= 0) {
          end++;
        }
        if (end == j) {
          return false;
        }
        text = line.substring(j, end);
        attempt.put(name, text);
      }
      if (!line.startsWith(text, j)) {
        return false;
      }
      j += text.length();
      i = close + 1;
    }
    return j == line.length();
  }

  private static @Nullable String octet(String name) {
    return switch (name) {
      case "cr" -> "\r";
      case "lf" -> "\n";
      case "nul" -> "\0";
      case "tab" -> "\t";
      case "sp" -> " ";
      case "open" -> "{";
      default -> null;
    };
  }
}
