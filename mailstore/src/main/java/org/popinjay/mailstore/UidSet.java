package org.popinjay.mailstore;

import java.util.Arrays;

/// A set of UIDs as ranges, ascending and apart; its size in memory goes with the ranges and never
/// with the UIDs. Immutable.
public final class UidSet {
  /// No UID.
  public static final UidSet EMPTY = new UidSet(new long[0]);

  /// First and last of each range, in turn.
  private final long[] ends;

  private UidSet(long[] ends) {
    this.ends = ends;
  }

  /// Collects UIDs in ascending order.
  public static final class Builder {
    private long[] ends = new long[16];
    private int used;

    /// Adds a UID, 1..2^32-1, greater than all before.
    public Builder add(long uid) {
      return add(uid, uid);
    }

    /// Adds a range; its first is greater than all before.
    public Builder add(long first, long last) {
      if (first < 1
          || last > 0xFFFF_FFFFL
          || first > last
          || (used > 0 && first <= ends[used - 1])) {
        throw new IllegalArgumentException("range " + first + ":" + last);
      }
      if (used > 0 && ends[used - 1] + 1 == first) {
        ends[used - 1] = last;
        return this;
      }
      if (used == ends.length) {
        ends = Arrays.copyOf(ends, used * 2);
      }
      ends[used++] = first;
      ends[used++] = last;
      return this;
    }

    /// The set.
    public UidSet build() {
      return used == 0 ? EMPTY : new UidSet(Arrays.copyOf(ends, used));
    }
  }

  /// These UIDs, in any order.
  public static UidSet of(long... uids) {
    var sorted = Arrays.stream(uids).sorted().distinct().toArray();
    var builder = new Builder();
    for (long uid : sorted) {
      builder.add(uid);
    }
    return builder.build();
  }

  /// How many ranges there are.
  public int ranges() {
    return ends.length / 2;
  }

  /// First UID of a range, counted from 0.
  public long first(int range) {
    return ends[2 * range];
  }

  /// Last UID of a range, counted from 0.
  public long last(int range) {
    return ends[2 * range + 1];
  }

  /// Whether there is none.
  public boolean isEmpty() {
    return ends.length == 0;
  }

  /// How many UIDs there are.
  public long size() {
    long size = 0;
    for (int range = 0; range < ranges(); range++) {
      size += last(range) - first(range) + 1;
    }
    return size;
  }

  /// Whether a UID is in it.
  public boolean contains(long uid) {
    int at = Arrays.binarySearch(ends, uid);
    return at >= 0 || (-at - 1) % 2 == 1;
  }

  /// The UIDs that are in both.
  public UidSet and(UidSet other) {
    var both = new Builder();
    int mine = 0;
    int theirs = 0;
    while (mine < ranges() && theirs < other.ranges()) {
      long first = Math.max(first(mine), other.first(theirs));
      long last = Math.min(last(mine), other.last(theirs));
      if (first <= last) {
        both.add(first, last);
      }
      if (last(mine) < other.last(theirs)) {
        mine++;
      } else {
        theirs++;
      }
    }
    return both.build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UidSet that && Arrays.equals(ends, that.ends);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ends);
  }

  /// As IMAP writes it, `1:3,7`; empty for no UID.
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (int range = 0; range < ranges(); range++) {
      text.append(range == 0 ? "" : ",").append(first(range));
      if (last(range) > first(range)) {
        text.append(':').append(last(range));
      }
    }
    return text.toString();
  }
}
