package org.popinjay.server;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.PosixException;

/// The key that salts of users whom nobody knows are made with. It outlives a restart, so that they
/// stay the same, as those of users do: `.salts` in `mail.state`, 32 octets, mode 0600.
final class SaltKey {
  private static final int OCTETS = 32;
  private static final int OWN_FILE = 0600;

  private SaltKey() {}

  /// Reads the key, or makes one.
  ///
  /// @param state the folder of `mail.state`, which has to be there
  static byte[] of(Path state, FileCalls calls, RandomGenerator random) throws PosixException {
    var path = state.resolve(".salts").toString();
    int descriptor =
        calls.open(path, OpenFlags.READ_WRITE | OpenFlags.CREATE | OpenFlags.NO_FOLLOW, OWN_FILE);
    try {
      var buffer = ByteBuffer.allocateDirect(OCTETS);
      while (buffer.hasRemaining() && calls.read(descriptor, buffer, buffer.position()) > 0) {
        // the next piece
      }
      var key = new byte[OCTETS];
      if (!buffer.hasRemaining()) {
        buffer.flip().get(key);
        return key;
      }
      random.nextBytes(key);
      write(calls, descriptor, buffer.clear().put(key).flip());
      return key;
    } finally {
      calls.close(descriptor);
    }
  }

  private static void write(FileCalls calls, int descriptor, ByteBuffer key) throws PosixException {
    while (key.hasRemaining()) {
      if (calls.write(descriptor, key, key.position()) <= 0) {
        throw new PosixException("write", ".salts", Errno.EIO);
      }
    }
    calls.syncData(descriptor);
  }
}
