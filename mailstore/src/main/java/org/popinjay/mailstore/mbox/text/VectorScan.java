package org.popinjay.mailstore.mbox.text;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [ByteScan] with the vectors of the CPU: the only class that knows the Vector API, which is still
/// an incubating module in Java 25.
///
/// Whole vectors are done here; the few octets that are left over go to [LongScan]. What it gains
/// is measured by `MboxScanBenchmark`.
final class VectorScan implements ByteScan {
  private static final VectorSpecies<Byte> OCTETS =
      ByteVector.SPECIES_PREFERRED.length() >= 64 ? ByteVector.SPECIES_512 : ByteVector.SPECIES_256;
  private static final int STEP = OCTETS.length();
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final byte LF = '\n';
  private static final byte CR = '\r';

  private final LongScan rest = new LongScan();

  /// Whether the CPU has vectors of at least 256 bits.
  static boolean isWorthIt() {
    return ByteVector.SPECIES_PREFERRED.length() >= 32;
  }

  private static ByteVector load(MemorySegment in, long at) {
    return ByteVector.fromMemorySegment(OCTETS, in, at, ORDER);
  }

  @Override
  public long lineFeed(MemorySegment in, long from, long to) {
    long at = from;
    for (; at <= to - STEP; at += STEP) {
      long found = load(in, at).eq(LF).toLong();
      if (found != 0) {
        return at + Long.numberOfTrailingZeros(found);
      }
    }
    return rest.lineFeed(in, at, to);
  }

  @Override
  public long lineFeedBefore(byte next, MemorySegment in, long from, long to) {
    long at = from;
    for (; at < to - STEP; at += STEP) {
      long found = load(in, at).eq(LF).and(load(in, at + 1).eq(next)).toLong();
      if (found != 0) {
        return at + Long.numberOfTrailingZeros(found);
      }
    }
    return rest.lineFeedBefore(next, in, at, to);
  }

  @Override
  public long bareLineFeeds(MemorySegment in, long from, long to, boolean afterCr) {
    if (to - from <= STEP) {
      return rest.bareLineFeeds(in, from, to, afterCr);
    }
    long count = in.get(JAVA_BYTE, from) == LF && !afterCr ? 1 : 0;
    long at = from + 1;
    for (; at <= to - STEP; at += STEP) {
      count += load(in, at).eq(LF).andNot(load(in, at - 1).eq(CR)).trueCount();
    }
    return count + rest.bareLineFeeds(in, at, to, in.get(JAVA_BYTE, at - 1) == CR);
  }

  @Override
  public boolean hasNul(MemorySegment in, long from, long to) {
    long at = from;
    for (; at <= to - STEP; at += STEP) {
      if (load(in, at).eq((byte) 0).anyTrue()) {
        return true;
      }
    }
    return rest.hasNul(in, at, to);
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
    // A whole vector is stored; where a line ends in it, the next one is stored over what follows.
    while (read <= to - STEP && write < limit - STEP) {
      var octets = load(in, read);
      octets
          .lanewise(VectorOperators.OR, (byte) 0x80, octets.eq((byte) 0))
          .intoMemorySegment(out, write, ORDER);
      long lineFeeds = octets.eq(LF).toLong();
      if (lineFeeds == 0) {
        read += STEP;
        write += STEP;
      } else {
        int index = Long.numberOfTrailingZeros(lineFeeds);
        read += index;
        write += index;
        boolean cr = read == from ? afterCr : in.get(JAVA_BYTE, read - 1) == CR;
        if (!cr) {
          out.set(JAVA_BYTE, write++, CR);
        }
        out.set(JAVA_BYTE, write++, LF);
        read++;
      }
    }
    boolean cr = read == from ? afterCr : in.get(JAVA_BYTE, read - 1) == CR;
    long copied = rest.copyForWire(in, read, to, cr, out, write, limit);
    return Copied.of(read - from + Copied.taken(copied), write - at + Copied.put(copied));
  }
}
