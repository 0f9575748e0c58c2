package org.popinjay.mailstore.mbox.maintenance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.popinjay.mailstore.mbox.maintenance.SpoolFinding.Kind;

/// Findings as they are made; counts those that are too many to keep.
final class Findings {
  /// A spool of a million messages may have as many of them.
  static final int MOST = 10_000;

  private final List<SpoolFinding> list = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private long leftOut;

  /// Something about the spool as a whole, or about what is kept of it.
  void add(Kind kind, String text) {
    add(kind, 0, -1, text);
  }

  /// Something at a place.
  ///
  /// @param message counted from 1; 0 if it is none
  void add(Kind kind, int message, long offset, String text) {
    if (list.size() < MOST) {
      list.add(new SpoolFinding(kind, message, offset, text));
    } else {
      leftOut++;
    }
  }

  /// Something that could not be looked at.
  void note(String text) {
    notes.add(text);
  }

  /// In the order of the file, what is not in the file last.
  List<SpoolFinding> inOrder() {
    return list.stream()
        .sorted(
            Comparator.comparingLong(found -> found.offset() < 0 ? Long.MAX_VALUE : found.offset()))
        .toList();
  }

  long leftOut() {
    return leftOut;
  }

  List<String> notes() {
    return notes;
  }
}
