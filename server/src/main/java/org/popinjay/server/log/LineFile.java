package org.popinjay.server.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.PosixException;

/// A file of the server's own to whose end lines are added, one at a time. It is no link, has one
/// name, and is neither made nor found in any other way: its folder may be one that others may
/// write to. From any thread.
final class LineFile implements AutoCloseable {
  private static final int OTHERS = 0077;

  private final FileCalls files;
  private final int descriptor;
  private final ReentrantLock lock = new ReentrantLock();

  /// Somebody has waited in vain for the one who writes, who has not come back yet.
  private volatile boolean hangs;

  private volatile boolean unwanted;

  /// Under the lock.
  private boolean closed;

  private LineFile(FileCalls files, int descriptor) {
    this.files = files;
    this.descriptor = descriptor;
  }

  /// Opens it, and makes it if it is not there.
  ///
  /// @param mode for a file that is made; group and others may have no more on one that is there
  /// @throws IOException if that cannot be used
  static LineFile open(FileCalls files, Path path, int mode) throws IOException {
    int flags =
        OpenFlags.READ_WRITE
            | OpenFlags.CREATE
            | OpenFlags.APPEND
            | OpenFlags.NO_FOLLOW
            | OpenFlags.NON_BLOCKING;
    int descriptor = files.open(path.toString(), flags, mode);
    boolean good = false;
    try {
      var fault = fault(files.stat(descriptor), mode);
      if (fault.isPresent()) {
        throw new IOException(path + ": " + fault.get());
      }
      good = true;
      return new LineFile(files, descriptor);
    } finally {
      if (!good) {
        files.close(descriptor);
      }
    }
  }

  private static Optional<String> fault(FileStat stat, int mode) {
    if (stat.type() != FileStat.Type.REGULAR || stat.links() != 1) {
      return Optional.of("no plain file with one name");
    }
    if (stat.uid() != Accounts.own().uid()) {
      return Optional.of("belongs to another user");
    }
    return (stat.permissions() & OTHERS & ~mode) == 0
        ? Optional.empty()
        : Optional.of("others may do too much with it (chmod %04o)".formatted(mode));
  }

  /// Adds a line, in one call where the disk has room for it.
  ///
  /// @param patience how long to wait for those who write before; once that was too long for
  ///   somebody, nobody waits until they are done
  /// @return false if it is closed
  /// @throws IOException if the line is lost
  boolean write(String line, Duration patience) throws IOException {
    if (!isTurn(hangs ? Duration.ZERO : patience)) {
      hangs = true;
      throw new IOException("the disk does not answer");
    }
    try {
      if (!closed) {
        add(line);
        hangs = false;
      }
      return !closed;
    } finally {
      lock.unlock();
      closeUnlessWrittenTo();
    }
  }

  private boolean isTurn(Duration patience) throws IOException {
    try {
      return lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void add(String line) throws PosixException {
    var text = (line + '\n').getBytes(UTF_8);
    var octets = ByteBuffer.allocateDirect(text.length).put(text).flip();
    while (octets.hasRemaining() && files.write(descriptor, octets, 0) > 0) {
      // The rest.
    }
  }

  /// Waits for nobody: who writes closes it behind his line.
  @Override
  public void close() throws PosixException {
    unwanted = true;
    closeUnlessWrittenTo();
  }

  private void closeUnlessWrittenTo() throws PosixException {
    if (unwanted && lock.tryLock()) {
      try {
        if (!closed) {
          closed = true;
          files.close(descriptor);
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
