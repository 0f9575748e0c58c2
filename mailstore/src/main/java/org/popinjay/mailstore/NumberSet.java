package org.popinjay.mailstore;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.LongUnaryOperator;

/// Message numbers named by a client, in the order given (RFC 9051, section 9, `sequence-set`).
public sealed interface NumberSet {

  /// Ranges in the order given.
  List<Range> ranges();

  /// Positions that this set names in a picture, ascending and without doubles; numbers of no
  /// message are left out.
  ///
  /// The cost goes with the number of ranges and of positions found, never with how wide a range
  /// is: `1:4294967295` over ten messages is ten steps.
  ///
  /// @param count messages in the picture; they have the positions 1 up to this
  /// @param uidBits the UID's bits at a position; ascends, read as unsigned
  default int[] positions(int count, IntUnaryOperator uidBits) {
    if (count == 0) {
      return new int[0];
    }
    LongUnaryOperator numberAt =
        switch (this) {
          case Sequence _ -> position -> position;
          case Uids _ -> position -> Integer.toUnsignedLong(uidBits.applyAsInt((int) position));
        };
    long[] spans = new long[ranges().size()];
    int used = 0;
    long width = 0;
    for (var range : ranges()) {
      long first = range.first() == Range.STAR ? numberAt.applyAsLong(count) : range.first();
      long last = range.last() == Range.STAR ? numberAt.applyAsLong(count) : range.last();
      int from = firstNotBelow(Math.min(first, last), count, numberAt);
      int to = firstNotBelow(Math.max(first, last) + 1, count, numberAt);
      if (from < to) {
        spans[used++] = (long) from << Integer.SIZE | to;
        width += to - from;
      }
    }
    return positionsIn(Arrays.copyOf(spans, used), (int) Math.min(count, width));
  }

  /// The first position whose number is at least this; one behind the last if there is none.
  private static int firstNotBelow(long number, int count, LongUnaryOperator numberAt) {
    int low = 1;
    int high = count + 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (numberAt.applyAsLong(middle) < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// Merges spans, each a first position and the one behind its last, packed into a long.
  private static int[] positionsIn(long[] spans, int most) {
    Arrays.sort(spans);
    int[] positions = new int[most];
    int found = 0;
    int next = 1;
    for (long span : spans) {
      int behind = (int) span;
      for (next = Math.max(next, (int) (span >> Integer.SIZE)); next < behind; next++) {
        positions[found++] = next;
      }
    }
    return Arrays.copyOf(positions, found);
  }

  /// Numbers that count positions in the client's view.
  record Sequence(List<Range> ranges) implements NumberSet {
    /// Copies the ranges.
    public Sequence {
      ranges = List.copyOf(ranges);
    }
  }

  /// Numbers that are UIDs.
  record Uids(List<Range> ranges) implements NumberSet {
    /// Copies the ranges.
    public Uids {
      ranges = List.copyOf(ranges);
    }
  }

  /// An inclusive range; `*` is [#STAR]. Either end may be the greater one.
  record Range(long first, long last) {
    /// Stands for the greatest number in use.
    public static final long STAR = -1;
  }
}
