package org.popinjay.mailstore.mbox.rewrite;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;

/// What stood in the old file behind the end of the new one: as long as it still does, the file has
/// not been cut yet.
///
/// A cut is no single act. The file system first writes zeros from the new end to the end of its
/// block, and power may fail before the new length is on disk; so the first pages may be zeros.
final class OldTail {
  /// Covers blocks of up to 64 KiB.
  private static final int HEAD_PAGES_MAX = 16;

  private final long from;
  private final long to;
  private final long[] head;
  private final long rest;

  /// @param from the new size
  /// @param to the old size; not greater than `from` if the file does not shrink
  /// @param head digests of the first pages
  /// @param rest digest of all behind them
  OldTail(long from, long to, long[] head, long rest) {
    this.from = from;
    this.to = to;
    this.head = head;
    this.rest = rest;
  }

  /// The old size.
  long to() {
    return to;
  }

  /// Whether there is nothing to cut off.
  boolean isEmpty() {
    return to <= from;
  }

  long[] head() {
    return head;
  }

  long rest() {
    return rest;
  }

  static int headPages(long from, long to) {
    return to <= from ? 0 : RewriteWindows.pages(from, headEnd(from, to));
  }

  /// Looks at the old file.
  static OldTail of(PageDigests pages, long from, long to) throws PosixException {
    if (to <= from) {
      return new OldTail(from, to, new long[0], 0);
    }
    long headEnd = headEnd(from, to);
    return new OldTail(from, to, pages.of(from, headEnd), pages.ofTable(pages.of(headEnd, to)));
  }

  /// Whether all of it is there, octet for octet.
  boolean stands(PageDigests pages) throws PosixException {
    return isEmpty()
        || (Arrays.equals(head, pages.of(from, headEnd(from, to))) && restStands(pages));
  }

  /// Whether it is there but for zeros at its front.
  boolean standsButForZeros(PageDigests pages) throws PosixException {
    if (isEmpty()) {
      return true;
    }
    long headEnd = headEnd(from, to);
    long[] now = pages.of(from, headEnd);
    int page = 0;
    for (long at = from; page < head.length && now[page] != head[page]; page++) {
      long next = Math.min(headEnd, RewriteWindows.pageEnd(at));
      if (now[page] != pages.ofZeros(next - at)) {
        return false;
      }
      at = next;
    }
    return Arrays.equals(head, page, head.length, now, page, head.length) && restStands(pages);
  }

  private boolean restStands(PageDigests pages) throws PosixException {
    return rest == pages.ofTable(pages.of(headEnd(from, to), to));
  }

  /// How many zeros a file has from an offset on, up to another one.
  static long zeros(FileCalls files, int spool, Block block, long from, long to)
      throws PosixException {
    for (long at = from; at < to; ) {
      long end = block.endOf(at, to);
      ByteBuffer octets = block.buffer(end - at);
      WholeTransfers.read(files, spool, octets, at);
      for (int i = 0; i < octets.limit(); i++) {
        if (octets.get(i) != 0) {
          return at + i - from;
        }
      }
      at = end;
    }
    return to - from;
  }

  private static long headEnd(long from, long to) {
    int page = RewriteWindows.PAGE;
    return Math.min(to, (from / page + HEAD_PAGES_MAX) * page);
  }
}
