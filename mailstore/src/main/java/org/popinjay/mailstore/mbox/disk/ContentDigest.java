package org.popinjay.mailstore.mbox.disk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A digest of 64 bits by which octets are found again: XXH64 with seed 0, streaming.
///
/// Tells messages apart that nobody made alike on purpose; whoever must withstand a forger compares
/// more. Written out here because the libraries that have it hash a whole block at once or bring
/// native code, and the spool is read in pieces from memory outside the heap. Not thread-safe.
public final class ContentDigest {
  private static final long PRIME_1 = 0x9E37_79B1_85EB_CA87L;
  private static final long PRIME_2 = 0xC2B2_AE3D_27D4_EB4FL;
  private static final long PRIME_1_AND_2 = 0x60EA_27EE_ADC0_B5D6L;
  private static final long PRIME_3 = 0x1656_67B1_9E37_79F9L;
  private static final long PRIME_4 = 0x85EB_CA77_C2B2_AE63L;
  private static final long PRIME_5 = 0x27D4_EB2F_1656_67C5L;
  private static final int STRIPE = 32;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG_IN_ARRAY =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT_IN_ARRAY =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] pending = new byte[STRIPE];
  private int pendingCount;
  private long octets;
  private long lane1;
  private long lane2;
  private long lane3;
  private long lane4;

  /// A digest of no octets.
  public ContentDigest() {
    reset();
  }

  /// Forgets all octets.
  public void reset() {
    pendingCount = 0;
    octets = 0;
    lane1 = PRIME_1_AND_2;
    lane2 = PRIME_2;
    lane3 = 0;
    lane4 = -PRIME_1;
  }

  /// Takes the octets `[from, to)` of a segment in. Fast if it lies outside the heap.
  public void update(MemorySegment in, long from, long to) {
    octets += to - from;
    long at = from;
    while (at < to && (pendingCount > 0 || !in.isNative())) {
      int more = (int) Math.min(STRIPE - pendingCount, to - at);
      MemorySegment.copy(in, JAVA_BYTE, at, pending, pendingCount, more);
      pended(more);
      at += more;
    }
    long whole = (to - at) & -STRIPE;
    if (whole > 0) {
      stripes(in, at, at + whole);
      at += whole;
    }
    int rest = (int) (to - at);
    if (rest > 0) {
      MemorySegment.copy(in, JAVA_BYTE, at, pending, 0, rest);
      pendingCount = rest;
    }
  }

  /// Takes the octets `[from, to)` of an array in.
  public void update(byte[] in, int from, int to) {
    octets += to - from;
    int at = from;
    if (pendingCount > 0) {
      int more = Math.min(STRIPE - pendingCount, to - at);
      System.arraycopy(in, at, pending, pendingCount, more);
      at += more;
      if (!pended(more)) {
        return;
      }
    }
    int whole = (to - at) & -STRIPE;
    stripes(in, at, at + whole);
    at += whole;
    System.arraycopy(in, at, pending, 0, to - at);
    pendingCount = to - at;
  }

  /// Takes one octet in.
  public void update(byte octet) {
    octets++;
    pending[pendingCount] = octet;
    pended(1);
  }

  /// Takes a number in as eight octets, the lowest first.
  public void update(long number) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      update((byte) (number >>> shift));
    }
  }

  /// The digest of all octets taken in so far; more may follow.
  public long value() {
    long hash =
        octets < STRIPE ? PRIME_5 : merge(merge(merge(merge(lanes(), lane1), lane2), lane3), lane4);
    hash += octets;
    int at = 0;
    for (; at <= pendingCount - 8; at += 8) {
      hash ^= round(0, (long) LONG_IN_ARRAY.get(pending, at));
      hash = Long.rotateLeft(hash, 27) * PRIME_1 + PRIME_4;
    }
    if (at <= pendingCount - 4) {
      hash ^= Integer.toUnsignedLong((int) INT_IN_ARRAY.get(pending, at)) * PRIME_1;
      hash = Long.rotateLeft(hash, 23) * PRIME_2 + PRIME_3;
      at += 4;
    }
    for (; at < pendingCount; at++) {
      hash ^= (pending[at] & 0xFF) * PRIME_5;
      hash = Long.rotateLeft(hash, 11) * PRIME_1;
    }
    hash = (hash ^ (hash >>> 33)) * PRIME_2;
    hash = (hash ^ (hash >>> 29)) * PRIME_3;
    return hash ^ (hash >>> 32);
  }

  /// Counts octets that were put into the pending stripe; whether it is empty now.
  private boolean pended(int more) {
    pendingCount += more;
    if (pendingCount == STRIPE) {
      stripes(pending, 0, STRIPE);
      pendingCount = 0;
    }
    return pendingCount == 0;
  }

  // Twice the same loop: one that saw segments of both kinds would run at a third of the speed
  // (MboxScanBenchmark).

  private void stripes(MemorySegment in, long from, long to) {
    long a = lane1;
    long b = lane2;
    long c = lane3;
    long d = lane4;
    for (long at = from; at < to; at += STRIPE) {
      a = round(a, in.get(LONG, at));
      b = round(b, in.get(LONG, at + 8));
      c = round(c, in.get(LONG, at + 16));
      d = round(d, in.get(LONG, at + 24));
    }
    lane1 = a;
    lane2 = b;
    lane3 = c;
    lane4 = d;
  }

  private void stripes(byte[] in, int from, int to) {
    long a = lane1;
    long b = lane2;
    long c = lane3;
    long d = lane4;
    for (int at = from; at < to; at += STRIPE) {
      a = round(a, (long) LONG_IN_ARRAY.get(in, at));
      b = round(b, (long) LONG_IN_ARRAY.get(in, at + 8));
      c = round(c, (long) LONG_IN_ARRAY.get(in, at + 16));
      d = round(d, (long) LONG_IN_ARRAY.get(in, at + 24));
    }
    lane1 = a;
    lane2 = b;
    lane3 = c;
    lane4 = d;
  }

  private long lanes() {
    return Long.rotateLeft(lane1, 1)
        + Long.rotateLeft(lane2, 7)
        + Long.rotateLeft(lane3, 12)
        + Long.rotateLeft(lane4, 18);
  }

  private static long round(long lane, long input) {
    return Long.rotateLeft(lane + input * PRIME_2, 31) * PRIME_1;
  }

  private static long merge(long hash, long lane) {
    return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
  }
}
