package org.popinjay.server.log;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.popinjay.config.Escape;
import org.popinjay.posix.FileCalls;
import org.popinjay.wire.SignInListener;

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
  private static final int MODE = 0640;

  private final LineOutlet outlet;
  private final InstantSource clock;

  /// Nothing is written before a file is opened.
  public SignInFile(FileCalls files, InstantSource clock) {
    outlet = new LineOutlet("log.signInFile", MODE, files);
    this.clock = clock;
  }

  /// Opens what the settings name, also if it is what is in use: it may have been moved away.
  ///
  /// @throws IOException if that cannot be used
  public LineOutlet.Opened open(Optional<Path> path) throws IOException {
    return outlet.open(path);
  }

  @Override
  public void signedIn(String protocol, String user, InetAddress address) {
    if (outlet.isOpen()) {
      outlet.write(
          "%s %s %s %s"
              .formatted(
                  LogTime.utc(clock.instant()),
                  protocol,
                  Escape.text(user),
                  address.getHostAddress()));
    }
  }

  /// Writes nothing any more.
  @Override
  public void close() {
    outlet.close();
  }
}
