package org.popinjay.mailstore.mbox.disk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// Octets on their way to the end of a spool, gathered into large pieces.
///
/// Not thread-safe; one instance a direction.
public final class AppendStream {
  private final MemorySegment piece;
  private final ByteBuffer buffer;
  private final Sink sink;
  private long flushed;
  private int filled;

  /// Where the pieces go.
  @FunctionalInterface
  public interface Sink {
    /// Takes a piece.
    ///
    /// @param octets a direct buffer; may be read to its limit
    /// @param offset of the first of them in the whole stream
    void take(ByteBuffer octets, long offset) throws IOException;

    /// Hears that something new begins at an offset, before that octet is handed in.
    default void cut(long offset) {}
  }

  /// @param buffer a direct buffer in which pieces are gathered
  public AppendStream(ByteBuffer buffer, Sink sink) {
    this.buffer = buffer;
    piece = MemorySegment.ofBuffer(buffer.clear());
    this.sink = sink;
  }

  /// Octets put in so far.
  public long octets() {
    return flushed + filled;
  }

  /// Adds octets.
  public void put(byte[] octets) throws IOException {
    put(MemorySegment.ofArray(octets), 0, octets.length);
  }

  /// Adds an octet.
  public void put(byte octet) throws IOException {
    if (filled == buffer.capacity()) {
      flush();
    }
    piece.set(JAVA_BYTE, filled++, octet);
  }

  /// Adds the octets `[from, to)` of a segment.
  public void put(MemorySegment in, long from, long to) throws IOException {
    long at = from;
    while (at < to) {
      if (filled == buffer.capacity()) {
        flush();
      }
      int count = (int) Math.min(buffer.capacity() - filled, to - at);
      MemorySegment.copy(in, at, piece, filled, count);
      filled += count;
      at += count;
    }
  }

  /// Says that something new begins here.
  public void cut() {
    sink.cut(octets());
  }

  /// Hands on what was gathered; it stays in the buffer until more is put in.
  public void flush() throws IOException {
    if (filled > 0) {
      sink.take(buffer.clear().limit(filled), flushed);
      flushed += filled;
      filled = 0;
    }
  }
}
