package org.popinjay.server.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whether standard error leads to the journal of systemd, which then understands a priority in
/// front of each line (sd-daemon(3)).
///
/// systemd names device and inode of the stream in `JOURNAL_STREAM`. They are compared, since the
/// variable is inherited by programs whose standard error was turned elsewhere.
final class JournalStream {
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private JournalStream() {}

  /// Whether it does in this process.
  static boolean isStandardError() {
    var named = System.getenv("JOURNAL_STREAM");
    return named != null && isSame(named, STANDARD_ERROR);
  }

  /// Whether a file is the stream that was named.
  static boolean isSame(String named, Path file) {
    try {
      var stat = Files.readAttributes(file, "unix:dev,ino");
      return named.equals(stat.get("dev") + ":" + stat.get("ino"));
    } catch (IOException | UnsupportedOperationException _) {
      return false;
    }
  }
}
