package org.popinjay.mailstore.search;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Finds two octets that stand at a fixed distance, fast.
///
/// Two ways to do the same: with the vectors of the CPU, or eight octets at a time in a `long`
/// where the incubating Vector API is not among the modules or the CPU has no vectors of 256 bits.
/// Holds no state. Thread-safe.
sealed interface PairScan permits PairScan.Longs, VectorPairScan {

  /// The fastest one that this machine has.
  static PairScan fastest() {
    return Chosen.FASTEST;
  }

  /// Two octets. A letter may be looked for in both cases.
  ///
  /// @param first an octet after its mask was or-ed to it
  /// @param firstMask 0, or 0x20 for a letter in any case
  /// @param second stands `distance` behind the first
  record Pair(byte first, byte firstMask, byte second, byte secondMask, int distance) {
    /// These two octets; of a letter both cases if wanted.
    static Pair of(int first, int second, int distance, boolean anyCase) {
      int firstMask = anyCase ? caseMask(first) : 0;
      int secondMask = anyCase ? caseMask(second) : 0;
      return new Pair(
          (byte) (first | firstMask),
          (byte) firstMask,
          (byte) (second | secondMask),
          (byte) secondMask,
          distance);
    }

    private static int caseMask(int octet) {
      int lower = octet | 0x20;
      return lower >= 'a' && lower <= 'z' ? 0x20 : 0;
    }

    boolean isAt(byte[] in, int at) {
      return (byte) (in[at] | firstMask) == first
          && (byte) (in[at + distance] | secondMask) == second;
    }
  }

  /// Where the first octet of the first such pair stands, or `to` if there is none.
  ///
  /// @param to end of the places where the first octet may stand; the array goes on by the distance
  int find(Pair pair, byte[] in, int from, int to);

  /// Whether both octets of such a pair stand somewhere in the range.
  default boolean has(Pair pair, byte[] in, int from, int to) {
    int end = to - pair.distance();
    return from < end && find(pair, in, from, end) < end;
  }

  /// Where the first octet stands that is not ASCII, or `to` if there is none.
  int eightBit(byte[] in, int from, int to);

  /// Copies octets up to the first one that is not ASCII, small letters as capitals.
  ///
  /// @param out has room for all of them
  /// @return where the first octet stands that is not ASCII, or `to`
  int foldAscii(byte[] in, int from, int to, byte[] out, int at);

  /// Eight octets in a `long`.
  final class Longs implements PairScan {
    private static final VarHandle EIGHT =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101_0101_0101_0101L;
    private static final long LOW_BITS = 0x7F * EACH;

    private static long each(byte octet) {
      return (octet & 0xFF) * EACH;
    }

    /// Marks each octet that is 0 with its highest bit.
    private static long zeros(long octets) {
      return ~(((octets & LOW_BITS) + LOW_BITS) | octets | LOW_BITS);
    }

    @Override
    public int find(Pair pair, byte[] in, int from, int to) {
      long first = each(pair.first);
      long firstMask = each(pair.firstMask);
      long second = each(pair.second);
      long secondMask = each(pair.secondMask);
      int at = from;
      for (; at <= to - 8; at += 8) {
        long ones = zeros(((long) EIGHT.get(in, at) | firstMask) ^ first);
        long others = zeros(((long) EIGHT.get(in, at + pair.distance) | secondMask) ^ second);
        if ((ones & others) != 0) {
          return at + (Long.numberOfTrailingZeros(ones & others) >>> 3);
        }
      }
      while (at < to && !pair.isAt(in, at)) {
        at++;
      }
      return at;
    }

    @Override
    public int eightBit(byte[] in, int from, int to) {
      int at = from;
      for (; at <= to - 8; at += 8) {
        long high = (long) EIGHT.get(in, at) & ~LOW_BITS;
        if (high != 0) {
          return at + (Long.numberOfTrailingZeros(high) >>> 3);
        }
      }
      while (at < to && in[at] >= 0) {
        at++;
      }
      return at;
    }

    @Override
    public int foldAscii(byte[] in, int from, int to, byte[] out, int at) {
      int next = from;
      for (; next <= to - 8; next += 8) {
        long octets = (long) EIGHT.get(in, next);
        if ((octets & ~LOW_BITS) != 0) {
          break;
        }
        // No carry leaves an octet, as all are below 128.
        long letters = (octets + (0x80 - 'a') * EACH) & ~(octets + (0x80 - 'z' - 1) * EACH);
        EIGHT.set(out, at + next - from, octets ^ ((letters & ~LOW_BITS) >>> 2));
      }
      for (; next < to && in[next] >= 0; next++) {
        out[at + next - from] = CaseMap.foldAscii(in[next]);
      }
      return next;
    }
  }

  /// Chosen when first asked for.
  final class Chosen {
    private static final PairScan FASTEST =
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                && VectorPairScan.isWorthIt()
            ? new VectorPairScan()
            : new Longs();

    private Chosen() {}
  }
}
