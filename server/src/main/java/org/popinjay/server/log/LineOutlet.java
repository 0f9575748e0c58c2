package org.popinjay.server.log;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where lines go that the settings want in a file: a [LineFile] that a reload turns to another, or
/// to none.
///
/// A line that cannot be written is lost, and the log says so once until one is written again. On a
/// disk that hangs that is each line but the one that hangs there, which whoever wrote it waits
/// for; a reload turns to another file all the same. From any thread.
public final class LineOutlet implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LineOutlet.class);

  /// How long a line waits for those before it.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final String setting;
  private final int mode;
  private final FileCalls files;
  private final Duration patience;
  private final AtomicReference<@Nullable LineFile> file = new AtomicReference<>();
  private volatile boolean failing;

  /// Nothing is written before a file is opened.
  ///
  /// @param setting that names the file
  /// @param mode for a file that is made; group and others may have no more on one that is there
  public LineOutlet(String setting, int mode, FileCalls files) {
    this(setting, mode, files, PATIENCE);
  }

  LineOutlet(String setting, int mode, FileCalls files, Duration patience) {
    this.setting = setting;
    this.mode = mode;
    this.files = files;
    this.patience = patience;
  }

  /// A file, or that there shall be none, as it is wanted but not used yet.
  public final class Opened implements AutoCloseable {
    private @Nullable LineFile next;

    private Opened(@Nullable LineFile next) {
      this.next = next;
    }

    /// Whether there is one.
    public boolean isFile() {
      return next != null;
    }

    /// Has every line from now on go there; what was written to before is closed.
    public void use() {
      turnTo(next);
      next = null;
    }

    /// Closes it again if it is not in use.
    @Override
    public void close() {
      LineOutlet.this.close(next);
    }
  }

  /// Opens what the settings name, also if it is what is in use: it may have been moved away.
  ///
  /// @throws IOException if that cannot be used
  public Opened open(Optional<Path> path) throws IOException {
    return new Opened(path.isPresent() ? LineFile.open(files, path.get(), mode) : null);
  }

  /// Whether lines go anywhere.
  public boolean isOpen() {
    return file.get() != null;
  }

  /// Adds a line, where there is a file.
  public void write(String line) {
    try {
      var to = file.get();
      // One that was closed meanwhile has a successor, or none.
      while (to != null && !to.write(line, patience)) {
        to = file.get();
      }
      failing = false;
    } catch (IOException e) {
      if (!failing) {
        failing = true;
        LOG.warn("{}: lines are lost: {}", setting, e.getMessage());
      }
    }
  }

  private void turnTo(@Nullable LineFile next) {
    var before = file.getAndSet(next);
    failing = false;
    close(before);
  }

  private void close(@Nullable LineFile old) {
    try {
      if (old != null) {
        old.close();
      }
    } catch (PosixException e) {
      LOG.warn("{}: {}", setting, e.getMessage());
    }
  }

  /// Writes nothing any more.
  @Override
  public void close() {
    turnTo(null);
  }
}
