package org.popinjay.mailstore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.popinjay.mailstore.mbox.text.SpoolFuzz;
import org.popinjay.mailstore.message.MessageFuzz;
import org.popinjay.posix.PosixException;

/// What the fuzzer starts from, and what it once found, as ordinary tests.
class FuzzSeedsTest {

  static List<Path> spools() throws IOException {
    return seeds("spools");
  }

  static List<Path> messages() throws IOException {
    return seeds("messages");
  }

  private static List<Path> seeds(String name) throws IOException {
    try (var files = Files.list(Path.of("src/test/resources/fuzz", name))) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("spools")
  void scansAsASpool(Path seed) throws IOException, PosixException {
    SpoolFuzz.fuzzerTestOneInput(Files.readAllBytes(seed));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void takesApartAsAMessage(Path seed) throws IOException {
    MessageFuzz.fuzzerTestOneInput(Files.readAllBytes(seed));
  }
}
