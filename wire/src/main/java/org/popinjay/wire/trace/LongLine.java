package org.popinjay.wire.trace;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.popinjay.config.Escape;

/// A line that is being collected, of whatever length: its beginning is kept to be shown, and its
/// end, which may announce a literal.
final class LongLine {
  /// What is shown of a line at most, in octets.
  static final int SHOWN_OCTETS = 1000;

  private static final int END_OCTETS = 32;
  private static final int KEPT_OCTETS = 4 * SHOWN_OCTETS;

  private byte[] octets = new byte[128];
  private int length;

  /// Takes octets that are there.
  void take(ByteBuf from, int count) {
    for (int left = count; left > 0; ) {
      int piece = Math.min(left, KEPT_OCTETS);
      makeRoom(piece);
      from.readBytes(octets, length, piece);
      length += piece;
      left -= piece;
    }
  }

  private void makeRoom(int count) {
    if (length + count > KEPT_OCTETS && length > SHOWN_OCTETS + END_OCTETS) {
      System.arraycopy(octets, length - END_OCTETS, octets, SHOWN_OCTETS, END_OCTETS);
      length = SHOWN_OCTETS + END_OCTETS;
    }
    if (length + count > octets.length) {
      octets = Arrays.copyOf(octets, Math.max(length + count, 2 * octets.length));
    }
  }

  boolean isEmpty() {
    return length == 0;
  }

  /// Octets without the line end.
  int lengthWithoutEnd() {
    int end = length;
    if (end > 0 && octets[end - 1] == '\n') {
      end--;
      if (end > 0 && octets[end - 1] == '\r') {
        end--;
      }
    }
    return end;
  }

  Words words() {
    return new Words(octets, lengthWithoutEnd());
  }

  /// The first octets of it, escaped.
  String shown(int count) {
    return Escape.wire(octets, 0, count, SHOWN_OCTETS);
  }

  /// All of it, escaped.
  String shown() {
    return shown(lengthWithoutEnd());
  }

  /// The octets of the literal that the line announces (RFC 9051, section 4.3; RFC 7888); -1 if it
  /// announces none.
  long literal() {
    int at = lengthWithoutEnd() - 1;
    if (at < 0 || octets[at] != '}') {
      return -1;
    }
    at--;
    if (at >= 0 && octets[at] == '+') {
      at--;
    }
    int last = at;
    while (at >= 0 && octets[at] >= '0' && octets[at] <= '9') {
      at--;
    }
    if (at == last || at < 0 || octets[at] != '{') {
      return -1;
    }
    long count = 0;
    for (int digit = at + 1; digit <= last; digit++) {
      int value = octets[digit] - '0';
      count = count > (Long.MAX_VALUE - value) / 10 ? Long.MAX_VALUE : count * 10 + value;
    }
    return count;
  }

  /// Whether the literal that it announces waits for leave.
  boolean asksForLeave() {
    return octets[lengthWithoutEnd() - 2] != '+';
  }

  void clear() {
    length = 0;
    if (octets.length > KEPT_OCTETS) {
      octets = new byte[128];
    }
    Arrays.fill(octets, (byte) 0);
  }
}
