package org.popinjay.mailstore.message;

import java.nio.ByteBuffer;

/// [ContentDecoder#quotedPrintable].
///
/// Keeps back what may turn out to mean something else: blanks, which a line end removes, and what
/// stands behind an equals sign. More blanks than any line may have are no blanks at a line's end.
final class QuotedPrintableDecoder implements ContentDecoder {
  private static final int MOST_BLANKS = MOST_KEPT_BACK - 8;

  private enum Place {
    TEXT,
    /// Behind `=`.
    EQUALS,
    /// Behind `=` and one digit.
    DIGIT,
    /// Behind `=` and blanks.
    EQUALS_BLANKS,
    /// Behind the CR of a soft line end.
    SOFT_CR
  }

  private final byte[] blanks = new byte[MOST_BLANKS];
  private int blankCount;
  private boolean carriageReturn;
  private Place place = Place.TEXT;
  private byte firstDigit;

  @Override
  public void decode(ByteBuffer in, ByteBuffer out) {
    while (in.hasRemaining()) {
      if (place == Place.TEXT && blankCount == 0 && !carriageReturn) {
        copyPlain(in, out);
      }
      if (in.hasRemaining()) {
        octet(in.get(), out);
      }
    }
  }

  /// Copies octets that mean themselves, as most do: up to the next one that may not.
  private static void copyPlain(ByteBuffer in, ByteBuffer out) {
    int from = in.position();
    int to = in.limit();
    int at = from;
    while (at < to && (isPlain(in.get(at)) || isBlankInside(in, at, to))) {
      at++;
    }
    out.put(out.position(), in, from, at - from).position(out.position() + at - from);
    in.position(at);
  }

  private static boolean isBlankInside(ByteBuffer in, int at, int to) {
    return in.get(at) == ' ' && at + 1 < to && isPlain(in.get(at + 1));
  }

  private static boolean isPlain(byte octet) {
    return octet != '=' && (octet > ' ' || octet < 0);
  }

  private void octet(byte octet, ByteBuffer out) {
    switch (place) {
      case TEXT -> text(octet, out);
      case EQUALS -> equals(octet, out);
      case DIGIT -> digit(octet, out);
      case EQUALS_BLANKS -> equalsBlanks(octet, out);
      case SOFT_CR -> {
        place = Place.TEXT;
        if (octet != '\n') {
          text(octet, out);
        }
      }
    }
  }

  private void text(byte octet, ByteBuffer out) {
    if (octet == '\n') {
      lineEnd(out);
      return;
    }
    if (carriageReturn) {
      carriageReturn = false;
      putBlanks(out);
      out.put((byte) '\r');
    }
    switch (octet) {
      case '\r' -> carriageReturn = true;
      case ' ', '\t' -> blank(octet, out);
      case '=' -> {
        putBlanks(out);
        place = Place.EQUALS;
      }
      default -> {
        putBlanks(out);
        out.put(octet);
      }
    }
  }

  private void lineEnd(ByteBuffer out) {
    blankCount = 0;
    if (carriageReturn) {
      carriageReturn = false;
      out.put((byte) '\r');
    }
    out.put((byte) '\n');
  }

  private void blank(byte octet, ByteBuffer out) {
    if (blankCount == MOST_BLANKS) {
      putBlanks(out);
    }
    blanks[blankCount++] = octet;
  }

  private void putBlanks(ByteBuffer out) {
    out.put(blanks, 0, blankCount);
    blankCount = 0;
  }

  private void equals(byte octet, ByteBuffer out) {
    place = Place.TEXT;
    switch (octet) {
      case '\n' -> {}
      case '\r' -> place = Place.SOFT_CR;
      case ' ', '\t' -> {
        place = Place.EQUALS_BLANKS;
        blank(octet, out);
      }
      default -> {
        if (hex(octet) >= 0) {
          firstDigit = octet;
          place = Place.DIGIT;
        } else {
          out.put((byte) '=');
          text(octet, out);
        }
      }
    }
  }

  private void digit(byte octet, ByteBuffer out) {
    place = Place.TEXT;
    int low = hex(octet);
    if (low >= 0) {
      out.put((byte) (hex(firstDigit) << 4 | low));
    } else {
      out.put((byte) '=').put(firstDigit);
      text(octet, out);
    }
  }

  /// Blanks between `=` and the line end were put there on the way.
  private void equalsBlanks(byte octet, ByteBuffer out) {
    boolean blank = octet == ' ' || octet == '\t';
    if (blank && blankCount < MOST_BLANKS) {
      blanks[blankCount++] = octet;
    } else if (octet == '\r' || octet == '\n') {
      blankCount = 0;
      place = octet == '\r' ? Place.SOFT_CR : Place.TEXT;
    } else {
      place = Place.TEXT;
      out.put((byte) '=');
      text(octet, out);
    }
  }

  @Override
  public void finish(ByteBuffer out) {
    switch (place) {
      case TEXT -> {
        if (carriageReturn) {
          putBlanks(out);
          out.put((byte) '\r');
        }
      }
      case DIGIT -> out.put((byte) '=').put(firstDigit);
      case EQUALS, EQUALS_BLANKS, SOFT_CR -> {}
    }
    blankCount = 0;
  }

  private static int hex(byte octet) {
    return Character.digit(octet, 16);
  }
}
