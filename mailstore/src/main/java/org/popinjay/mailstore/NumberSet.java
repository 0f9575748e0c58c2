package org.popinjay.mailstore;

import java.util.List;

/// Message numbers named by a client, in the order given (RFC 9051, section 9, `sequence-set`).
public sealed interface NumberSet {

  /// Ranges in the order given.
  List<Range> ranges();

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
