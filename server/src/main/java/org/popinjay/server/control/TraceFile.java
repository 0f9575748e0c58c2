package org.popinjay.server.control;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.LogConfig;
import org.popinjay.posix.FileCalls;
import org.popinjay.server.log.LineOutlet;
import org.popinjay.wire.OpenSessions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes down what is said in sessions, where the settings name a file for it.
///
/// The file is the server's own: mode 0600, no link, and neither made nor found in any other way.
/// Lines go through a queue to one thread, so that a slow disk costs lines and holds up nobody.
/// Without a file nobody listens, and it costs nothing.
public final class TraceFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TraceFile.class);
  private static final String SETTING = "log.traceFile";
  private static final int LINES_MAX = 10_000;
  private static final int OWN_FILE = 0600;

  /// For lines that wait at the end.
  private static final Duration LAST_LINES = Duration.ofSeconds(3);

  private final LineOutlet outlet;
  private final Duration lastLines;
  private final TraceQueue lines = new TraceQueue(LINES_MAX);
  private final Onlooker onlooker;
  private volatile int octetsMax = LogConfig.DEFAULTS.traceOctets();

  /// Under this object's lock.
  private @Nullable Thread writer;

  /// Nothing is written before a file is opened.
  public TraceFile(FileCalls files, OpenSessions sessions) {
    this(files, sessions, LAST_LINES);
  }

  TraceFile(FileCalls files, OpenSessions sessions, Duration lastLines) {
    outlet = new LineOutlet(SETTING, OWN_FILE, files);
    onlooker = new Onlooker(sessions, lines);
    this.lastLines = lastLines;
  }

  /// A file, or that there shall be none, as it is wanted but not used yet.
  public final class Opened implements AutoCloseable {
    private final LogConfig settings;
    private final LineOutlet.Opened next;

    private Opened(LogConfig settings, LineOutlet.Opened next) {
      this.settings = settings;
      this.next = next;
    }

    /// Has everything from now on go there; what was written to before is closed.
    public void use() {
      turnTo(next, settings);
    }

    /// Closes it again if it is not in use.
    @Override
    public void close() {
      next.close();
    }
  }

  /// Opens what the settings name, also if it is what is in use: it may have been moved away.
  ///
  /// @throws IOException if that cannot be used
  public Opened open(LogConfig settings) throws IOException {
    return new Opened(settings, outlet.open(settings.traceFile()));
  }

  private synchronized void turnTo(LineOutlet.Opened next, LogConfig settings) {
    boolean on = next.isFile();
    next.use();
    octetsMax = settings.traceOctets();
    onlooker.lookAt(on ? Optional.of(TraceLog.scope(settings)) : Optional.empty());
    if (on && writer == null) {
      writer = Thread.ofPlatform().daemon().name("trace").start(this::write);
    }
  }

  private void write() {
    try {
      for (var next = lines.next(); next.isPresent(); next = lines.next()) {
        outlet.write(
            switch (next.get()) {
              case TraceQueue.Next.Said(var line) -> line.cut(octetsMax).toString();
              case TraceQueue.Next.Missing(long count) ->
                  Instant.now() + " - -- " + count + " lines lost";
            });
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Ends it once the lines that wait are written, or after a few seconds.
  @Override
  public synchronized void close() {
    onlooker.close();
    lines.finish();
    if (writer != null && !ends(writer)) {
      LOG.warn("{}: lines are lost: the disk does not answer", SETTING);
    }
    lines.end();
    outlet.close();
  }

  private boolean ends(Thread writing) {
    try {
      return writing.join(lastLines);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
