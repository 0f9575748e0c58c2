package org.popinjay.config.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Finds the known word that a mistyped one was perhaps meant to be.
final class NearestWord {
  private static final int LONGEST = 64;

  private NearestWord() {}

  /// The known word with the least edits from `word`, if they are at most a third of its letters or
  /// two; swapped neighbours are one edit, case does not count. Words above 64 characters have
  /// none.
  static Optional<String> of(String word, Collection<String> known) {
    if (word.length() > LONGEST) {
      return Optional.empty();
    }
    var lower = word.toLowerCase(Locale.ROOT);
    return known.stream()
        .min(Comparator.comparingInt(k -> edits(lower, k.toLowerCase(Locale.ROOT))))
        .filter(k -> edits(lower, k.toLowerCase(Locale.ROOT)) <= allowed(k));
  }

  private static int allowed(String word) {
    return word.length() <= 3 ? 1 : Math.max(2, word.length() / 3);
  }

  private static int edits(String from, String to) {
    int[][] cost = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        int least = Math.min(cost[i - 1][j], cost[i][j - 1]) + 1;
        least = Math.min(least, cost[i - 1][j - 1] + (same ? 0 : 1));
        boolean swapped =
            i > 1
                && j > 1
                && from.charAt(i - 1) == to.charAt(j - 2)
                && from.charAt(i - 2) == to.charAt(j - 1);
        cost[i][j] = swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
      }
    }
    return cost[from.length()][to.length()];
  }
}
