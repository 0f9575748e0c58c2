package org.popinjay.server.control;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.LogConfig;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;
import org.popinjay.server.log.LineFile;
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
  private static final int LINES_MAX = 10_000;
  private static final int OWN_FILE = 0600;

  private final FileCalls files;
  private final TraceQueue lines = new TraceQueue(LINES_MAX);
  private final Onlooker onlooker;

  // Under this object's lock.
  private @Nullable LineFile file;
  private int octetsMax = LogConfig.DEFAULTS.traceOctets();
  private boolean writing;
  private boolean failing;

  /// Nothing is written before a file is opened.
  public TraceFile(FileCalls files, OpenSessions sessions) {
    this.files = files;
    onlooker = new Onlooker(sessions, lines);
  }

  /// A file, or that there shall be none, as it is wanted but not used yet.
  public final class Opened implements AutoCloseable {
    private final LogConfig settings;
    private @Nullable LineFile next;

    private Opened(LogConfig settings, @Nullable LineFile next) {
      this.settings = settings;
      this.next = next;
    }

    /// Has everything from now on go there; what was written to before is closed.
    public void use() {
      turnTo(next, settings);
      next = null;
    }

    /// Closes it again if it is not in use.
    @Override
    public void close() {
      TraceFile.close(next);
    }
  }

  /// Opens what the settings name, also if it is what is in use: it may have been moved away.
  ///
  /// @throws IOException if that cannot be used
  public Opened open(LogConfig settings) throws IOException {
    var path = settings.traceFile();
    return new Opened(
        settings, path.isPresent() ? LineFile.open(files, path.get(), OWN_FILE) : null);
  }

  private synchronized void turnTo(@Nullable LineFile next, LogConfig settings) {
    close(file);
    file = next;
    octetsMax = settings.traceOctets();
    failing = false;
    onlooker.lookAt(next == null ? Optional.empty() : Optional.of(TraceLog.scope(settings)));
    if (next != null && !writing) {
      writing = true;
      Thread.ofPlatform().daemon().name("trace").start(this::write);
    }
  }

  private void write() {
    try {
      for (var next = lines.next(); next.isPresent(); next = lines.next()) {
        write(
            switch (next.get()) {
              case TraceQueue.Next.Said(var line) -> line.cut(octetsMax()).toString();
              case TraceQueue.Next.Missing(long count) ->
                  Instant.now() + " - -- " + count + " lines lost";
            });
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized int octetsMax() {
    return octetsMax;
  }

  private synchronized void write(String line) {
    if (file == null) {
      return;
    }
    try {
      file.write(line);
      failing = false;
    } catch (PosixException e) {
      if (!failing) {
        failing = true;
        LOG.warn("log.traceFile: lines are lost: {}", e.getMessage());
      }
    }
  }

  private static void close(@Nullable LineFile old) {
    try {
      if (old != null) {
        old.close();
      }
    } catch (PosixException e) {
      LOG.warn("log.traceFile: {}", e.getMessage());
    }
  }

  /// Ends it; lines that wait are lost.
  @Override
  public synchronized void close() {
    onlooker.close();
    lines.end();
    close(file);
    file = null;
  }
}
