package org.popinjay.server.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.random.RandomGenerator;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.PosixException;
import org.popinjay.server.control.ControlException.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file of a socket of the local machine.
///
/// It is made in a folder that nobody else can look into, given its mode there, and only then moved
/// to its place: there is no moment at which others could connect. The file of a dead server is
/// replaced by that, the one of a living server is left alone.
public final class SocketFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SocketFile.class);
  private static final int OWN_FOLDER = 0700;

  /// Mode of a socket that its owner alone may connect to.
  static final String FOR_OWNER = "rw-------";

  /// Mode of a socket that everybody may connect to.
  public static final String FOR_ALL = "rw-rw-rw-";

  private final FileCalls files;
  private final Path path;
  private final ServerSocketChannel channel;
  private final FileStat made;

  private SocketFile(FileCalls files, Path path, ServerSocketChannel channel, FileStat made) {
    this.files = files;
    this.path = path;
    this.channel = channel;
    this.made = made;
  }

  /// Makes it.
  ///
  /// @param mode who may connect
  /// @throws ControlException if another server listens there, or there is something else
  public static SocketFile make(FileCalls files, Path path, String mode, RandomGenerator random)
      throws ControlException {
    try {
      refuseOthers(files, path);
      return bind(files, path, mode, random);
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      throw new ControlException(Reason.UNUSABLE, path + ": " + e.getMessage());
    }
  }

  private static void refuseOthers(FileCalls files, Path path)
      throws PosixException, ControlException {
    FileStat there;
    try {
      there = files.stat(path.toString());
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return;
      }
      throw e;
    }
    if (there.type() != FileStat.Type.OTHER) {
      throw new ControlException(
          Reason.UNUSABLE, path + ": there is something else than a socket; move it away");
    }
    if (isAlive(path)) {
      throw new ControlException(
          Reason.UNUSABLE, path + ": another server listens there; name another place");
    }
    LOG.info("{} was left behind by a server that is gone, and is replaced", path);
  }

  private static boolean isAlive(Path path) {
    try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return true;
    } catch (ConnectException _) {
      return false;
    } catch (IOException _) {
      // Who cannot be asked may be alive.
      return true;
    }
  }

  private static SocketFile bind(FileCalls files, Path path, String mode, RandomGenerator random)
      throws IOException {
    var folder = path.resolveSibling(".c" + Long.toString(random.nextLong(1L << 40), 36));
    var hidden = folder.resolve("s");
    files.makeDirectory(folder.toString(), OWN_FOLDER);
    var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    boolean bound = false;
    try {
      channel.bind(UnixDomainSocketAddress.of(hidden));
      Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString(mode));
      var made = files.stat(hidden.toString());
      files.rename(hidden.toString(), path.toString());
      bound = true;
      return new SocketFile(files, path, channel, made);
    } finally {
      if (!bound) {
        channel.close();
        Files.deleteIfExists(hidden);
      }
      files.removeDirectory(folder.toString());
    }
  }

  /// The next client. Blocks.
  ///
  /// @throws IOException when it is closed, or there are no descriptors left
  SocketChannel accept() throws IOException {
    return channel.accept();
  }

  /// What listens.
  public ServerSocketChannel channel() {
    return channel;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /// Hears nobody any more, and removes the file if it is still this one.
  @Override
  public void close() throws IOException {
    channel.close();
    try {
      if (files.stat(path.toString()).sameFile(made)) {
        files.unlink(path.toString());
      }
    } catch (PosixException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
  }
}
