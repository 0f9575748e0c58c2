package org.popinjay.mailstore.mbox.append;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.mbox.disk.ContentDigest;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.mailstore.mbox.rewrite.MboxRewriter;
import org.popinjay.mailstore.mbox.rewrite.RewritePlan;
import org.popinjay.mailstore.mbox.rewrite.SpoolGuard;
import org.popinjay.mailstore.mbox.text.FromLine;
import org.popinjay.mailstore.mbox.text.FromLine.DateForm;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Undoes an append that did not come to its end: nobody was told that it was done, so none of its
/// messages may stay.
///
/// Mail that another program appended since is never lost; ours is taken out from before it.
/// Whatever a program appends begins with a From_ line that has a date. So where octets are not
/// known to be ours, all from the first such line on stays.
///
/// The caller holds the locks of the spool.
public final class AppendUndo {
  private static final Logger LOG = LoggerFactory.getLogger(AppendUndo.class);
  private static final int WINDOW_OCTETS = 64 << 10;
  private static final byte[] FROM = {'F', 'r', 'o', 'm', ' '};

  private final FileCalls files;
  private final MboxRewriter rewriter;
  private final ZoneId zone;
  private final int spool;
  private final AppendIntent intent;

  /// @param spool descriptor of the locked spool
  public AppendUndo(
      FileCalls files, MboxRewriter rewriter, ZoneId zone, int spool, AppendIntent intent) {
    this.files = files;
    this.rewriter = rewriter;
    this.zone = zone;
    this.spool = spool;
    this.intent = intent;
  }

  /// Takes out what is there of an append.
  ///
  /// @return the size of the spool afterwards
  public StoreResult<Long> run(FileStat stat, SpoolGuard guard) throws PosixException {
    long size = stat.size();
    long start = intent.start();
    var path = intent.name().path();
    if (size <= start) {
      return StoreResult.done(size);
    }
    long end = start;
    for (int i = 0; i < intent.pieces().count(); i++) {
      end += intent.pieces().length(i);
    }
    long othersFrom = othersFrom(Math.min(end, size), size);
    LOG.warn("{}: an unfinished append is taken back to octet {}", path, start);
    if (othersFrom == size) {
      files.truncate(spool, start);
      files.sync(spool);
      return StoreResult.done(start);
    }
    if (othersFrom == start) {
      return StoreResult.done(size);
    }
    var plan = RewritePlan.from(start, size).copy(othersFrom, size - othersFrom).build();
    return rewriter.rewrite(spool, stat, intent.name(), plan, guard);
  }

  /// Where mail of others begins, or may begin; at the latest where ours would end.
  private long othersFrom(long end, long size) throws PosixException {
    try (var arena = Arena.ofConfined()) {
      var window = arena.allocate(WINDOW_OCTETS).asByteBuffer();
      long at = intent.start();
      long doubtful = at;
      for (int i = 0; i < intent.pieces().count() && at < end; i++) {
        int length = intent.pieces().length(i);
        if (at + length <= end && digest(window, at, length) == intent.pieces().value(i)) {
          long found = fromLine(window, doubtful, at, size);
          if (found < at) {
            return found;
          }
          doubtful = at + length;
        }
        at += length;
      }
      return fromLine(window, doubtful, end, size);
    }
  }

  private long digest(ByteBuffer window, long from, int octets) throws PosixException {
    var digest = new ContentDigest();
    for (long at = from; at < from + octets; at += window.limit()) {
      window.clear().limit((int) Math.min(window.capacity(), from + octets - at));
      WholeTransfers.read(files, spool, window, at);
      digest.update(MemorySegment.ofBuffer(window.flip()), 0, window.limit());
    }
    return digest.value();
  }

  /// Offset of the first whole From_ line that begins in a range, or of its end.
  private long fromLine(ByteBuffer window, long from, long to, long size) throws PosixException {
    for (long at = from; at < to; ) {
      window.clear().limit((int) Math.min(window.capacity(), size - at));
      WholeTransfers.read(files, spool, window, at);
      boolean last = at + window.limit() == size;
      int judged = last ? window.limit() : window.limit() - FromLine.JUDGED_OCTETS;
      for (int i = 0; i < judged && at + i < to; i++) {
        if (window.get(i) == 'F' && isFromLine(window, i)) {
          return at + i;
        }
      }
      at += judged;
    }
    return to;
  }

  private boolean isFromLine(ByteBuffer window, int from) {
    int most = Math.min(FromLine.JUDGED_OCTETS, window.limit() - from);
    int length = 0;
    while (length < most && window.get(from + length) != '\n') {
      length++;
    }
    if (length < FROM.length || (length == most && most < FromLine.JUDGED_OCTETS)) {
      return false;
    }
    var line = new byte[length];
    window.get(from, line);
    for (int i = 0; i < FROM.length; i++) {
      if (line[i] != FROM[i]) {
        return false;
      }
    }
    return FromLine.parse(line, length, length < most, zone).date() != DateForm.NONE;
  }
}
