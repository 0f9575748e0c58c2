package org.popinjay.server.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/// Counts by words that come as text, of which only the known ones become labels; whatever else
/// comes is counted as `other`, so that no client can make series.
final class Words {
  private static final String OTHER = "other";

  private final Map<String, LongAdder> cells = new HashMap<>();
  private final LongAdder other;

  /// @param words those that become labels
  /// @param cell makes the cell of a word
  Words(List<String> words, Function<String, LongAdder> cell) {
    words.forEach(word -> cells.put(word, cell.apply(word)));
    other = cell.apply(OTHER);
  }

  void count(String word) {
    Objects.requireNonNullElse(cells.get(word), other).increment();
  }
}
