package org.popinjay.imap.parse;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.NumberSet.Range;
import org.popinjay.mailstore.UidSet;
import org.popinjay.wire.SessionEvents.Limit;

/// Sets of message numbers (RFC 9051, section 9, `sequence-set`). They stay ranges: a wide one
/// costs no more than a narrow one.
final class NumberSets {
  private NumberSets() {}

  static NumberSet.Sequence sequence(ImapLexer in) {
    return new NumberSet.Sequence(ranges(in));
  }

  static NumberSet.Uids uids(ImapLexer in) {
    return new NumberSet.Uids(ranges(in));
  }

  /// One of the two.
  static NumberSet set(ImapLexer in, boolean uid) {
    return uid ? uids(in) : sequence(in);
  }

  /// Whether a set begins here.
  static boolean isNext(ImapLexer in) {
    return in.at('*') || (in.peek() >= '0' && in.peek() <= '9');
  }

  /// A set without `*`, in any order.
  static UidSet plainUids(ImapLexer in) {
    var sorted = new ArrayList<>(ranges(in));
    sorted.sort(Comparator.comparingLong(Range::first));
    var set = new UidSet.Builder();
    @Nullable Range open = null;
    for (var range : sorted) {
      if (range.first() == Range.STAR || range.last() == Range.STAR) {
        in.refuse("'*' does not fit here, in what ends");
        return UidSet.EMPTY;
      }
      if (open != null && range.first() <= open.last()) {
        open = new Range(open.first(), Math.max(open.last(), range.last()));
      } else {
        if (open != null) {
          set.add(open.first(), open.last());
        }
        open = range;
      }
    }
    return open == null ? UidSet.EMPTY : set.add(open.first(), open.last()).build();
  }

  private static List<Range> ranges(ImapLexer in) {
    var ranges = new ArrayList<Range>();
    do {
      long first = number(in);
      long last = in.take(':') ? number(in) : first;
      add(ranges, range(first, last));
      in.atMost(in.limits().words(), ranges.size(), Limit.WORDS, "set with too many ranges");
    } while (in.take(','));
    return ranges;
  }

  private static long number(ImapLexer in) {
    return in.take('*') ? Range.STAR : in.nzNumber();
  }

  private static Range range(long first, long last) {
    boolean turned = last != Range.STAR && (first == Range.STAR || first > last);
    return turned ? new Range(last, first) : new Range(first, last);
  }

  /// Adds a range, or widens the one before if the two touch.
  private static void add(List<Range> ranges, Range range) {
    if (!ranges.isEmpty() && range.last() != Range.STAR) {
      var before = ranges.getLast();
      if (before.last() != Range.STAR
          && range.first() <= before.last() + 1
          && before.first() <= range.last() + 1) {
        long first = Math.min(before.first(), range.first());
        ranges.set(ranges.size() - 1, new Range(first, Math.max(before.last(), range.last())));
        return;
      }
    }
    ranges.add(range);
  }
}
