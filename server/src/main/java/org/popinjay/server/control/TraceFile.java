package org.popinjay.server.control;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import org.popinjay.config.LogConfig;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.PosixException;
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
  private static final int OTHERS_ANY = 0077;
  private static final int NONE = -1;

  private final FileCalls files;
  private final TraceQueue lines = new TraceQueue(LINES_MAX);
  private final Onlooker onlooker;

  // Under this object's lock.
  private int descriptor = NONE;
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
    private int next;

    private Opened(LogConfig settings, int next) {
      this.settings = settings;
      this.next = next;
    }

    /// Has everything from now on go there; what was written to before is closed.
    public void use() {
      turnTo(next, settings);
      next = NONE;
    }

    /// Closes it again if it is not in use.
    @Override
    public void close() {
      TraceFile.this.close(next);
    }
  }

  /// Opens what the settings name, also if it is what is in use: it may have been moved away.
  ///
  /// @throws IOException if that cannot be used
  public Opened open(LogConfig settings) throws IOException {
    var path = settings.traceFile();
    return new Opened(settings, path.isPresent() ? opened(path.get().toString()) : NONE);
  }

  private int opened(String path) throws IOException {
    int flags =
        OpenFlags.READ_WRITE
            | OpenFlags.CREATE
            | OpenFlags.APPEND
            | OpenFlags.NO_FOLLOW
            | OpenFlags.NON_BLOCKING;
    int found = files.open(path, flags, OWN_FILE);
    boolean good = false;
    try {
      var fault = fault(files.stat(found));
      if (fault.isPresent()) {
        throw new IOException(path + ": " + fault.get());
      }
      good = true;
      return found;
    } finally {
      if (!good) {
        close(found);
      }
    }
  }

  private static Optional<String> fault(FileStat stat) {
    if (stat.type() != FileStat.Type.REGULAR || stat.links() != 1) {
      return Optional.of("no plain file with one name");
    }
    if (stat.uid() != Accounts.own().uid()) {
      return Optional.of("belongs to another user");
    }
    return (stat.permissions() & OTHERS_ANY) == 0
        ? Optional.empty()
        : Optional.of("others may read it (chmod 0600)");
  }

  private synchronized void turnTo(int next, LogConfig settings) {
    close(descriptor);
    descriptor = next;
    octetsMax = settings.traceOctets();
    failing = false;
    onlooker.lookAt(next == NONE ? Optional.empty() : Optional.of(TraceLog.scope(settings)));
    if (next != NONE && !writing) {
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
    if (descriptor == NONE) {
      return;
    }
    var text = (line + '\n').getBytes(US_ASCII);
    var octets = ByteBuffer.allocateDirect(text.length).put(text).flip();
    try {
      while (octets.hasRemaining() && files.write(descriptor, octets, 0) > 0) {
        // The rest.
      }
      failing = false;
    } catch (PosixException e) {
      if (!failing) {
        failing = true;
        LOG.warn("log.traceFile: lines are lost: {}", e.getMessage());
      }
    }
  }

  private void close(int old) {
    if (old != NONE) {
      try {
        files.close(old);
      } catch (PosixException e) {
        LOG.warn("log.traceFile: {}", e.getMessage());
      }
    }
  }

  /// Ends it; lines that wait are lost.
  @Override
  public synchronized void close() {
    onlooker.close();
    lines.end();
    close(descriptor);
    descriptor = NONE;
  }
}
