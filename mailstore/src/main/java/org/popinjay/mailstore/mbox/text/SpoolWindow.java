package org.popinjay.mailstore.mbox.text;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;

/// A part of a spool in memory that moves towards its end: offsets of the spool are looked up in a
/// buffer that is read into piece by piece.
///
/// Reads pieces small enough to stay in the cache of a core while all that has to be found in them
/// is found. Octets from [#keepFrom] on stay when more are read. Not thread-safe.
final class SpoolWindow {
  /// Octets read at once.
  static final int PIECE = 256 << 10;

  /// Octets that can be kept while more are read.
  static final int MOST_KEPT = (1 << 20) + (64 << 10);

  /// A kept rest up to this length is moved to the front for the sake of the cache.
  private static final int SMALL_REST = 4 << 10;

  private final FileCalls files;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(MOST_KEPT + 2 * PIECE);
  private final MemorySegment octets = MemorySegment.ofBuffer(buffer.duplicate());
  private int descriptor;
  private long base;
  private long end;
  private long to;
  private long kept;

  SpoolWindow(FileCalls files) {
    this.files = files;
  }

  /// Moves to another file or place; holds nothing until [#more] is called.
  void open(int ofDescriptor, long from, long upTo) {
    descriptor = ofDescriptor;
    base = from;
    end = from;
    kept = from;
    to = upTo;
    buffer.clear();
  }

  /// The memory in which the octets are; they move when [#more] is called.
  MemorySegment octets() {
    return octets;
  }

  /// Where the octet at an offset of the spool is in [#octets].
  long index(long offset) {
    return offset - base;
  }

  /// Which offset of the spool is at an index of [#octets].
  long offset(long index) {
    return base + index;
  }

  /// Offset behind the last octet that is here.
  long end() {
    return end;
  }

  /// The octet at an offset that is here.
  byte octet(long offset) {
    return octets.get(JAVA_BYTE, offset - base);
  }

  /// Octets before this offset are not needed any more.
  void keepFrom(long offset) {
    kept = Math.clamp(offset, base, end);
  }

  /// Reads the next piece; false at the end, which comes early if the file was cut off meanwhile.
  boolean more() throws PosixException {
    if (end == to) {
      return false;
    }
    if (end - kept <= SMALL_REST || buffer.capacity() - buffer.position() < PIECE) {
      int at = buffer.position();
      MemorySegment.copy(octets, index(kept), octets, 0, end - kept);
      buffer.position((int) (end - kept));
      base = kept;
      if (buffer.capacity() - buffer.position() < PIECE) {
        throw new IllegalStateException(
            at - buffer.position() + " octets given up (expected more)");
      }
    }
    buffer.limit(buffer.position() + (int) Math.min(PIECE, to - end));
    int read = files.read(descriptor, buffer, end);
    buffer.limit(buffer.capacity());
    if (read <= 0) {
      to = end;
      return false;
    }
    end += read;
    return true;
  }

  /// Makes so many octets from an offset on be here, or all up to the end; returns how many are.
  int ensure(long offset, int count) throws PosixException {
    while (end - offset < count && more()) {
      // read on
    }
    return (int) Math.min(count, end - offset);
  }
}
