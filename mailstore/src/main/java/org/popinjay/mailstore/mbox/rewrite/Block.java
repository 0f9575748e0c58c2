package org.popinjay.mailstore.mbox.rewrite;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// Memory outside the heap through which the octets of a long file go in pieces.
///
/// @param segment the memory; whole pages
/// @param whole a buffer over all of it
record Block(MemorySegment segment, ByteBuffer whole) {
  /// Fits a processor's cache, and makes a system call's own cost vanish.
  private static final long OCTETS_MAX = 1 << 20;

  /// A block for a file range of this length, given back with the arena.
  static Block allocate(Arena arena, long rangeOctets) {
    long pages = Math.min(OCTETS_MAX, rangeOctets) / RewriteWindows.PAGE + 1;
    var segment = arena.allocate(pages * RewriteWindows.PAGE, RewriteWindows.PAGE);
    return new Block(segment, segment.asByteBuffer());
  }

  /// Where the piece of a range that begins here ends, so that the next begins with a page.
  long endOf(long start, long rangeEnd) {
    long page = start / RewriteWindows.PAGE * RewriteWindows.PAGE;
    return Math.min(rangeEnd, page + segment.byteSize());
  }

  /// The first octets of the block, empty: position 0.
  ByteBuffer buffer(long octets) {
    return whole.clear().limit(Math.toIntExact(octets));
  }
}
