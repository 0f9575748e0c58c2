package org.popinjay.pop3.response;

import java.nio.ByteBuffer;

/// Doubles the dot at the start of lines, so that no line of a message is taken for the end of the
/// answer (RFC 1939, section 3).
///
/// Lines start after LF and at the start of the stream, wherever it is cut into pieces. Since such
/// lines are rare, a piece is first searched for one, eight octets at a time, and changed only from
/// there on. One instance a message.
public final class DotStuffing {
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long LINE_ENDS = '\n' * ONES;
  private static final long DOTS = '.' * ONES;

  private boolean lineStart = true;

  /// Room that a piece of so many octets needs in all: every line could be a dot and CRLF.
  public static int room(int octets) {
    return octets + (octets + 2) / 3;
  }

  /// How many octets may be put into so much room before they are stuffed.
  public static int fits(int room) {
    return 3 * room / 4;
  }

  /// Stuffs the next piece of the stream in place.
  ///
  /// @param buffer has the [#room] that the piece needs, from `from` on
  /// @param from where the piece starts
  /// @param to where it ends
  /// @return where it ends now
  public int stuff(ByteBuffer buffer, int from, int to) {
    if (from == to) {
      return to;
    }
    boolean dotAtStart = lineStart && buffer.get(from) == '.';
    lineStart = buffer.get(to - 1) == '\n';
    int first = dotAtStart ? from : nextDot(buffer, from + 1, to);
    return first < 0 ? to : expand(buffer, first, to);
  }

  /// Doubles the dot at `first` and all that follow, from the back to the front.
  private static int expand(ByteBuffer buffer, int first, int to) {
    int added = 1;
    for (int dot = nextDot(buffer, first + 1, to); dot >= 0; dot = nextDot(buffer, dot + 1, to)) {
      added++;
    }
    int end = to + added;
    int target = end;
    for (int i = to - 1; i >= first; i--) {
      byte octet = buffer.get(i);
      buffer.put(--target, octet);
      if (octet == '.' && (i == first || buffer.get(i - 1) == '\n')) {
        buffer.put(--target, octet);
      }
    }
    return end;
  }

  /// Where the next dot is that an LF stands before; -1 if there is none.
  ///
  /// @param from at least 1
  private static int nextDot(ByteBuffer buffer, int from, int to) {
    int at = from;
    while (to - at >= Long.BYTES) {
      long before = buffer.getLong(at - 1) ^ LINE_ENDS;
      long here = buffer.getLong(at) ^ DOTS;
      long both = before | here;
      // A zero octet in both is a dot behind an LF. Borrows make octets above one look like zero
      // too, so a hit is looked at octet by octet.
      if ((both - ONES & ~both & HIGH_BITS) != 0) {
        int dot = nextDotSlowly(buffer, at, at + Long.BYTES);
        if (dot >= 0) {
          return dot;
        }
      }
      at += Long.BYTES;
    }
    return nextDotSlowly(buffer, at, to);
  }

  private static int nextDotSlowly(ByteBuffer buffer, int from, int to) {
    for (int i = from; i < to; i++) {
      if (buffer.get(i) == '.' && buffer.get(i - 1) == '\n') {
        return i;
      }
    }
    return -1;
  }
}
