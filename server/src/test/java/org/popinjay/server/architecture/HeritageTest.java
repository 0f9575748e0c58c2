package org.popinjay.server.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Keeps the table of `docs/heritage.md` true: what a row names as its test is there.
class HeritageTest {
  private static final Path PROJECT = Path.of("..");
  private static final Pattern NAMED = Pattern.compile("`(\\w+)\\.(\\w+)`");
  private static final Pattern SCRIPT = Pattern.compile("`(\\.ci/[^`]+)`");
  private static final Pattern TRANSCRIPT = Pattern.compile("`(transcripts/[^`]+)`");
  private static final Path TRANSCRIPTS = PROJECT.resolve("protocol-pop3/src/test/resources");
  private static final int TEST = 4;

  private static List<String[]> rows() throws IOException {
    return Files.readString(PROJECT.resolve("docs/heritage.md"))
        .lines()
        .filter(line -> line.matches("\\| \\d+ .*"))
        .map(line -> line.split("\\|", -1))
        .toList();
  }

  private static Map<String, String> testClasses() throws IOException {
    try (Stream<Path> files = Files.walk(PROJECT)) {
      return files
          .filter(file -> file.toString().endsWith("Test.java"))
          .filter(file -> file.toString().contains("/src/test/java/"))
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString().replace(".java", ""),
                  HeritageTest::text,
                  String::concat));
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void thereIsARowForEachOfTheTwentyFiveStatements() throws IOException {
    assertThat(rows()).extracting(row -> row[1].strip()).hasSize(25).doesNotHaveDuplicates();
  }

  @Test
  void everyTestIsThere() throws IOException {
    var classes = testClasses();
    assertThat(rows())
        .flatMap(row -> NAMED.matcher(row[TEST]).results().toList())
        .allSatisfy(test ->
            assertThat(classes.getOrDefault(test.group(1), ""))
                .as(test.group())
                .contains(" " + test.group(2) + "("));
  }

  @Test
  void everyTranscriptIsThere() throws IOException {
    assertThat(rows())
        .flatMap(row -> TRANSCRIPT.matcher(row[TEST]).results().toList())
        .isNotEmpty()
        .allSatisfy(file -> assertThat(TRANSCRIPTS.resolve(file.group(1))).isRegularFile());
  }

  @Test
  void everyScriptIsThereAndIsRun() throws IOException {
    var run = Files.readString(PROJECT.resolve(".ci/run"));
    assertThat(rows())
        .flatMap(row -> SCRIPT.matcher(row[TEST]).results().toList())
        .isNotEmpty()
        .allSatisfy(script -> {
          assertThat(PROJECT.resolve(script.group(1))).isRegularFile();
          assertThat(run).contains(script.group(1));
        });
  }
}
