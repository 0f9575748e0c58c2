package org.popinjay.server.control;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.PosixException;
import org.popinjay.wire.OpenSessions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes down what is said in all sessions, where the settings name a file for it.
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
  private final OpenSessions sessions;
  private final TraceQueue lines = new TraceQueue(LINES_MAX);

  // Under this object's lock.
  private int descriptor = NONE;
  private OpenSessions.@Nullable Trace trace;
  private boolean writing;
  private boolean failing;

  /// Nothing is written before a file is opened.
  public TraceFile(FileCalls files, OpenSessions sessions) {
    this.files = files;
    this.sessions = sessions;
  }

  /// A file, or that there shall be none, as it is wanted but not used yet.
  public final class Opened implements AutoCloseable {
    private int next;

    private Opened(int next) {
      this.next = next;
    }

    /// Has everything from now on go there; what was written to before is closed.
    public void use() {
      turnTo(next);
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
  public Opened open(Optional<Path> path) throws IOException {
    return new Opened(path.isPresent() ? opened(path.get().toString()) : NONE);
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

  private synchronized void turnTo(int next) {
    close(descriptor);
    descriptor = next;
    failing = false;
    if (next == NONE) {
      listen(false);
    } else {
      listen(true);
      if (!writing) {
        writing = true;
        Thread.ofPlatform().daemon().name("trace").start(this::write);
      }
    }
  }

  private void listen(boolean on) {
    if (on && trace == null) {
      trace = sessions.trace(Optional.empty(), lines);
    } else if (!on && trace != null) {
      trace.close();
      trace = null;
    }
  }

  private void write() {
    try {
      for (var next = lines.next(); next.isPresent(); next = lines.next()) {
        write(
            switch (next.get()) {
              case TraceQueue.Next.Said(var line) -> line.toString();
              case TraceQueue.Next.Missing(long count) ->
                  Instant.now() + " - -- " + count + " lines lost";
            });
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
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
    listen(false);
    lines.end();
    close(descriptor);
    descriptor = NONE;
  }
}
