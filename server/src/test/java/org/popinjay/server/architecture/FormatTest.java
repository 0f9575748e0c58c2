package org.popinjay.server.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Holds every source file against google-java-format, in the steps of spotless.
///
/// spotless makes the same check, but inside Maven's own JVM, which may be too old for it; this
/// test runs on the toolchain and so everywhere.
class FormatTest {
  private final Formatter formatter = new Formatter();

  @Test
  void everyFileIsFormatted() {
    var unformatted =
        Sources.all().parallelStream()
            .filter(file -> !isFormatted(file))
            .map(file -> Sources.PROJECT.relativize(file).toString())
            .sorted()
            .toList();
    assertThat(unformatted)
        .as("files to format: run `mvn spotless:apply` with JAVA_HOME at a JDK 21 or later")
        .isEmpty();
  }

  @Test
  void anUnformattedFileIsSeen() throws FormatterException {
    assertThat(format("class  A { }\n")).isNotEqualTo("class  A { }\n");
  }

  private boolean isFormatted(Path file) {
    try {
      var text = Files.readString(file);
      return format(text).equals(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (FormatterException e) {
      throw new AssertionError(file + ": " + e.getMessage(), e);
    }
  }

  private String format(String text) throws FormatterException {
    var formatted = formatter.formatSource(text);
    var used = RemoveUnusedImports.removeUnusedImports(formatted);
    return ImportOrderer.reorderImports(used, JavaFormatterOptions.Style.GOOGLE);
  }
}
