package org.popinjay.server.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Rows of text under each other, as wide as they need to be.
final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();
  private final List<Boolean> numbers;

  /// @param heading of each column; one that begins with a `>` stands at the right
  Table(String... heading) {
    numbers = new ArrayList<>();
    var words = new ArrayList<String>();
    for (var word : heading) {
      numbers.add(word.startsWith(">"));
      words.add(word.startsWith(">") ? word.substring(1) : word);
    }
    rows.add(words);
  }

  /// Adds a row with a word for each column.
  void row(String... words) {
    rows.add(List.of(words));
  }

  /// The lines, heading first.
  ///
  /// @param width of the terminal, at which lines are cut
  List<String> lines(int width) {
    var widths = IntStream.range(0, numbers.size()).map(this::widest).toArray();
    var lines = new ArrayList<String>();
    for (var row : rows) {
      var line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        if (column > 0) {
          line.append(GAP);
        }
        pad(line, row.get(column), widths[column], numbers.get(column));
      }
      var text = line.toString().stripTrailing();
      lines.add(text.length() > width ? text.substring(0, width) : text);
    }
    return lines;
  }

  private static void pad(StringBuilder line, String word, int width, boolean right) {
    var blanks = " ".repeat(width - word.length());
    line.append(right ? blanks + word : word + blanks);
  }

  private int widest(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
