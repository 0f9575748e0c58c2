package org.popinjay.pop3.response;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.popinjay.mailstore.mbox.text.ByteScan;

/// Doubles the dot at the start of lines, so that no line of a message is taken for the end of the
/// answer (RFC 1939, section 3).
///
/// Lines start after LF and at the start of the stream, wherever it is cut into pieces. Since such
/// lines are rare, a piece is first searched for one with the vectors of the CPU, and changed only
/// from there on. One instance a message.
public final class DotStuffing {
  private static final ByteScan SCAN = ByteScan.fastest();

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
  /// @param buffer direct; has the [#room] that the piece needs, from `from` on
  /// @param from where the piece starts
  /// @param to where it ends
  /// @return where it ends now
  public int stuff(ByteBuffer buffer, int from, int to) {
    if (from == to) {
      return to;
    }
    boolean dotAtStart = lineStart && buffer.get(from) == '.';
    lineStart = buffer.get(to - 1) == '\n';
    var octets = MemorySegment.ofBuffer(buffer.duplicate().clear());
    int first = dotAtStart ? from : nextDot(octets, from, to);
    return first == to ? to : expand(octets, first, to);
  }

  /// Doubles the dot at `first` and all that follow, from the back to the front.
  private static int expand(MemorySegment octets, int first, int to) {
    int added = 1;
    for (int dot = nextDot(octets, first, to); dot < to; dot = nextDot(octets, dot, to)) {
      added++;
    }
    int end = to + added;
    int target = end;
    for (int i = to - 1; i >= first; i--) {
      byte octet = octets.get(JAVA_BYTE, i);
      octets.set(JAVA_BYTE, --target, octet);
      if (octet == '.' && (i == first || octets.get(JAVA_BYTE, i - 1) == '\n')) {
        octets.set(JAVA_BYTE, --target, octet);
      }
    }
    return end;
  }

  /// Where the next dot is that an LF from `from` on stands before, or `to`.
  private static int nextDot(MemorySegment octets, int from, int to) {
    long lineFeed = SCAN.lineFeedBefore((byte) '.', octets, from, to);
    return lineFeed == to ? to : (int) lineFeed + 1;
  }
}
