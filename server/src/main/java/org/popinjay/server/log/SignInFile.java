package org.popinjay.server.log;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.Escape;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;
import org.popinjay.wire.SignInListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes down who signed in from where, for other programs (`log.signInFile`): a mail server that
/// takes mail from who has just fetched his.
///
/// ```
/// 2026-03-01T09:30:00.125Z pop3 tea 192.0.2.7
/// ```
///
/// A line is in the file before the client hears that it is signed in, since what it does next may
/// depend on that; so it is written on the lane of the user, who waits for the disk as he does for
/// his mail. A line that cannot be written keeps nobody out.
public final class SignInFile implements SignInListener, AutoCloseable {
  /// So that a group of the operator's choice may read it.
  static final int MODE = 0640;

  private static final Logger LOG = LoggerFactory.getLogger(SignInFile.class);

  private final FileCalls files;
  private final InstantSource clock;

  // Under this object's lock.
  private @Nullable LineFile file;
  private boolean failing;

  /// Nothing is written before a file is opened.
  public SignInFile(FileCalls files, InstantSource clock) {
    this.files = files;
    this.clock = clock;
  }

  /// A file, or that there shall be none, as it is wanted but not used yet.
  public final class Opened implements AutoCloseable {
    private @Nullable LineFile next;

    private Opened(@Nullable LineFile next) {
      this.next = next;
    }

    /// Has every sign-in from now on go there; what was written to before is closed.
    public void use() {
      turnTo(next);
      next = null;
    }

    /// Closes it again if it is not in use.
    @Override
    public void close() {
      SignInFile.close(next);
    }
  }

  /// Opens what the settings name, also if it is what is in use: it may have been moved away.
  ///
  /// @throws IOException if that cannot be used
  public Opened open(Optional<Path> path) throws IOException {
    return new Opened(path.isPresent() ? LineFile.open(files, path.get(), MODE) : null);
  }

  private synchronized void turnTo(@Nullable LineFile next) {
    close(file);
    file = next;
    failing = false;
  }

  @Override
  public synchronized void signedIn(String protocol, String user, InetAddress address) {
    if (file == null) {
      return;
    }
    try {
      file.write(
          "%s %s %s %s"
              .formatted(
                  LogTime.utc(clock.instant()),
                  protocol,
                  Escape.text(user),
                  address.getHostAddress()));
      failing = false;
    } catch (PosixException e) {
      if (!failing) {
        failing = true;
        LOG.warn("log.signInFile: lines are lost: {}", e.getMessage());
      }
    }
  }

  private static void close(@Nullable LineFile old) {
    try {
      if (old != null) {
        old.close();
      }
    } catch (PosixException e) {
      LOG.warn("log.signInFile: {}", e.getMessage());
    }
  }

  /// Writes nothing any more.
  @Override
  public void close() {
    turnTo(null);
  }
}
