package org.popinjay.server;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Set;

/// Counts recipients while a message passes by: those that a program finds which reads them from
/// the header (`sendmail -t`), in To, Cc, Bcc and their like.
///
/// Programs differ in how they read addresses, so one is rather counted too often than not at all:
/// whatever stands between commas or semicolons is one at the least, and only a plain quoted name
/// hides them. Takes constant memory.
final class RecipientCount {
  private static final Set<String> FIELDS =
      Set.of("to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc", "apparently-to");
  private static final int NAME_LONGEST = "apparently-to".length();

  private enum Place {
    LINE_START,
    /// In what may be the name of a field.
    NAME,
    /// Behind blanks that follow it.
    NAME_END,
    /// In the value of a field that names recipients.
    VALUE,
    OTHER,
    BODY
  }

  private final StringBuilder name = new StringBuilder();
  private Place place = Place.LINE_START;

  /// Whether the field that a folded line would continue names recipients.
  private boolean named;

  private int counted;

  // Of what stands between two separators.
  private int words;
  private int brackets;
  private boolean inWord;
  private boolean commented;

  // Of a quoted text that has begun.
  private boolean quoting;
  private boolean harmless;
  private int separatorsQuoted;

  private int comments;
  private boolean escaped;

  /// Takes the next octets of the message, with LF for line ends; the buffer stays as it is.
  void take(ByteBuffer octets) {
    for (int i = octets.position(); place != Place.BODY && i < octets.limit(); i++) {
      take((char) (octets.get(i) & 0xFF));
    }
  }

  /// How many there were so far.
  int count() {
    return counted + piece() + (quoting ? separatorsQuoted : 0);
  }

  private void take(char c) {
    switch (place) {
      case LINE_START -> lineStart(c);
      case NAME, NAME_END -> name(c);
      case VALUE -> {
        if (c == '\n') {
          place = Place.LINE_START;
          blank();
        } else {
          value(c);
        }
      }
      case OTHER -> {
        if (c == '\n') {
          place = Place.LINE_START;
        }
      }
      case BODY -> {}
    }
  }

  private void lineStart(char c) {
    if (c == ' ' || c == '\t') {
      place = named ? Place.VALUE : Place.OTHER;
      return;
    }
    fieldEnds();
    if (c == '\n') {
      place = Place.BODY;
    } else {
      name.setLength(0);
      place = Place.NAME;
      name(c);
    }
  }

  private void name(char c) {
    if (c == '\n') {
      place = Place.LINE_START;
    } else if (c == ':') {
      named = FIELDS.contains(name.toString().toLowerCase(Locale.ROOT));
      place = named ? Place.VALUE : Place.OTHER;
    } else if (c == ' ' || c == '\t') {
      place = Place.NAME_END;
    } else if (place == Place.NAME_END || name.length() == NAME_LONGEST) {
      place = Place.OTHER;
    } else {
      name.append(c);
    }
  }

  private void value(char c) {
    if (escaped) {
      escaped = false;
      literal(c);
    } else if (c == '\\') {
      escaped = true;
    } else if (quoting) {
      quoted(c);
    } else {
      plain(c);
    }
  }

  private void plain(char c) {
    switch (c) {
      case '"' -> {
        word();
        quoting = comments == 0;
        harmless = true;
        separatorsQuoted = 0;
      }
      case '(' -> {
        comments++;
        commented = true;
      }
      case ')' -> comments = Math.max(0, comments - 1);
      case '<' -> brackets++;
      case ',', ';' -> pieceEnds();
      case ' ', '\t', '\r' -> blank();
      default -> word();
    }
  }

  private void quoted(char c) {
    switch (c) {
      case '"' -> {
        quoting = false;
        counted += harmless ? 0 : separatorsQuoted;
      }
      case ',', ';' -> separatorsQuoted++;
      case '@', '(', ')', '<', '>' -> harmless = false;
      default -> {}
    }
  }

  /// What a backslash makes literal separates all the same.
  private void literal(char c) {
    boolean separates = c == ',' || c == ';';
    if (quoting) {
      harmless = false;
      separatorsQuoted += separates ? 1 : 0;
    } else if (separates) {
      pieceEnds();
    } else {
      word();
    }
  }

  private void word() {
    if (!inWord) {
      inWord = true;
      words++;
    }
  }

  private void blank() {
    inWord = false;
  }

  /// Recipients in what stands between two separators: as many as have brackets, else, as in mail
  /// of old, as there are words.
  private int piece() {
    if (brackets > 0) {
      return brackets;
    }
    return commented ? Math.min(1, words) : words;
  }

  private void pieceEnds() {
    counted += piece();
    words = 0;
    brackets = 0;
    inWord = false;
    commented = false;
  }

  private void fieldEnds() {
    counted += quoting ? separatorsQuoted : 0;
    pieceEnds();
    named = false;
    quoting = false;
    comments = 0;
    escaped = false;
  }
}
