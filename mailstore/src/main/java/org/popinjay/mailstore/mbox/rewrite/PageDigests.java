package org.popinjay.mailstore.mbox.rewrite;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.popinjay.mailstore.mbox.disk.ContentDigest;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;

/// Digests of the pages of a spool, by which recovery sees whether another program wrote since.
///
/// A page is 4 KiB at a multiple of 4 KiB: what a disk keeps or loses as one when power fails. The
/// first and the last page of a range are cut to it.
final class PageDigests {
  private final FileCalls files;
  private final int spool;
  private final Block block;
  private final ContentDigest digest = new ContentDigest();

  PageDigests(FileCalls files, int spool, Block block) {
    this.files = files;
    this.spool = spool;
    this.block = block;
  }

  /// Digest of each page of a range. Behind the end of the file zeros are read, as they would be
  /// once it had grown.
  long[] of(long from, long to) throws PosixException {
    var digests = new long[RewriteWindows.pages(from, to)];
    int page = 0;
    for (long start = from; start < to; ) {
      long end = block.endOf(start, to);
      ByteBuffer octets = block.buffer(end - start);
      int missing = WholeTransfers.readUpToEnd(files, spool, octets, start);
      block.segment().asSlice(octets.position(), missing).fill((byte) 0);
      for (long at = start; at < end; ) {
        long next = Math.min(end, RewriteWindows.pageEnd(at));
        digests[page++] = of(block.segment(), at - start, next - start);
        at = next;
      }
      start = end;
    }
    return digests;
  }

  /// Digest of one page.
  long of(MemorySegment octets, long from, long to) {
    digest.reset();
    digest.update(octets, from, to);
    return digest.value();
  }

  /// Digest of a table of digests.
  long ofTable(long[] digests) {
    digest.reset();
    for (long each : digests) {
      digest.update(each);
    }
    return digest.value();
  }

  /// Digest of so many zeros.
  long ofZeros(long octets) {
    digest.reset();
    for (long i = 0; i < octets; i++) {
      digest.update((byte) 0);
    }
    return digest.value();
  }
}
