package org.popinjay.wire.names;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import org.popinjay.config.Escape;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// What the log hears of clients without a name, or with one that leads elsewhere: so many lines a
/// minute, and at its end how many there would have been. Who has many addresses fills no disk.
///
/// Belongs to one event loop.
final class FaultLines {
  static final int LINES_MAX = 30;
  static final Duration SPAN = Duration.ofMinutes(1);

  /// The longest name of the DNS, and of what stands in the log.
  private static final int LONGEST_NAME = 255;

  /// The name is part of what operators may rely on.
  private static final Logger LOG = LoggerFactory.getLogger("popinjay.dns");

  private final ScheduledExecutorService loop;
  private int lines;

  /// @param loop the event loop
  FaultLines(ScheduledExecutorService loop) {
    this.loop = loop;
  }

  /// Writes a line, unless there were too many.
  ///
  /// @param name as it was found; empty if there is none
  void write(Level level, String address, String name) {
    if (lines == 0) {
      var _ = loop.schedule(() -> sum(level), SPAN.toMillis(), MILLISECONDS);
    }
    lines++;
    if (lines > LINES_MAX) {
      return;
    }
    var line = LOG.atLevel(level);
    if (name.isEmpty()) {
      line.log("Unable to get canonical name of client {}", address);
    } else {
      line.log(
          "Client at \"{}\" resolves to an unknown host name \"{}\"",
          address,
          Escape.text(name, LONGEST_NAME));
    }
  }

  private void sum(Level level) {
    if (lines > LINES_MAX) {
      LOG.atLevel(level).log("{} more clients without a name that leads back", lines - LINES_MAX);
    }
    lines = 0;
  }
}
