package org.popinjay.mailstore.search;

import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LE;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/// [PairScan] with the vectors of the CPU. Whole vectors are done here; the few octets that are
/// left over go to [PairScan.Longs]. What it gains is measured by `SearchBenchmark`.
final class VectorPairScan implements PairScan {
  private static final VectorSpecies<Byte> OCTETS =
      ByteVector.SPECIES_PREFERRED.length() >= 64 ? ByteVector.SPECIES_512 : ByteVector.SPECIES_256;
  private static final int STEP = OCTETS.length();

  private final PairScan rest = new Longs();

  /// Whether the CPU has vectors of at least 256 bits.
  static boolean isWorthIt() {
    return ByteVector.SPECIES_PREFERRED.length() >= 32;
  }

  private static ByteVector load(byte[] in, int at) {
    return ByteVector.fromArray(OCTETS, in, at);
  }

  @Override
  public int find(Pair pair, byte[] in, int from, int to) {
    byte first = pair.first();
    byte firstMask = pair.firstMask();
    byte second = pair.second();
    byte secondMask = pair.secondMask();
    int distance = pair.distance();
    int at = from;
    for (; at <= to - STEP; at += STEP) {
      long ones = load(in, at).or(firstMask).eq(first).toLong();
      long both = ones & load(in, at + distance).or(secondMask).eq(second).toLong();
      if (both != 0) {
        return at + Long.numberOfTrailingZeros(both);
      }
    }
    return rest.find(pair, in, at, to);
  }

  @Override
  public int eightBit(byte[] in, int from, int to) {
    int at = from;
    for (; at <= to - STEP; at += STEP) {
      long high = load(in, at).lt((byte) 0).toLong();
      if (high != 0) {
        return at + Long.numberOfTrailingZeros(high);
      }
    }
    return rest.eightBit(in, at, to);
  }

  @Override
  public int foldAscii(byte[] in, int from, int to, byte[] out, int at) {
    int next = from;
    for (; next <= to - STEP; next += STEP) {
      var octets = load(in, next);
      if (octets.lt((byte) 0).anyTrue()) {
        break;
      }
      var letters = octets.compare(GE, (byte) 'a').and(octets.compare(LE, (byte) 'z'));
      octets.sub((byte) 0x20, letters).intoArray(out, at + next - from);
    }
    return rest.foldAscii(in, next, to, out, at + next - from);
  }
}
