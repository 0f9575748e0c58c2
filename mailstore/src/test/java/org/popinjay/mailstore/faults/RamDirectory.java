package org.popinjay.mailstore.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/// Temporary directories in memory where the machine has such a file system, for tests that sync
/// some ten thousand times and lose power by [FaultyFileCalls#losePower] alone.
public final class RamDirectory implements TempDirFactory {
  private static final Path RAM = Path.of("/dev/shm");

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension)
      throws IOException {
    return Files.isWritable(RAM)
        ? Files.createTempDirectory(RAM, "popinjay")
        : Files.createTempDirectory("popinjay");
  }
}
