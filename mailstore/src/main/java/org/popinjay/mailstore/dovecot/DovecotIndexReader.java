package org.popinjay.mailstore.dovecot;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes one picture of the files that Dovecot keeps of a mailbox: `dovecot.index` as of some place
/// of the log, and what the log says behind it. Pure.
///
/// The format is that of Dovecot 2.x on a little-endian machine. Nothing that stands in the files
/// makes it throw; the memory and time it takes are in proportion to their size.
public final class DovecotIndexReader {
  private static final String MAIN = "dovecot.index";
  private static final String LOG = "dovecot.index.log";
  private static final String OLDER_LOG = "dovecot.index.log.2";

  private DovecotIndexReader() {}

  /// What the files came to.
  public sealed interface Reading {
    /// They are sound.
    record Read(DovecotIndex index) implements Reading {}

    /// They are not.
    ///
    /// @param why fit for a log
    record Unsound(String why) implements Reading {}
  }

  /// Reads them.
  ///
  /// @param main content of `dovecot.index`, or null if there is none: the log may begin with the
  ///   mailbox
  /// @param log of `dovecot.index.log`
  /// @param olderLog of `dovecot.index.log.2`, or null
  public static Reading read(
      @Nullable ByteBuffer main, @Nullable ByteBuffer log, @Nullable ByteBuffer olderLog) {
    try {
      return new Reading.Read(index(main, log, olderLog));
    } catch (UnsoundException e) {
      return new Reading.Unsound(e.what());
    }
  }

  private static DovecotIndex index(
      @Nullable ByteBuffer main, @Nullable ByteBuffer log, @Nullable ByteBuffer olderLog)
      throws UnsoundException {
    if (log == null) {
      throw new UnsoundException(LOG + " is missing");
    }
    var octets = Octets.of(LOG, log);
    var newest = LogFile.of(octets);
    var logs = new ArrayList<LogFile>(List.of(newest));
    boolean needsOlder = main == null && !newest.isFirst();
    var state = new IndexState();
    if (main != null) {
      int id = MainFile.read(Octets.of(MAIN, main), state);
      if (id != newest.indexId()) {
        throw new UnsoundException(LOG + " belongs to another index");
      }
      needsOlder = state.logSequence() + 1 == newest.sequence();
      if (!needsOlder && state.logSequence() != newest.sequence()) {
        throw new UnsoundException(
            "%s has number %d (expected %d)"
                .formatted(LOG, newest.sequence(), state.logSequence()));
      }
    }
    if (needsOlder) {
      logs.addFirst(older(olderLog, newest, main == null));
    }
    long from = main == null ? logs.getFirst().start() : state.logHead();
    for (var each : logs) {
      each.replay(from, state);
      from = newest.start();
    }
    return state.index(octets);
  }

  private static LogFile older(@Nullable ByteBuffer content, LogFile newest, boolean first)
      throws UnsoundException {
    if (content == null) {
      throw new UnsoundException(OLDER_LOG + " is missing");
    }
    var older = LogFile.of(Octets.of(OLDER_LOG, content));
    boolean fits =
        older.indexId() == newest.indexId()
            && older.sequence() + 1 == newest.sequence()
            && (!first || older.isFirst());
    if (!fits) {
      throw new UnsoundException(OLDER_LOG + " does not come before " + LOG);
    }
    return older;
  }
}
