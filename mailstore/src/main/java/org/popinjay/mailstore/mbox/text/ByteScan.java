package org.popinjay.mailstore.mbox.text;

import java.lang.foreign.MemorySegment;

/// Finds line ends fast.
///
/// Two ways to do the same: with the vectors of the CPU, or eight octets at a time in a `long`
/// where the incubating Vector API is not among the modules or the CPU has no vectors of 256 bits.
/// Which one is chosen once, at first use. A scan holds no state: what went before the octets of a
/// call is told to it, so that octets may be cut into chunks anywhere. Thread-safe.
///
/// Offsets count octets from the beginning of the segment; a range is `[from, to)` and lies inside
/// the segment.
public sealed interface ByteScan permits LongScan, VectorScan {

  /// The fastest one that this machine has.
  static ByteScan fastest() {
    return Chosen.FASTEST;
  }

  /// The one that runs everywhere.
  static ByteScan portable() {
    return Chosen.PORTABLE;
  }

  /// Where the first LF stands, or `to` if there is none.
  long lineFeed(MemorySegment in, long from, long to);

  /// Where the first LF stands that this octet follows, or `to` if there is none.
  ///
  /// Both octets are looked for inside the range: whether an LF that is its last octet is one is
  /// left to the call that sees the next octet.
  ///
  /// @param next not LF
  long lineFeedBefore(byte next, MemorySegment in, long from, long to);

  /// How many LF have no CR before them.
  ///
  /// @param afterCr whether the octet before `from` is a CR
  long bareLineFeeds(MemorySegment in, long from, long to, boolean afterCr);

  /// Whether there is a NUL.
  boolean hasNul(MemorySegment in, long from, long to);

  /// Copies octets for the wire: an LF without a CR before it becomes CRLF, a NUL becomes 0x80, all
  /// others stay what they are.
  ///
  /// Ends when all octets are copied or the next one does not fit.
  ///
  /// @param afterCr whether the octet before `from` is a CR
  /// @param limit end of the room in `out`; beyond it nothing is written
  /// @return both counts; see [Copied]
  long copyForWire(
      MemorySegment in,
      long from,
      long to,
      boolean afterCr,
      MemorySegment out,
      long at,
      long limit);

  /// How [#copyForWire] tells two counts in one `long`, as it is called too often to make an
  /// object.
  final class Copied {
    private Copied() {}

    static long of(long taken, long put) {
      return (taken << 32) | put;
    }

    /// Octets taken from `in`.
    public static int taken(long copied) {
      return (int) (copied >>> 32);
    }

    /// Octets put into `out`.
    public static int put(long copied) {
      return (int) copied;
    }
  }

  /// Chosen when first asked for.
  final class Chosen {
    private static final ByteScan PORTABLE = new LongScan();
    private static final ByteScan FASTEST =
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() && VectorScan.isWorthIt()
            ? new VectorScan()
            : PORTABLE;

    private Chosen() {}
  }
}
