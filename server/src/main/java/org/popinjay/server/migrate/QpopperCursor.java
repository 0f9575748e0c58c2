package org.popinjay.server.migrate;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A line of qpopper's settings file, and how far it is read; cut as qpopper's own `pop_config`
/// cuts it.
final class QpopperCursor {
  private static final String QUOTES = "\"'`";

  private final String line;
  private int at;

  QpopperCursor(String line) {
    this.line = line;
  }

  /// Passes over white space; whether nothing but a comment is left.
  boolean atEnd() {
    while (at < line.length() && isBlank(line.charAt(at))) {
      at++;
    }
    return at == line.length() || line.charAt(at) == '#';
  }

  /// Letters, digits and hyphens; any other character is a token of its own.
  String token() {
    if (atEnd()) {
      return "";
    }
    int begin = at++;
    if (isAlnum(line.charAt(begin))) {
      while (at < line.length() && (isAlnum(line.charAt(at)) || line.charAt(at) == '-')) {
        at++;
      }
    }
    return line.substring(begin, at);
  }

  /// What is next, as a value of that option; null if it cannot be one.
  @Nullable String value(QpopperOption option) {
    return switch (option.kind()) {
      case TRUTH -> truth(token());
      case NUMBER -> number(token());
      case WORD -> {
        var word = token().toLowerCase(Locale.ROOT);
        yield option.words().contains(word) ? word : null;
      }
      case TEXT -> text();
    };
  }

  /// Up to the quote that it began with, unless a backslash stands before it; without quotes up to
  /// white space.
  private @Nullable String text() {
    if (atEnd() && at == line.length()) {
      return null;
    }
    char quote = line.charAt(at);
    boolean quoted = QUOTES.indexOf(quote) >= 0;
    int begin = quoted ? ++at : at;
    while (at < line.length()
        && (quoted
            ? line.charAt(at) != quote || line.charAt(at - 1) == '\\'
            : !isBlank(line.charAt(at)))) {
      at++;
    }
    var text = line.substring(begin, at);
    at = Math.min(at + 1, line.length());
    return text;
  }

  private static @Nullable String truth(String token) {
    if (token.equalsIgnoreCase("true") || token.equalsIgnoreCase("false")) {
      return token.toLowerCase(Locale.ROOT);
    }
    var number = number(token);
    return "1".equals(number) ? "true" : "0".equals(number) ? "false" : null;
  }

  /// As `strtol` with base 0: `0x` begins a hexadecimal number, `0` an octal one, and what is no
  /// digit ends it.
  private static @Nullable String number(String token) {
    boolean hexadecimal = token.length() > 2 && token.regionMatches(true, 0, "0x", 0, 2);
    int base = hexadecimal ? 16 : token.startsWith("0") ? 8 : 10;
    int begin = hexadecimal ? 2 : 0;
    int end = begin;
    while (end < token.length() && Character.digit(token.charAt(end), base) >= 0) {
      end++;
    }
    if (end == begin || end - begin > 9) {
      return null;
    }
    return String.valueOf(Long.parseLong(token.substring(begin, end), base));
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isAlnum(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
