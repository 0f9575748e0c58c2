package org.popinjay.mailstore.mbox.state;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;

/// Reads an index file from its beginning in large blocks and sums it up.
///
/// Confined to the thread that made it.
final class IndexReader implements AutoCloseable {
  private static final int BLOCK_OCTETS = IndexWriter.BLOCK_OCTETS;

  private final FileCalls files;
  private final int descriptor;
  private final long size;
  private final Arena arena = Arena.ofConfined();
  private final ByteBuffer block = arena.allocate(BLOCK_OCTETS, Long.BYTES).asByteBuffer();
  private final CRC32C crc = new CRC32C();
  private long at;

  IndexReader(FileCalls files, int descriptor, long size) {
    this.files = files;
    this.descriptor = descriptor;
    this.size = size;
    block.order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Octets not read yet.
  long left() {
    return size - at;
  }

  /// The next octets, at most a block; valid until the next call.
  ByteBuffer next(int octets) throws PosixException {
    block.clear().limit(octets);
    Replacement.readFully(files, descriptor, block, at);
    if (block.hasRemaining()) {
      throw new PosixException("read", "fd " + descriptor, Errno.EIO);
    }
    crc.update(block.flip());
    at += octets;
    return block.rewind();
  }

  /// Fills a column.
  void fill(long[] column) throws PosixException {
    int most = BLOCK_OCTETS / Long.BYTES;
    for (int i = 0; i < column.length; i += most) {
      int count = Math.min(most, column.length - i);
      next(count * Long.BYTES).asLongBuffer().get(column, i, count);
    }
  }

  /// Fills a column.
  void fill(int[] column) throws PosixException {
    int most = BLOCK_OCTETS / Integer.BYTES;
    for (int i = 0; i < column.length; i += most) {
      int count = Math.min(most, column.length - i);
      next(count * Integer.BYTES).asIntBuffer().get(column, i, count);
    }
  }

  /// CRC-32C of everything read so far.
  int crc() {
    return (int) crc.getValue();
  }

  @Override
  public void close() {
    arena.close();
  }
}
