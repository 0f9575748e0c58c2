package org.popinjay.mailstore.mbox.rewrite;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.mbox.disk.SpoolInode;
import org.popinjay.mailstore.mbox.disk.StoreFailures;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rewrites a spool in place: removes messages, writes flags back. The only code that shrinks one.
///
/// Never by rename, since a delivery agent may hold the old file open; always through a journal
/// ([RewriteJournal]), except where one system call does it all. The spool, its locks and the plan
/// are the caller's; nothing here locks. Thread-safe, but for one spool at a time.
public final class MboxRewriter {
  private static final Logger LOG = LoggerFactory.getLogger(MboxRewriter.class);
  private static final int IN_PLACE_OCTETS_MAX = 512;

  private final FileCalls files;
  private final JournalFolder folder;
  private final StoreEvents events;
  private final long journalMaxOctets;

  /// @param journalMaxOctets most octets of a journal's payload; what is longer is done in steps
  public MboxRewriter(
      FileCalls files, JournalFolder folder, StoreEvents events, long journalMaxOctets) {
    this.files = files;
    this.folder = folder;
    this.events = events;
    this.journalMaxOctets = journalMaxOctets;
  }

  /// Carries a plan out and returns the size of the spool afterwards. All is durable then.
  ///
  /// Blocks on the disk. The caller holds the locks for writing and has found the spool as the plan
  /// expects it. After a failure the spool may be in the middle, with its journal beside it:
  /// [JournalRecovery#isPending] says so, and it has to be settled before anything else is done
  /// with the spool. A [StoreFailure.NoSpace] or [StoreFailure.OverQuota] has left it as it was.
  ///
  /// @param spool descriptor open for reading and writing
  /// @param stamp of the file for which the plan was made
  /// @param guard asked before each step, and each second, whether the locks are still ours
  /// @throws IllegalArgumentException if the plan is for a file of another size, or if it moves
  ///   octets both ways and does not fit one journal
  public StoreResult<Long> rewrite(
      int spool, FileStat stamp, SpoolName name, RewritePlan plan, SpoolGuard guard) {
    try {
      FileStat now = files.stat(spool);
      if (folder.isPending(now)) {
        return StoreResult.failed(
            new StoreFailure.Unavailable("a crashed rewrite of " + name.path() + " waits"));
      }
      if (!now.sameFile(stamp) || now.size() != plan.oldSize()) {
        throw new IllegalArgumentException(
            "spool of %d octets, inode %d (expected %d octets, inode %d)"
                .formatted(now.size(), now.inode(), plan.oldSize(), stamp.inode()));
      }
      var result =
          isSimple(plan) ? simply(spool, plan, guard) : journaled(spool, name, plan, guard, now);
      if (result instanceof StoreResult.Done) {
        events.rewritten(plan.changedEnd() - plan.first());
      }
      return result;
    } catch (RewriteRun.LockLost e) {
      return StoreResult.failed(new StoreFailure.Unavailable(String.valueOf(e.getMessage())));
    } catch (IOException e) {
      return StoreResult.failed(StoreFailures.of(e));
    }
  }

  /// Writes octets over as many in place, without a journal: for bookkeeping fields, of which any
  /// mixture of old and new octets still says something. All is durable then.
  ///
  /// @param guard asked before each step whether the locks are still ours
  public StoreResult<Long> patch(int spool, List<Replaced> pieces, SpoolGuard guard) {
    long octets = 0;
    try {
      for (var piece : pieces) {
        if (!guard.stillOurs()) {
          return StoreResult.failed(new StoreFailure.Unavailable("a lock was taken away"));
        }
        var direct = ByteBuffer.allocateDirect(piece.octets.length).put(piece.octets).flip();
        WholeTransfers.write(files, spool, direct, piece.at);
        octets += piece.octets.length;
      }
      files.syncData(spool);
    } catch (IOException e) {
      return StoreResult.failed(StoreFailures.of(e));
    }
    events.rewritten(octets);
    return StoreResult.done(octets);
  }

  /// Octets that are to stand somewhere.
  @SuppressWarnings("ArrayRecordComponent")
  public // handed over once and not kept
  record Replaced(long at, byte[] octets) {}

  /// Whether one system call does it: cutting the end off, or writing a few octets that lie inside
  /// one block.
  private static boolean isSimple(RewritePlan plan) {
    long octets = plan.changedEnd() - plan.first();
    boolean insideOneBlock =
        octets <= IN_PLACE_OCTETS_MAX && RewriteWindows.pages(plan.first(), plan.changedEnd()) == 1;
    return octets == 0 || (plan.isOneLiteral() && insideOneBlock);
  }

