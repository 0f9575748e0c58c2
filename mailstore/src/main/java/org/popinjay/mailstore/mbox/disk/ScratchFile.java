package org.popinjay.mailstore.mbox.disk;

import static org.popinjay.posix.OpenFlags.CREATE;
import static org.popinjay.posix.OpenFlags.EXCLUSIVE;
import static org.popinjay.posix.OpenFlags.NO_FOLLOW;
import static org.popinjay.posix.OpenFlags.READ_WRITE;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;

/// Octets on their way somewhere else, on disk because there may be many of them.
///
/// The file has no name once it is open, so it is gone when closed or when the server ends. Made by
/// the first write. Not thread-safe.
public final class ScratchFile implements AutoCloseable {
  private static final int NONE = -1;

  private final FileCalls files;
  private final String folder;
  private final RandomGenerator random;
  private int descriptor = NONE;
  private long size;

  /// @param folder where it lies for a moment
  public ScratchFile(FileCalls files, String folder, RandomGenerator random) {
    this.files = files;
    this.folder = folder;
    this.random = random;
  }

  /// Octets in it.
  public long size() {
    return size;
  }

  /// Adds the remaining octets of a direct buffer at the end.
  public void write(ByteBuffer octets) throws PosixException {
    if (descriptor == NONE) {
      descriptor = make();
    }
    int count = octets.remaining();
    WholeTransfers.write(files, descriptor, octets, size);
    size += count;
  }

  private int make() throws PosixException {
    var path = folder + "/" + HexFormat.of().toHexDigits(random.nextLong());
    int made = files.open(path, READ_WRITE | CREATE | EXCLUSIVE | NO_FOLLOW, 0600);
    try {
      files.unlink(path);
      return made;
    } catch (PosixException e) {
      Replacement.quietly(() -> files.close(made));
      throw e;
    }
  }

  /// Fills a direct buffer with octets from an offset on, all of which were written.
  public void read(ByteBuffer into, long offset) throws PosixException {
    WholeTransfers.read(files, descriptor, into, offset);
  }

  @Override
  public void close() {
    if (descriptor != NONE) {
      int mine = descriptor;
      descriptor = NONE;
      Replacement.quietly(() -> files.close(mine));
    }
  }
}
