package org.popinjay.mailstore.mbox.rewrite;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;

/// A spool as recovery finds it, held against what its journal says: is all of it our doing, or has
/// another program written to it since? Changes nothing.
final class CrashScene {
  private final FileCalls files;
  private final int spool;
  private final RewriteJournal journal;
  private final JournaledRewrite rewrite;
  private final RewriteWindows windows;
  private final Block block;
  private final PageDigests pages;

  CrashScene(
      FileCalls files, int spool, RewriteJournal journal, JournaledRewrite rewrite, Block block) {
    this.files = files;
    this.spool = spool;
    this.journal = journal;
    this.rewrite = rewrite;
    this.windows = rewrite.windows();
    this.block = block;
    this.pages = new PageDigests(files, spool, block);
  }

  /// Whether a rewrite whose last mark this is can be carried on.
  boolean isOurs(JournalMark mark) throws PosixException {
    long size = files.stat(spool).size();
    long least = Math.max(rewrite.plan().oldSize(), rewrite.plan().newSize());
    return size >= least
        && (mark.phase() == JournalMark.Phase.APPLIED || isOldOrNew(mark))
        && isOldFrom(mark.step() + 1)
        && rewrite.tail().stands(pages);
  }

  /// Whether the file still has to be cut, after the last window was written.
  boolean isUncut() throws PosixException {
    var tail = rewrite.tail();
    return !tail.isEmpty()
        && files.stat(spool).size() >= tail.to()
        && tail.standsButForZeros(pages);
  }

  /// Whether each page of a committed window is as it was or as it will be, in any mixture, as a
  /// loss of power leaves it.
  ///
  /// One page may be new in front and anything behind, if all before it are new and all after it
  /// are old: a write that was killed half way.
  private boolean isOldOrNew(JournalMark mark) throws PosixException {
    long start = windows.start(mark.step());
    long end = windows.end(mark.step());
    long[] old = readPageDigests(mark);
    int page = 0;
    boolean newSoFar = true;
    boolean torn = false;
    try (var arena = Arena.ofConfined()) {
      Block payload = Block.allocate(arena, end - start);
      for (long at = start; at < end; at = block.endOf(at, end)) {
        long octets = readBoth(mark, at, payload);
        for (long from = 0; from < octets; ) {
          long to = Math.min(octets, RewriteWindows.pageEnd(at + from) - at);
          boolean isOld = pages.of(block.segment(), from, to) == old[page++];
          long differs =
              MemorySegment.mismatch(block.segment(), from, to, payload.segment(), from, to);
          if (!isOld && (torn || (differs >= 0 && (differs == 0 || !newSoFar)))) {
            return false;
          }
          torn |= !isOld && differs > 0;
          newSoFar &= differs < 0;
          from = to;
        }
      }
    }
    return true;
  }

  /// Reads a piece of a window from the spool and from the journal and returns its length.
  private long readBoth(JournalMark mark, long at, Block payload) throws PosixException {
    long octets = block.endOf(at, windows.end(mark.step())) - at;
    long place = mark.payloadAt() + at - windows.start(mark.step());
    WholeTransfers.read(files, spool, block.buffer(octets), at);
    WholeTransfers.read(files, journal.descriptor(), payload.buffer(octets), place);
    return octets;
  }

  private long[] readPageDigests(JournalMark mark) throws PosixException {
    int count = windows.pages(mark.step());
    var digests = new long[count];
    long at = mark.payloadAt() + windows.end(mark.step()) - windows.start(mark.step());
    int most = block.whole().capacity() / Long.BYTES;
    for (int from = 0; from < count; from += most) {
      int some = Math.min(most, count - from);
      ByteBuffer octets = block.buffer((long) some * Long.BYTES);
      WholeTransfers.read(files, journal.descriptor(), octets, at + (long) from * Long.BYTES);
      octets.flip().asLongBuffer().get(digests, from, some);
    }
    return digests;
  }

  /// Whether all windows from a step on hold what they did at the beginning.
  boolean isOldFrom(int step) throws PosixException {
    for (int each = step; each < windows.count(); each++) {
      long[] digests = pages.of(windows.start(each), windows.end(each));
      if (pages.ofTable(digests) != rewrite.windowDigests()[each]) {
        return false;
      }
    }
    return true;
  }
}
