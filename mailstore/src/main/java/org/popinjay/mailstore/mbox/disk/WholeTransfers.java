package org.popinjay.mailstore.mbox.disk;

import java.nio.ByteBuffer;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;

/// Reads and writes that are repeated until all octets have gone over.
public final class WholeTransfers {
  private WholeTransfers() {}

  /// Fills the remaining space of a direct buffer.
  ///
  /// @throws PosixException also when the file ends before that
  public static void read(FileCalls files, int descriptor, ByteBuffer into, long offset)
      throws PosixException {
    if (readUpToEnd(files, descriptor, into, offset) > 0) {
      throw new PosixException("pread behind the end of", "fd " + descriptor, Errno.EIO);
    }
  }

  /// Fills the remaining space of a direct buffer as far as the file reaches.
  ///
  /// @return octets that are missing at the end
  public static int readUpToEnd(FileCalls files, int descriptor, ByteBuffer into, long offset)
      throws PosixException {
    long at = offset;
    while (into.hasRemaining()) {
      int octets = files.read(descriptor, into, at);
      if (octets == 0) {
        break;
      }
      at += octets;
    }
    return into.remaining();
  }

  /// Writes all remaining octets of a direct buffer.
  public static void write(FileCalls files, int descriptor, ByteBuffer from, long offset)
      throws PosixException {
    long at = offset;
    while (from.hasRemaining()) {
      int octets = files.write(descriptor, from, at);
      if (octets == 0) {
        throw new PosixException("pwrite of nothing to", "fd " + descriptor, Errno.EIO);
      }
      at += octets;
    }
  }
}
