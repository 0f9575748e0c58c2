package org.popinjay.mailstore.message;

/// A place in the value of a structured field (RFC 5322, section 3.2).
///
/// Quoted strings and comments that never end are text. Each way to find that out goes to the end
/// of the value, and is gone once only.
final class FieldCursor {
  private static final int DEEPEST_COMMENT = 32;

  private final String value;
  private int at;
  private boolean quotesEnd = true;
  private boolean commentsEnd = true;

  FieldCursor(String value) {
    this.value = value;
  }

  int at() {
    return at;
  }

  boolean atEnd() {
    return at >= value.length();
  }

  /// The octet here; NUL at the end.
  char peek() {
    return atEnd() ? 0 : value.charAt(at);
  }

  void advance() {
    at++;
  }

  void advance(int octets) {
    at += octets;
  }

  /// The next octets, at most so many.
  String ahead(int most) {
    return value.substring(at, Math.min(value.length(), at + most));
  }

  /// The text from a place before to here.
  String since(int from) {
    return value.substring(from, at);
  }

  boolean skip(char expected) {
    if (peek() == expected) {
      at++;
      return true;
    }
    return false;
  }

  /// Goes over blanks; whether there were any.
  boolean skipBlanks() {
    int from = at;
    while (peek() == ' ') {
      at++;
    }
    return at > from;
  }

  /// Goes over blanks and comments.
  void skipBlanksAndComments() {
    var ignored = new StringBuilder();
    do {
      skipBlanks();
    } while (comment(ignored));
  }

  /// Goes over a quoted string and appends what is in it; false if none ends behind here.
  boolean quoted(StringBuilder to) {
    if (peek() != '"' || !quotesEnd) {
      return false;
    }
    int length = to.length();
    for (int i = at + 1; i < value.length(); i++) {
      char octet = value.charAt(i);
      if (octet == '"') {
        at = i + 1;
        return true;
      }
      if (octet == '\\' && i + 1 < value.length()) {
        i++;
      }
      to.append(value.charAt(i));
    }
    to.setLength(length);
    quotesEnd = false;
    return false;
  }

  /// Goes over a comment and appends what is in it; false if none ends behind here. Comments in it
  /// keep their parentheses, deeper ones than [#DEEPEST_COMMENT] are not looked for.
  boolean comment(StringBuilder to) {
    if (peek() != '(' || !commentsEnd) {
      return false;
    }
    int length = to.length();
    int depth = 1;
    for (int i = at + 1; i < value.length(); i++) {
      char octet = value.charAt(i);
      if (octet == ')' && --depth == 0) {
        at = i + 1;
        return true;
      }
      if (octet == '(' && depth < DEEPEST_COMMENT) {
        depth++;
      } else if (octet == '\\' && i + 1 < value.length()) {
        i++;
      }
      to.append(value.charAt(i));
    }
    to.setLength(length);
    commentsEnd = false;
    return false;
  }
}
