package org.popinjay.pop3.response;

/// Numbers as text, written straight into an array: listings have a million of them.
public final class Ascii {
  private static final byte[] LOWER = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private Ascii() {}

  /// Writes a number of 0 or more; returns where it ended.
  public static int decimal(long value, byte[] into, int at) {
    int end = at + digits(value);
    int i = end;
    long rest = value;
    do {
      long tenth = rest / 10;
      into[--i] = (byte) ('0' + (rest - tenth * 10));
      rest = tenth;
    } while (rest != 0);
    return end;
  }

  /// Writes the low bits of a number as so many hexadecimal digits; returns where they ended.
  public static int hex(long value, int digits, boolean capitals, byte[] into, int at) {
    for (int i = 0; i < digits; i++) {
      byte digit = LOWER[(int) (value >>> (4 * (digits - 1 - i))) & 0xF];
      into[at + i] = capitals && digit >= 'a' ? (byte) (digit - ('a' - 'A')) : digit;
    }
    return at + digits;
  }

  /// How many decimal digits a number of 0 or more has.
  public static int digits(long value) {
    int digits = 1;
    for (long bound = 10; digits < 19 && value >= bound; bound *= 10) {
      digits++;
    }
    return digits;
  }

  /// Writes a text of octets; returns where it ended.
  public static int text(String text, byte[] into, int at) {
    for (int i = 0; i < text.length(); i++) {
      into[at + i] = (byte) text.charAt(i);
    }
    return at + text.length();
  }

  /// Writes the end of a line; returns where it ended.
  public static int crlf(byte[] into, int at) {
    into[at] = '\r';
    into[at + 1] = '\n';
    return at + 2;
  }
}
