package org.popinjay.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.popinjay.mailstore.mbox.maintenance.MboxMaintenance;

/// Shows on a terminal how far a look at a long file has come, once it takes more than a second.
/// Not thread-safe.
final class ProgressBar implements MboxMaintenance.Progress, AutoCloseable {
  private static final long SILENT_NANOS = 1_000_000_000L;
  private static final long EVERY_NANOS = 200_000_000L;
  private static final int WIDTH = 40;
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private final PrintWriter err;
  private final LongSupplier nanoTime;
  private final boolean shown;
  private long next;
  private boolean drawn;

  /// @param shown false for one that never shows
  ProgressBar(PrintWriter err, LongSupplier nanoTime, boolean shown) {
    this.err = err;
    this.nanoTime = nanoTime;
    this.shown = shown;
    next = nanoTime.getAsLong() + SILENT_NANOS;
  }

  /// Whether somebody looks at standard error.
  static boolean isTerminal() {
    try {
      var target = Files.readSymbolicLink(STANDARD_ERROR).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public void octets(long done, long total) {
    long now = nanoTime.getAsLong();
    if (!shown || total <= 0 || now - next < 0) {
      return;
    }
    next = now + EVERY_NANOS;
    drawn = true;
    int full = (int) (WIDTH * done / total);
    err.print(
        "\r[%s%s] %3d %%"
            .formatted("#".repeat(full), " ".repeat(WIDTH - full), 100 * done / total));
    err.flush();
  }

  /// Takes it off the terminal.
  @Override
  public void close() {
    if (drawn) {
      err.print("\r" + " ".repeat(WIDTH + 8) + "\r");
      err.flush();
    }
  }
}
