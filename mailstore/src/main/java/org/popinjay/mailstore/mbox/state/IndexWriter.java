package org.popinjay.mailstore.mbox.state;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.posix.PosixException;

/// Writes an index file from its beginning in large blocks and sums it up; the counterpart of
/// [IndexReader].
///
/// Confined to the thread that made it.
final class IndexWriter implements AutoCloseable {
  /// What is put at once at most.
  static final int BLOCK_OCTETS = 1 << 20;

  private final Replacement file;
  private final Arena arena = Arena.ofConfined();
  private final ByteBuffer block = arena.allocate(BLOCK_OCTETS, Long.BYTES).asByteBuffer();
  private final CRC32C crc = new CRC32C();

  IndexWriter(Replacement file) {
    this.file = file;
    block.order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Writes what the caller puts into the block.
  void put(Consumer<ByteBuffer> octets) throws PosixException {
    octets.accept(block.clear());
    write(block.position());
  }

  /// Writes the first rows of a column.
  void put(long[] column, int rows) throws PosixException {
    int most = BLOCK_OCTETS / Long.BYTES;
    for (int i = 0; i < rows; i += most) {
      int count = Math.min(most, rows - i);
      block.clear().asLongBuffer().put(column, i, count);
      write(count * Long.BYTES);
    }
  }

  /// Writes the first rows of a column.
  void put(int[] column, int rows) throws PosixException {
    int most = BLOCK_OCTETS / Integer.BYTES;
    for (int i = 0; i < rows; i += most) {
      int count = Math.min(most, rows - i);
      block.clear().asIntBuffer().put(column, i, count);
      write(count * Integer.BYTES);
    }
  }

  private void write(int octets) throws PosixException {
    crc.update(block.position(0).limit(octets));
    file.write(block.rewind());
  }

  /// CRC-32C of everything written so far.
  int crc() {
    return (int) crc.getValue();
  }

  @Override
  public void close() {
    arena.close();
  }
}
