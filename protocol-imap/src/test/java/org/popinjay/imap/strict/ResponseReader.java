package org.popinjay.imap.strict;

import java.util.List;
import java.util.Locale;

/// Reads the tokens of one response, literals included, and refuses whatever the grammar has no
/// place for.
final class ResponseReader {
  private static final String SPECIALS = "(){%*\"\\]";

  private final String response;
  private final boolean unicode;
  private int at;

  /// @param response a character an octet, with its line end
  /// @param unicode whether quoted strings may be UTF-8
  ResponseReader(String response, boolean unicode) {
    this.response = response;
    this.unicode = unicode;
  }

  ResponseViolation violation(String what) {
    return new ResponseViolation(what + " at " + at, response);
  }

  char peek() {
    if (at == response.length()) {
      throw violation("unexpected end");
    }
    return response.charAt(at);
  }

  boolean next(String text) {
    if (response.regionMatches(true, at, text, 0, text.length())) {
      at += text.length();
      return true;
    }
    return false;
  }

  void expect(String text) {
    if (!next(text)) {
      throw violation("expected <" + text + ">");
    }
  }

  void end() {
    expect("\r\n");
    if (at != response.length()) {
      throw violation("text behind the end");
    }
  }

  /// The text of a status response: not empty, no blank at its ends, printable US-ASCII.
  void text() {
    int end = response.indexOf('\r', at);
    var text = response.substring(at, end);
    if (text.isBlank() || !text.equals(text.strip())) {
      throw violation("no text, or blanks around it");
    }
    if (!text.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
      throw violation("octets in a text");
    }
    at = end;
    end();
  }

  String atom() {
    return atom(SPECIALS);
  }

  private String atom(String specials) {
    int from = at;
    while (peek() > ' ' && peek() < 0x7F && specials.indexOf(peek()) < 0) {
      at++;
    }
    if (at == from) {
      throw violation("expected an atom");
    }
    return response.substring(from, at);
  }

  /// A word that may hold `]`.
  String astring() {
    return peek() == '"' || peek() == '{' ? string() : atom("(){%*\"\\");
  }

  String tag() {
    var tag = atom("(){%*\"\\+");
    if (tag.length() > 64) {
      throw violation("tag of " + tag.length());
    }
    return tag;
  }

  String string() {
    return peek() == '{' ? literal() : quoted();
  }

  /// A string, or null for NIL.
  void nstring() {
    if (!nil()) {
      string();
    }
  }

  boolean nil() {
    return next("NIL");
  }

  private String quoted() {
    expect("\"");
    var text = new StringBuilder();
    while (peek() != '"') {
      char c = peek();
      at++;
      if (c == '\\') {
        c = peek();
        at++;
        if (c != '"' && c != '\\') {
          throw violation("escaped what needs no escape");
        }
      } else if (c < ' ' || c == 0x7F) {
        throw violation("control octet in a quoted string");
      } else if (c > 0x7F && !unicode) {
        throw violation("8-bit in a quoted string");
      }
      text.append(c);
    }
    at++;
    return text.toString();
  }

  private String literal() {
    expect("{");
    long length = number();
    expect("}\r\n");
    if (at + length > response.length()) {
      throw violation("literal longer than the response");
    }
    var text = response.substring(at, at + (int) length);
    if (text.indexOf('\0') >= 0) {
      throw violation("NUL in a literal");
    }
    at += (int) length;
    return text;
  }

  long number() {
    int from = at;
    while (Character.digit(peek(), 10) >= 0) {
      at++;
    }
    if (at == from || at - from > 19) {
      throw violation("expected a number");
    }
    if (at - from > 1 && response.charAt(from) == '0') {
      throw violation("leading zero");
    }
    return Long.parseLong(response, from, at, 10);
  }

  long number32() {
    long number = number();
    if (number > 0xFFFF_FFFFL) {
      throw violation("more than 32 bits");
    }
    return number;
  }

  long nonZero() {
    long number = number32();
    if (number == 0) {
      throw violation("zero");
    }
    return number;
  }

  /// `1:3,7`, ascending and apart; returns the highest.
  long set() {
    long last = 0;
    do {
      long first = nonZero();
      if (first <= last) {
        throw violation("set that does not ascend");
      }
      last = first;
      if (next(":")) {
        last = nonZero();
        if (last <= first) {
          throw violation("range that does not ascend");
        }
      }
    } while (next(","));
    return last;
  }

  /// `(a b c)`, perhaps empty, with exactly one blank between each two.
  void list(Runnable member) {
    expect("(");
    if (next(")")) {
      return;
    }
    member.run();
    while (next(" ")) {
      member.run();
    }
    expect(")");
  }

  /// `(a b c)` with one member at least.
  void fullList(Runnable member) {
    if (response.startsWith("()", at)) {
      throw violation("empty list");
    }
    list(member);
  }

  void flag(boolean permanent) {
    if (next("\\*")) {
      if (!permanent) {
        throw violation("\\* that is not permanent");
      }
      return;
    }
    if (next("\\")) {
      var flag = atom().toUpperCase(Locale.ROOT);
      if (!List.of("ANSWERED", "FLAGGED", "DELETED", "SEEN", "DRAFT", "RECENT").contains(flag)) {
        throw violation("no system flag");
      }
      if (flag.equals("RECENT") && permanent) {
        throw violation("\\Recent that is permanent");
      }
      return;
    }
    atom();
  }

  String rest() {
    return response.substring(at);
  }
}
