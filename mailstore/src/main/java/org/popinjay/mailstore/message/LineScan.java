package org.popinjay.mailstore.message;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Finds and counts line ends with eight octets in a `long`.
///
/// An octet that is looked for becomes 0 by exclusive-or, and [#zeros] marks each octet that is 0
/// with its highest bit, exactly.
final class LineScan {
  private static final ValueLayout.OfLong OCTETS =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final long EACH = 0x0101_0101_0101_0101L;
  private static final long LOW_BITS = 0x7F * EACH;
  private static final long LF = '\n' * EACH;
  private static final long DASH = '-' * EACH;

  private long passed;

  private static long zeros(long octets) {
    return ~(((octets & LOW_BITS) + LOW_BITS) | octets | LOW_BITS);
  }

  /// Where the first LF stands, or `to` if there is none.
  static long lineFeed(MemorySegment in, long from, long to) {
    long at = from;
    for (; at <= to - 8; at += 8) {
      long found = zeros(in.get(OCTETS, at) ^ LF);
      if (found != 0) {
        return at + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    for (; at < to; at++) {
      if (in.get(JAVA_BYTE, at) == '\n') {
        return at;
      }
    }
    return to;
  }

  /// How many LF there are.
  static long count(MemorySegment in, long from, long to) {
    long count = 0;
    long at = from;
    for (; at <= to - 8; at += 8) {
      count += Long.bitCount(zeros(in.get(OCTETS, at) ^ LF));
    }
    for (; at < to; at++) {
      if (in.get(JAVA_BYTE, at) == '\n') {
        count++;
      }
    }
    return count;
  }

  /// Where the first `-` stands that begins a line, or `to` if there is none. An octet at `from` is
  /// not taken for the beginning of a line. [#passed] counts the LF before it.
  long lineWithDash(MemorySegment in, long from, long to) {
    passed = 0;
    long afterLineFeed = 0;
    long at = from;
    for (; at <= to - 8; at += 8) {
      long octets = in.get(OCTETS, at);
      long lineFeeds = zeros(octets ^ LF);
      if ((lineFeeds | afterLineFeed) != 0) {
        long found = ((lineFeeds << 8) | afterLineFeed) & zeros(octets ^ DASH);
        if (found != 0) {
          int bits = Long.numberOfTrailingZeros(found) & ~7;
          passed += Long.bitCount(lineFeeds & ((1L << bits) - 1));
          return at + (bits >>> 3);
        }
        passed += Long.bitCount(lineFeeds);
        afterLineFeed = lineFeeds >>> 56;
      }
    }
    boolean after = afterLineFeed != 0;
    for (; at < to; at++) {
      byte octet = in.get(JAVA_BYTE, at);
      if (after && octet == '-') {
        return at;
      }
      after = octet == '\n';
      if (after) {
        passed++;
      }
    }
    return to;
  }

  /// How many LF stand before the place that [#lineWithDash] found.
  long passed() {
    return passed;
  }
}
