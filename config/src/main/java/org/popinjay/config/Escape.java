package org.popinjay.config;

/// The one function that makes outside text fit for a log: what clients send, what mail holds, what
/// other programs answer.
///
/// Lives in this leaf because every module that logs can see it. What comes out is one line, at
/// most [#LONGEST_OCTETS] octets of UTF-8, without quotes, escape sequences of terminals or
/// characters that turn the direction of a line around. Pure and thread-safe.
public final class Escape {
  /// Longest result in octets of UTF-8, the mark of a cut included.
  public static final int LONGEST_OCTETS = 256;

  private static final String CUT = "...";
  private static final String HEX = "0123456789abcdef";

  private Escape() {}

  /// Escapes characters. Controls, quotes, backslashes, and characters that are invisible,
  /// unassigned or half of a pair become `\n`, `\"`, `\x1b` or a `u` with the code in braces; the
  /// rest stays.
  public static String text(CharSequence outside) {
    return text(outside, LONGEST_OCTETS);
  }

  /// As [#text(CharSequence)], with another length; for what is printed for operators.
  ///
  /// @param longest octets of the result at most, the mark of a cut included
  public static String text(CharSequence outside, int longest) {
    var out = new Line(longest);
    for (int i = 0; i < outside.length() && !out.full; ) {
      int point = Character.codePointAt(outside, i);
      i += Character.charCount(point);
      out.add(point, point > 0xff ? '{' : 'x');
    }
    return out.toString();
  }

  /// Escapes octets whose charset is not known: printable ASCII stays, every other octet becomes
  /// `\xe9` or its like.
  public static String octets(byte[] outside, int from, int to) {
    var out = new Line();
    for (int i = from; i < to && !out.full; i++) {
      int octet = outside[i] & 0xff;
      out.add(octet > '~' ? -octet : octet, 'x');
    }
    return out.toString();
  }

  /// Escapes octets of a line as it was said on the wire: printable ASCII stays, quotes included,
  /// every other octet and the backslash are escaped.
  ///
  /// @param longest octets of the result at most, the mark of a cut included
  public static String wire(byte[] outside, int from, int to, int longest) {
    var out = new Line(longest);
    for (int i = from; i < to && !out.full; i++) {
      int octet = outside[i] & 0xff;
      if (octet == '"') {
        out.append("\"");
      } else {
        out.add(octet > '~' ? -octet : octet, 'x');
      }
    }
    return out.toString();
  }

  /// A line being written; stops taking anything once it is full.
  private static final class Line {
    private final StringBuilder text = new StringBuilder();
    private final int longest;
    private int octets;
    private boolean full;

    Line() {
      this(LONGEST_OCTETS);
    }

    Line(int longest) {
      this.longest = longest;
    }

    /// Adds a character, escaped if it is negative or not fit to be seen.
    void add(int point, char form) {
      switch (point) {
        case '\r' -> append("\\r", 2);
        case '\n' -> append("\\n", 2);
        case '\t' -> append("\\t", 2);
        case '"' -> append("\\\"", 2);
        case '\\' -> append("\\\\", 2);
        default -> {
          if (point >= 0 && isVisible(point)) {
            append(Character.toString(point), utf8Octets(point));
          } else {
            append(escaped(Math.abs(point), form));
          }
        }
      }
    }

    private void append(String ascii) {
      append(ascii, ascii.length());
    }

    private void append(String piece, int length) {
      if (octets + length > longest - CUT.length()) {
        full = true;
        text.append(CUT);
      } else {
        text.append(piece);
        octets += length;
      }
    }

    private static String escaped(int point, char form) {
      return form == 'x'
          ? "\\x" + HEX.charAt(point >> 4) + HEX.charAt(point & 0xf)
          : "\\u{" + Integer.toHexString(point) + '}';
    }

    private static boolean isVisible(int point) {
      return switch (Character.getType(point)) {
        case Character.CONTROL,
            Character.FORMAT,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR,
            Character.SURROGATE,
            Character.PRIVATE_USE,
            Character.UNASSIGNED ->
            false;
        case Character.SPACE_SEPARATOR -> point == ' ';
        default -> true;
      };
    }

    private static int utf8Octets(int point) {
      return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
