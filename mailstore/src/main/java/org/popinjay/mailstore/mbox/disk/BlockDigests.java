package org.popinjay.mailstore.mbox.disk;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Digests of the pieces of a stream, so that it can be told later how much of it is there.
///
/// A piece ends where something new begins and after so many octets. Not thread-safe.
public final class BlockDigests implements AppendStream.Sink {
  private final int mostOctets;
  private final ContentDigest digest = new ContentDigest();
  private int[] length = new int[16];
  private long[] value = new long[16];
  private int count;
  private int open;
  private long[] cuts = new long[16];
  private int cutCount;
  private int nextCut;

  /// @param mostOctets of a piece
  public BlockDigests(int mostOctets) {
    this.mostOctets = mostOctets;
  }

  @Override
  public void cut(long offset) {
    if (cutCount == cuts.length) {
      cuts = Arrays.copyOf(cuts, 2 * cutCount);
    }
    cuts[cutCount++] = offset;
  }

  @Override
  public void take(ByteBuffer octets, long offset) {
    var in = MemorySegment.ofBuffer(octets);
    long end = offset + octets.remaining();
    long at = offset;
    while (at < end) {
      while (nextCut < cutCount && cuts[nextCut] <= at) {
        nextCut++;
        close();
      }
      long to = Math.min(end, at + mostOctets - open);
      to = nextCut < cutCount ? Math.min(to, cuts[nextCut]) : to;
      digest.update(in, at - offset, to - offset);
      open += (int) (to - at);
      at = to;
      if (open == mostOctets) {
        close();
      }
    }
  }

  /// Ends the piece that is open, if there is one.
  public void close() {
    if (open > 0) {
      add(open, digest.value());
      digest.reset();
      open = 0;
    }
  }

  /// Adds a piece whose digest is known.
  public void add(int octets, long digestOfThem) {
    if (count == length.length) {
      length = Arrays.copyOf(length, 2 * count);
      value = Arrays.copyOf(value, 2 * count);
    }
    length[count] = octets;
    value[count++] = digestOfThem;
  }

  /// Pieces that are closed.
  public int count() {
    return count;
  }

  /// Length of a piece.
  public int length(int i) {
    return length[i];
  }

  /// Digest of a piece.
  public long value(int i) {
    return value[i];
  }
}
