package org.popinjay.mailstore.mbox.rewrite;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;

/// The new content of a spool from its first changed octet on, as pieces in order: ranges of the
/// old file, or octets of our own.
///
/// Two numbers a piece and one array for all octets of our own, since a plan may have some hundred
/// thousand pieces. Immutable.
public final class RewritePlan {
  private final long first;
  private final long oldSize;

  /// Where each piece begins in the new file; one more, the new size.
  private final long[] destination;

  /// Where each piece comes from: an offset in the old file, or the complement of one in
  /// [#literals].
  private final long[] source;

  private final byte[] literals;

  private RewritePlan(
      long first, long oldSize, long[] destination, long[] source, byte[] literals) {
    this.first = first;
    this.oldSize = oldSize;
    this.destination = destination;
    this.source = source;
    this.literals = literals;
  }

  /// Begins a plan.
  ///
  /// @param first offset of the first octet that changes; all before it stays
  /// @param oldSize size of the spool now
  public static Builder from(long first, long oldSize) {
    return new Builder(first, oldSize);
  }

  /// Offset of the first octet that changes.
  public long first() {
    return first;
  }

  /// Size of the spool before.
  public long oldSize() {
    return oldSize;
  }

  /// Size of the spool afterwards.
  public long newSize() {
    return destination[source.length];
  }

  /// Number of pieces.
  public int pieces() {
    return source.length;
  }

  /// Whether no octet from the old file moves towards the end, so that steps from the front to the
  /// back never overwrite what a later step needs.
  boolean movesDown() {
    for (int i = 0; i < source.length; i++) {
      if (source[i] >= 0 && source[i] < destination[i]) {
        return false;
      }
    }
    return true;
  }

  /// Whether no octet from the old file moves towards the front: steps from the back to the front.
  boolean movesUp() {
    for (int i = 0; i < source.length; i++) {
      if (source[i] > destination[i]) {
        return false;
      }
    }
    return true;
  }

  /// Behind the last octet that differs: what follows stays where it is.
  long changedEnd() {
    int last = source.length - 1;
    boolean tailStays = last >= 0 && newSize() == oldSize && source[last] == destination[last];
    return tailStays ? destination[last] : newSize();
  }

  /// Whether octets of our own are all that changes, in one place.
  boolean isOneLiteral() {
    long end = changedEnd();
    return newSize() == oldSize
        && source.length > 0
        && source[0] < 0
        && (source.length == 1 || destination[1] == end);
  }

  /// Fills a buffer with the new content.
  ///
  /// @param spool the old file, unchanged where the pieces of this range come from
  /// @param at offset in the new file; at least `into.remaining()` octets of it follow
  void read(FileCalls files, int spool, long at, ByteBuffer into) throws PosixException {
    int limit = into.limit();
    int piece = pieceAt(at);
    long from = at;
    while (into.position() < limit) {
      int octets = (int) Math.min(limit - into.position(), destination[piece + 1] - from);
      long within = from - destination[piece];
      if (source[piece] < 0) {
        into.put(literals, Math.toIntExact(~source[piece] + within), octets);
      } else {
        WholeTransfers.read(
            files, spool, into.limit(into.position() + octets), source[piece] + within);
        into.limit(limit);
      }
      from += octets;
      piece++;
    }
  }

  private int pieceAt(long at) {
    int found = Arrays.binarySearch(destination, at);
    return found >= 0 ? found : -found - 2;
  }

  /// Octets that [#encode] needs.
  long encodedOctets() {
    return 3L * Long.BYTES
        + Integer.BYTES
        + 2L * Long.BYTES * source.length
        + Integer.BYTES
        + literals.length;
  }

  /// Writes the plan at a buffer's position: first, old size, new size, number of pieces, source
  /// and destination of each piece, octets of our own with their number before them.
  void encode(ByteBuffer out) {
    out.putLong(first).putLong(oldSize).putLong(newSize()).putInt(source.length);
    for (int i = 0; i < source.length; i++) {
      out.putLong(source[i]).putLong(destination[i]);
    }
    out.putInt(literals.length).put(literals);
  }

  /// Reads what [#encode] wrote.
  static RewritePlan decode(ByteBuffer in) {
    long first = in.getLong();
    long oldSize = in.getLong();
    long newSize = in.getLong();
    int pieces = in.getInt();
    var source = new long[pieces];
    var destination = new long[pieces + 1];
    for (int i = 0; i < pieces; i++) {
      source[i] = in.getLong();
      destination[i] = in.getLong();
    }
    destination[pieces] = newSize;
    var literals = new byte[in.getInt()];
    in.get(literals);
    return new RewritePlan(first, oldSize, destination, source, literals);
  }

  @Override
  public String toString() {
    return "RewritePlan[first=%d, oldSize=%d, newSize=%d, pieces=%d, literals=%d octets]"
        .formatted(first, oldSize, newSize(), pieces(), literals.length);
  }

  /// Collects the pieces of a plan, first one first. Neighbours that belong together become one.
  public static final class Builder {
    private final long first;
    private final long oldSize;
    private long end;
    private int pieces;
    private long[] destination = new long[16];
    private long[] source = new long[16];
    private int literalCount;
    private byte[] literals = new byte[0];

    private Builder(long first, long oldSize) {
      if (first < 0 || first > oldSize) {
        throw new IllegalArgumentException(
            "first changed octet " + first + " (expected at most the size " + oldSize + ")");
      }
      this.first = first;
      this.oldSize = oldSize;
      this.end = first;
    }

    /// Goes on with a range of the old file.
    public Builder copy(long from, long octets) {
      if (from < 0 || octets < 0 || from + octets > oldSize) {
        throw new IllegalArgumentException(
            "range " + from + "+" + octets + " (expected inside the size " + oldSize + ")");
      }
      boolean continues =
          pieces > 0
              && source[pieces - 1] >= 0
              && source[pieces - 1] + (end - destination[pieces - 1]) == from;
      add(from, octets, continues);
      return this;
    }

    /// Goes on with octets of our own.
    public Builder literal(byte[] octets) {
      return literal(ByteBuffer.wrap(octets));
    }

    /// Goes on with octets of our own; the buffer's position moves to its limit.
    public Builder literal(ByteBuffer octets) {
      int count = octets.remaining();
      int needed = Math.addExact(literalCount, count);
      if (needed > literals.length) {
        literals = Arrays.copyOf(literals, Math.max(needed, literals.length + (needed >> 1)));
      }
      octets.get(literals, literalCount, count);
      boolean continues = pieces > 0 && source[pieces - 1] < 0;
      add(~(long) literalCount, count, continues);
      literalCount = needed;
      return this;
    }

    private void add(long from, long octets, boolean continues) {
      if (octets == 0) {
        return;
      }
      if (!continues) {
        if (pieces == source.length) {
          source = Arrays.copyOf(source, 2 * pieces);
          destination = Arrays.copyOf(destination, 2 * pieces);
        }
        source[pieces] = from;
        destination[pieces++] = end;
      }
      end += octets;
    }

    /// The plan; the new file ends where the last piece does.
    public RewritePlan build() {
      var starts = Arrays.copyOf(destination, pieces + 1);
      starts[pieces] = end;
      return new RewritePlan(
          first,
          oldSize,
          starts,
          Arrays.copyOf(source, pieces),
          Arrays.copyOf(literals, literalCount));
    }
  }
}
