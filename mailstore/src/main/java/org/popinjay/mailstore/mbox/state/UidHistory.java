package org.popinjay.mailstore.mbox.state;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.popinjay.mailstore.UidSet;

/// What happened to which messages, and when: ranges of UIDs, each with the mod-sequence of a
/// change, oldest first. Bounded: the oldest are forgotten, and it is known up to where.
///
/// Not thread-safe.
public final class UidHistory {
  private final int limit;
  private int[] first = new int[8];
  private int[] last = new int[8];
  private long[] modSeq = new long[8];
  private int count;
  private long floor;

  /// @param limit most ranges
  UidHistory(int limit) {
    this.limit = limit;
  }

  /// Everything after this mod-sequence is known.
  public long floor() {
    return floor;
  }

  /// Whether everything after a mod-sequence is known.
  public boolean knows(long since) {
    return since >= floor;
  }

  /// Forgets everything up to and with a mod-sequence.
  void forget(long upTo) {
    int kept = firstAfter(upTo);
    dropFirst(kept);
    floor = Math.max(floor, upTo);
  }

  /// Adds a range of UIDs, read as unsigned; the mod-sequence is not below the last one.
  public void add(int firstUid, int lastUid, long when) {
    if (when <= floor) {
      return;
    }
    if (count > 0 && modSeq[count - 1] == when && last[count - 1] + 1 == firstUid) {
      last[count - 1] = lastUid;
      return;
    }
    if (count == limit) {
      forget(modSeq[count >> 3]);
    }
    if (count == first.length) {
      int capacity = Math.min(limit, count * 2);
      first = Arrays.copyOf(first, capacity);
      last = Arrays.copyOf(last, capacity);
      modSeq = Arrays.copyOf(modSeq, capacity);
    }
    first[count] = firstUid;
    last[count] = lastUid;
    modSeq[count++] = when;
  }

  private void dropFirst(int dropped) {
    System.arraycopy(first, dropped, first, 0, count - dropped);
    System.arraycopy(last, dropped, last, 0, count - dropped);
    System.arraycopy(modSeq, dropped, modSeq, 0, count - dropped);
    count -= dropped;
  }

  /// How many ranges there are.
  public int count() {
    return count;
  }

  /// First UID of a range, counted from 0.
  public int first(int range) {
    return first[range];
  }

  /// Last UID of a range.
  public int last(int range) {
    return last[range];
  }

  /// When it happened.
  public long modSeq(int range) {
    return modSeq[range];
  }

  /// The first range that is newer than a mod-sequence, or [#count].
  public int firstAfter(long since) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (modSeq[middle] <= since) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// The UIDs that something happened to after a mod-sequence.
  public UidSet since(long since) {
    int from = firstAfter(since);
    var starts =
        IntStream.range(from, count)
            .mapToObj(range -> new long[] {unsigned(first[range]), unsigned(last[range])})
            .sorted((a, b) -> Long.compare(a[0], b[0]))
            .toList();
    var set = new UidSet.Builder();
    long covered = 0;
    for (var range : starts) {
      if (range[1] > covered) {
        set.add(Math.max(range[0], covered + 1), range[1]);
        covered = range[1];
      }
    }
    return set.build();
  }

  private static long unsigned(int uid) {
    return Integer.toUnsignedLong(uid);
  }
}
