package org.popinjay.mailstore.faults;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// What a disk may hold of one file after power was lost: its durable content, changed by any of
/// the changes since.
///
/// Pages of 4 KiB reach the disk whole, each or not, in any order. Lengths reach it in the order in
/// which they were set, as a file system with a journal sees to it.
final class FileHistory {
  static final int PAGE = 4096;

  private sealed interface Change {
    /// A page was written; `octets` are the whole page as it was then.
    final class Page implements Change {
      final long index;
      final byte[] octets;

      Page(long index, byte[] octets) {
        this.index = index;
        this.octets = octets;
      }
    }

    /// The length was set.
    record Length(long from, long to) implements Change {}
  }

  private static final class Pending {
    final Change change;
    boolean certain;

    /// Its sync failed: no later one brings it to the disk.
    boolean stuck;

    Pending(Change change) {
      this.change = change;
    }
  }

  private byte[] durable;
  private final List<Pending> pending = new ArrayList<>();
  private long length;

  FileHistory(byte[] durable) {
    this.durable = durable;
    this.length = durable.length;
  }

  /// Whether all of it is durable.
  boolean clean() {
    return pending.isEmpty();
  }

  /// Length as this history knows it; another one in the file means that somebody else wrote.
  long length() {
    return length;
  }

  /// Starts anew from a content that is durable.
  void startFrom(byte[] content) {
    durable = content;
    length = content.length;
    pending.clear();
  }

  void page(long index, byte[] octets) {
    pending.add(new Pending(new Change.Page(index, octets)));
  }

  void length(long now) {
    if (now != length) {
      pending.add(new Pending(new Change.Length(length, now)));
      length = now;
    }
  }

  /// @param dataOnly fdatasync: a length that shrank last may come back
  void synced(boolean dataOnly) {
    int lastGrowth = -1;
    for (int i = 0; i < pending.size(); i++) {
      if (pending.get(i).change instanceof Change.Length(long from, long to) && to > from) {
        lastGrowth = i;
      }
    }
    for (int i = 0; i < pending.size(); i++) {
      var each = pending.get(i);
      boolean shrunk = each.change instanceof Change.Length && i > lastGrowth;
      each.certain |= !each.stuck && !(dataOnly && shrunk);
    }
    if (pending.stream().allMatch(each -> each.certain)) {
      startFrom(afterPowerLoss(new java.util.SplittableRandom(0)));
    }
  }

  void syncFailed() {
    pending.forEach(each -> each.stuck |= !each.certain);
  }

  /// One of the contents that the disk may hold.
  byte[] afterPowerLoss(RandomGenerator random) {
    int lengths = 0;
    int certainLengths = 0;
    for (var each : pending) {
      if (each.change instanceof Change.Length) {
        lengths++;
        certainLengths = each.certain ? lengths : certainLengths;
      }
    }
    var after = new Replay(durable, random.nextInt(certainLengths, lengths + 1));
    int pagesKeptOfTen = 5 * random.nextInt(3);
    for (var each : pending) {
      switch (each.change) {
        case Change.Length change -> after.length(change);
        case Change.Page change -> {
          if (each.certain || random.nextInt(10) < pagesKeptOfTen) {
            after.page(change);
          }
        }
      }
    }
    return after.content();
  }

  /// Does again what reached the disk.
  private static final class Replay {
    private byte[] content;
    private long size;
    private int lengthsLeft;
    private long lostShrink = Long.MAX_VALUE;

    Replay(byte[] durable, int lengthsKept) {
      content = durable.clone();
      size = durable.length;
      lengthsLeft = lengthsKept;
    }

    void length(Change.Length change) {
      boolean shrinks = change.to < change.from;
      if (lengthsLeft-- > 0) {
        if (shrinks && change.to < content.length) {
          Arrays.fill(content, (int) change.to, content.length, (byte) 0);
        }
        size = change.to;
      } else if (shrinks) {
        lostShrink = Math.min(lostShrink, change.to);
      }
    }

    /// What was written behind an end that never moved there has no place on the disk.
    void page(Change.Page change) {
      int start = (int) (change.index * PAGE);
      if (start < lostShrink) {
        content = Arrays.copyOf(content, Math.max(content.length, start + change.octets.length));
        System.arraycopy(change.octets, 0, content, start, change.octets.length);
      }
    }

    byte[] content() {
      return Arrays.copyOf(content, (int) size);
    }
  }
}
