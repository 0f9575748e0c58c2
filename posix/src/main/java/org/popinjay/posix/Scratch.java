package org.popinjay.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// A block of native memory for the arguments and results of one call.
///
/// Blocks are taken from a small pool and put back, so that a call makes no garbage. The pool knows
/// nothing of threads: calls come from virtual threads, of which there may be a hundred thousand,
/// and a block for each would be a hundred thousand blocks. When the pool is empty a block is made,
/// when it is full a block is left to the garbage collector.
final class Scratch {
  /// Longest path the kernel takes, with its final NUL.
  static final int PATH_OCTETS = 4096;

  private static final int RESULT_AT = 2 * PATH_OCTETS;
  private static final int OCTETS = RESULT_AT + 512;
  private static final int BLOCKS = 64;
  private static final int PROBES = 4;
  private static final AtomicReferenceArray<Scratch> POOL = new AtomicReferenceArray<>(BLOCKS);

  private final MemorySegment memory = Arena.ofAuto().allocate(OCTETS, 16);
  private final long address = memory.address();

  private Scratch() {}

  /// A block for the calling thread alone, until [#giveBack].
  static Scratch take() {
    int home = home();
    for (int i = 0; i < PROBES; i++) {
      var block = POOL.getAndSet((home + i) & (BLOCKS - 1), null);
      if (block != null) {
        return block;
      }
    }
    return new Scratch();
  }

  /// Ends the use of this block.
  void giveBack() {
    int home = home();
    for (int i = 0; i < PROBES; i++) {
      if (POOL.compareAndSet((home + i) & (BLOCKS - 1), null, this)) {
        return;
      }
    }
  }

  private static int home() {
    return (int) Thread.currentThread().threadId();
  }

  /// Puts a path down, for a call with one path, and returns its address.
  long path(String call, String path) throws PosixException {
    return put(call, path, 0);
  }

  /// Puts a second path down.
  long secondPath(String call, String path) throws PosixException {
    return put(call, path, PATH_OCTETS);
  }

  /// A path with a NUL would name another file than it says, so it is refused here.
  private long put(String call, String path, int at) throws PosixException {
    byte[] octets = path.getBytes(StandardCharsets.UTF_8);
    if (octets.length >= PATH_OCTETS) {
      throw new PosixException(call, path, Errno.ENAMETOOLONG);
    }
    for (byte octet : octets) {
      if (octet == 0) {
        throw new PosixException(call, path.replace('\0', '?'), Errno.EINVAL);
      }
    }
    MemorySegment.copy(octets, 0, memory, ValueLayout.JAVA_BYTE, at, octets.length);
    memory.set(ValueLayout.JAVA_BYTE, at + octets.length, (byte) 0);
    return address + at;
  }

  /// Where a result of up to 512 octets may be written.
  long result() {
    return address + RESULT_AT;
  }

  short shortAt(int at) {
    return memory.get(ValueLayout.JAVA_SHORT, RESULT_AT + at);
  }

  int intAt(int at) {
    return memory.get(ValueLayout.JAVA_INT, RESULT_AT + at);
  }

  long longAt(int at) {
    return memory.get(ValueLayout.JAVA_LONG, RESULT_AT + at);
  }

  void putShort(int at, short value) {
    memory.set(ValueLayout.JAVA_SHORT, RESULT_AT + at, value);
  }

  void putInt(int at, int value) {
    memory.set(ValueLayout.JAVA_INT, RESULT_AT + at, value);
  }

  void putLong(int at, long value) {
    memory.set(ValueLayout.JAVA_LONG, RESULT_AT + at, value);
  }

  /// Where the first path stood, as room for 8 KiB of directory entries.
  long wide() {
    return address;
  }

  /// The room of [#wide] for reading.
  MemorySegment wideMemory() {
    return memory.asSlice(0, RESULT_AT);
  }
}
