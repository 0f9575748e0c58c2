package org.popinjay.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.popinjay.wire.SessionEvents;

/// Keeps the tables of limits in `docs/security.md` true: each limit that is counted has its row,
/// and what a row names is there.
class LimitTablesTest {
  private static final Path PROJECT = Path.of("..");
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
  private static final int SETTING = 3;
  private static final int METRIC = 4;
  private static final int TEST = 6;

  private static List<String[]> rows() throws IOException {
    var page = Files.readString(PROJECT.resolve("docs/security.md"));
    var tables = page.substring(page.indexOf("\n## Limits\n"), page.indexOf("\n## Measured\n"));
    return tables
        .lines()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| limit "))
        .map(line -> line.split("\\|", -1))
        .toList();
  }

  private static Stream<String> quoted(int column) throws IOException {
    return rows().stream()
        .flatMap(row -> QUOTED.matcher(row[column]).results())
        .map(m -> m.group(1));
  }

  @Test
  void everyLimitHasARow() throws IOException {
    var words = quoted(METRIC).filter(word -> !word.startsWith("popinjay_") && !word.contains("="));
    assertThat(words.distinct())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(SessionEvents.Limit.values()).map(Board::word).toList());
  }

  @Test
  void everyRowSaysWhatIsCountedWhereItIsSetAndWhatTestsIt() throws IOException {
    assertThat(rows())
        .hasSizeGreaterThan(40)
        .allSatisfy(row -> {
          assertThat(row).hasSize(8);
          assertThat(row).as("no cell is empty").filteredOn(String::isBlank).hasSize(2);
        });
  }

  @Test
  void everySettingIsOne() throws IOException {
    var settings = Files.readString(PROJECT.resolve("docs/configuration.md"));
    assertThat(quoted(SETTING)).allSatisfy(key -> assertThat(settings).contains("`" + key + "`"));
  }

  @Test
  void everyTestIsThere() throws IOException {
    List<String> tests;
    try (var files = Files.walk(PROJECT)) {
      tests =
          files
              .map(file -> file.getFileName().toString())
              .filter(n -> n.endsWith(".java"))
              .toList();
    }
    assertThat(quoted(TEST)).allSatisfy(test -> assertThat(tests).contains(test + ".java"));
  }
}
