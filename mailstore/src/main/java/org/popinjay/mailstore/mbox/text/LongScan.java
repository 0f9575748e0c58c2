package org.popinjay.mailstore.mbox.text;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// [ByteScan] with eight octets in a `long`.
///
/// An octet that is looked for becomes 0 by exclusive-or, and [#zeros] marks each octet that is 0
/// with its highest bit, exactly, without borrowing from its neighbours.
final class LongScan implements ByteScan {
  private static final ValueLayout.OfLong OCTETS =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final long EACH = 0x0101_0101_0101_0101L;
  private static final long LOW_BITS = 0x7F * EACH;
  private static final long LF = '\n' * EACH;
  private static final long CR = '\r' * EACH;

  private static long zeros(long octets) {
    return ~(((octets & LOW_BITS) + LOW_BITS) | octets | LOW_BITS);
  }

  @Override
  public long lineFeed(MemorySegment in, long from, long to) {
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

  @Override
  public long lineFeedBefore(byte next, MemorySegment in, long from, long to) {
    long behind = (next & 0xFF) * EACH;
    long at = from;
    // The last octet of each step is looked at again as the first of the next: its successor lies
    // there.
    for (; at <= to - 8; at += 7) {
      long octets = in.get(OCTETS, at);
      long found = zeros(octets ^ LF) & (zeros(octets ^ behind) >>> 8);
      if (found != 0) {
        return at + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    for (; at < to - 1; at++) {
      if (in.get(JAVA_BYTE, at) == '\n' && in.get(JAVA_BYTE, at + 1) == next) {
        return at;
      }
    }
    return to;
  }

  @Override
  public long bareLineFeeds(MemorySegment in, long from, long to, boolean afterCr) {
    long count = 0;
    long crBefore = afterCr ? 0x80 : 0;
    long at = from;
    for (; at <= to - 8; at += 8) {
      long octets = in.get(OCTETS, at);
      long cr = zeros(octets ^ CR);
      count += Long.bitCount(zeros(octets ^ LF) & ~((cr << 8) | crBefore));
      crBefore = cr >>> 56;
    }
    boolean cr = crBefore != 0;
    for (; at < to; at++) {
      byte octet = in.get(JAVA_BYTE, at);
      if (octet == '\n' && !cr) {
        count++;
      }
      cr = octet == '\r';
    }
    return count;
  }

  @Override
  public boolean hasNul(MemorySegment in, long from, long to) {
    long at = from;
    for (; at <= to - 8; at += 8) {
      if (zeros(in.get(OCTETS, at)) != 0) {
        return true;
      }
    }
    for (; at < to; at++) {
      if (in.get(JAVA_BYTE, at) == 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public long copyForWire(
      MemorySegment in,
      long from,
      long to,
      boolean afterCr,
      MemorySegment out,
      long at,
      long limit) {
    long read = from;
    long write = at;
    boolean cr = afterCr;
    while (read < to) {
      // Eight octets are stored at once; behind a line end among them the next ones follow.
      while (read <= to - 8 && write <= limit - 9) {
        long octets = in.get(OCTETS, read);
        out.set(OCTETS, write, octets | zeros(octets));
        long lineFeeds = zeros(octets ^ LF);
        if (lineFeeds == 0) {
          read += 8;
          write += 8;
          cr = octets >>> 56 == '\r';
        } else {
          int index = Long.numberOfTrailingZeros(lineFeeds) >>> 3;
          boolean crlf = index == 0 ? cr : ((octets >>> ((index - 1) << 3)) & 0xFF) == '\r';
          read += index + 1;
          write = lineEnd(out, write + index, crlf);
          cr = false;
        }
      }
      if (read == to || write == limit) {
        break;
      }
      byte octet = in.get(JAVA_BYTE, read);
      if (octet == '\n' && !cr) {
        if (write + 2 > limit) {
          break;
        }
        write = lineEnd(out, write, false);
      } else {
        out.set(JAVA_BYTE, write++, octet == 0 ? (byte) 0x80 : octet);
      }
      cr = octet == '\r';
      read++;
    }
    return Copied.of(read - from, write - at);
  }

  /// Writes LF if a CR stands before it, else CRLF; returns the offset behind it.
  private static long lineEnd(MemorySegment out, long at, boolean crlf) {
    long write = at;
    if (!crlf) {
      out.set(JAVA_BYTE, write++, (byte) '\r');
    }
    out.set(JAVA_BYTE, write++, (byte) '\n');
    return write;
  }
}