  private StoreResult<Long> simply(int spool, RewritePlan plan, SpoolGuard guard)
      throws IOException {
    if (!guard.stillOurs()) {
      return StoreResult.failed(new StoreFailure.Unavailable("a lock was taken away"));
    }
    long octets = plan.changedEnd() - plan.first();
    if (plan.newSize() < plan.oldSize()) {
      files.truncate(spool, plan.newSize());
      files.sync(spool);
    } else if (octets > 0) {
      var literal = ByteBuffer.allocateDirect((int) octets);
      plan.read(files, spool, plan.first(), literal);
      WholeTransfers.write(files, spool, literal.flip(), plan.first());
      files.syncData(spool);
    }
    return StoreResult.done(plan.newSize());
  }

  private StoreResult<Long> journaled(
      int spool, SpoolName name, RewritePlan plan, SpoolGuard guard, FileStat stat)
      throws IOException {
    var windows = RewriteWindows.of(plan, journalMaxOctets);
    try {
      try (var journal = folder.create(SpoolInode.of(stat))) {
        return run(spool, name, plan, guard, stat, journal, windows);
      }
    } catch (PosixException e) {
      if (!JournalFolder.isLackOfSpace(e) || folder.isPending(stat)) {
        throw e;
      }
      return inReserve(spool, name, plan, guard, stat, e);
    }
  }

  /// On a full disk: smaller steps, through space that is ours already.
  private StoreResult<Long> inReserve(
      int spool,
      SpoolName name,
      RewritePlan plan,
      SpoolGuard guard,
      FileStat stat,
      PosixException lack)
      throws IOException {
    long windowOctets = reserveWindow(name, plan);
    if (plan.newSize() > plan.oldSize() || windowOctets < leastWindow(plan)) {
      throw lack;
    }
    try (@Nullable RewriteJournal journal = folder.createInReserve()) {
      if (journal == null) {
        throw lack;
      }
      LOG.warn("no room for a journal, using the reserve: {}", lack.getMessage());
      return run(spool, name, plan, guard, stat, journal, RewriteWindows.of(plan, windowOctets));
    }
  }

  /// Octets that a window has to have room for: a page, or all where the order of windows matters.
  private static long leastWindow(RewritePlan plan) {
    return plan.movesDown() || plan.movesUp()
        ? RewriteWindows.PAGE
        : plan.changedEnd() - plan.first() + RewriteWindows.PAGE;
  }

  /// Most octets of a window that fit into the reserve beside the plan; 0 if hardly any do.
  private long reserveWindow(SpoolName name, RewritePlan plan) {
    long most = reserveWindow(name, plan, 1);
    if (most <= 0) {
      return 0;
    }
    long windowsAtMost = 2 * (plan.changedEnd() - plan.first()) / most + 2;
    long window = reserveWindow(name, plan, windowsAtMost);
    return window < most / 2 ? 0 : window;
  }

  private long reserveWindow(SpoolName name, RewritePlan plan, long windows) {
    long overhead =
        RewriteJournal.PLAN_AT
            + JournaledRewrite.encodedOctets(name, plan, windows)
            + 2L * RewriteWindows.PAGE;
    long perPage = RewriteWindows.PAGE + Long.BYTES;
    return (folder.reserveOctets() - overhead) / perPage * RewriteWindows.PAGE;
  }

  private StoreResult<Long> run(
      int spool,
      SpoolName name,
      RewritePlan plan,
      SpoolGuard guard,
      FileStat stat,
      RewriteJournal journal,
      RewriteWindows windows)
      throws IOException {
    try (var arena = Arena.ofConfined()) {
      var block = Block.allocate(arena, windows.end() - windows.first());
      var run = new RewriteRun(files, folder, spool, name, plan, windows, journal, guard, block);
      try {
        run.carryOn(run.begin(SpoolInode.of(stat)));
        return StoreResult.done(plan.newSize());
      } catch (IOException e) {
        if (run.touched()) {
          LOG.error("a rewrite of {} stopped half way: {}", name.path(), e.getMessage());
          return StoreResult.failed(new StoreFailure.Broken(String.valueOf(e.getMessage())));
        }
        journal.removeUnbegun(e);
        throw e;
      }
    }
  }
}
