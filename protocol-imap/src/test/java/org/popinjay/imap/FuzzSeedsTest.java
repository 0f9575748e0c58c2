package org.popinjay.imap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.popinjay.imap.netty.FrameFuzz;
import org.popinjay.imap.parse.CommandFuzz;

/// What the fuzzer starts from, and what it once found, as ordinary tests.
class FuzzSeedsTest {

  static List<Path> commands() throws IOException {
    return seeds("commands");
  }

  static List<Path> frames() throws IOException {
    return seeds("frames");
  }

  private static List<Path> seeds(String name) throws IOException {
    try (var files = Files.list(Path.of("src/test/resources/fuzz", name))) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void readsAsACommand(Path seed) throws IOException {
    CommandFuzz.fuzzerTestOneInput(Files.readAllBytes(seed));
  }

  @ParameterizedTest
  @MethodSource("frames")
  void cutsIntoFrames(Path seed) throws IOException {
    FrameFuzz.fuzzerTestOneInput(Files.readAllBytes(seed));
  }
}
