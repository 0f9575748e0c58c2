package org.popinjay.mailstore.mbox.state;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;

/// Walks through the records of a state log with a window of one record's size, at least 64 KiB.
///
/// Not thread-safe, and confined to the thread that made it.
final class LogReader implements AutoCloseable {
  private static final int LEAST_WINDOW_OCTETS = 1 << 16;

  private final FileCalls files;
  private final int descriptor;
  private final long generation;
  private final long fileEnd;
  private Arena arena = Arena.ofConfined();
  private ByteBuffer window;
  private long windowStart;
  private long at;

  /// @param from where the first record begins
  /// @param fileEnd nothing is read from here on
  LogReader(FileCalls files, int descriptor, long generation, long from, long fileEnd) {
    this.files = files;
    this.descriptor = descriptor;
    this.generation = generation;
    this.fileEnd = fileEnd;
    at = from;
    windowStart = from;
    window = newWindow(LEAST_WINDOW_OCTETS).limit(0);
  }

  /// Where the walk stands.
  long at() {
    return at;
  }

  /// Whether a valid record stands here.
  boolean valid() throws PosixException {
    if (!need(LogFormat.RECORD_HEADER_OCTETS)) {
      return false;
    }
    int octets = LogFormat.octetsAt(window, at);
    return octets > 0 && need(octets) && LogFormat.validAt(window, generation, at);
  }

  /// The record that stands here; it must be [#valid].
  LogRecord record() {
    return LogFormat.get(window);
  }

  /// How much of the file was durable before the record that stands here; it must be [#valid].
  long durableBefore() {
    return LogFormat.durableAt(window);
  }

  /// Goes behind the record that stands here; it must be [#valid].
  void next() {
    at += LogFormat.octetsAt(window, at);
  }

  /// Goes on by eight octets, whatever stands here.
  void step() {
    at += 8;
  }

  /// Whether only zeros stand from here to the end; goes to the first eight octets that are none.
  boolean onlyZeros() throws PosixException {
    while (at < fileEnd) {
      int octets = (int) Math.min(8, fileEnd - at);
      if (!need(octets)) {
        return true;
      }
      for (int i = 0; i < octets; i++) {
        if (window.get(window.position() + i) != 0) {
          return false;
        }
      }
      at += octets;
    }
    return true;
  }

  /// Brings so many octets from here on into the window, at its position; false if the file ends
  /// before.
  private boolean need(int octets) throws PosixException {
    if (at + octets > fileEnd) {
      return false;
    }
    if (at + octets > windowStart + window.limit()) {
      if (octets > window.capacity()) {
        window = newWindow(octets);
      }
      window.clear().limit((int) Math.min(window.capacity(), fileEnd - at));
      Replacement.readFully(files, descriptor, window, at);
      window.flip();
      windowStart = at;
    }
    if (at + octets > windowStart + window.limit()) {
      return false;
    }
    window.position((int) (at - windowStart));
    return true;
  }

  private ByteBuffer newWindow(int octets) {
    arena.close();
    arena = Arena.ofConfined();
    return arena.allocate(octets, Long.BYTES).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() {
    arena.close();
  }
}
