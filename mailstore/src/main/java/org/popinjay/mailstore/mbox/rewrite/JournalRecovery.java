package org.popinjay.mailstore.mbox.rewrite;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreEvents.RecoveryOutcome;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.mbox.disk.SpoolInode;
import org.popinjay.mailstore.mbox.disk.StoreFailures;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Settles rewrites that a crash interrupted: at the start of the server, before any listener, and
/// at each first open of a spool.
///
/// A rewrite whose journal is whole is carried to its end, mail that was delivered since included;
/// one without is as if it had never been asked for. Where another program wrote other octets in
/// the meantime, or the journal was damaged, nothing is touched and the journal is put aside for an
/// operator. Each step may be interrupted again, at any call. Thread-safe, but for one spool at a
/// time.
public final class JournalRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(JournalRecovery.class);

  private final FileCalls files;
  private final JournalFolder folder;
  private final StoreEvents events;

  /// @param folder of the journals, open
  public JournalRecovery(FileCalls files, JournalFolder folder, StoreEvents events) {
    this.files = files;
    this.folder = folder;
    this.events = events;
  }

  /// Rewrites that wait, for the start of the server: each names the spool to be opened and locked
  /// as its owner, and then [#recover]ed, or [#setAside] if the file there is another one.
  public List<PendingRewrite> pending() throws IOException {
    return folder.pending();
  }

  /// Whether this spool has to be recovered before anything else is done with it. Cheap.
  public boolean isPending(FileStat spool) throws IOException {
    return folder.isPending(spool);
  }

  /// Settles what waits for this spool and says what became of it; empty if nothing waited.
  ///
  /// The caller holds the locks for writing, and scans the spool afterwards. After a failure
  /// nothing may be done with the spool; a later call tries again.
  ///
  /// @param spool descriptor open for reading and writing
  /// @param guard asked before each step whether the locks are still ours
  public StoreResult<Optional<RecoveryOutcome>> recover(int spool, SpoolGuard guard) {
    try {
      FileStat stat = files.stat(spool);
      try (var journal = folder.find(SpoolInode.of(stat))) {
        return journal == null
            ? StoreResult.done(Optional.empty())
            : settle(journal, spool, stat, guard);
      }
    } catch (RewriteRun.LockLost e) {
      return StoreResult.failed(new StoreFailure.Unavailable(String.valueOf(e.getMessage())));
    } catch (IOException e) {
      return StoreResult.failed(StoreFailures.of(e));
    }
  }

  private StoreResult<Optional<RecoveryOutcome>> settle(
      RewriteJournal journal, int spool, FileStat stat, SpoolGuard guard) throws IOException {
    return switch (journal.read()) {
      case RewriteJournal.Content.Newer(int version) -> tooNew(journal, version);
      // A file got its name after its content was synced, so one that cannot be read was damaged
      // since, and its rewrite may have begun; in the reserve it was never committed.
      case RewriteJournal.Content.Nothing() ->
          heard(
              journal.isReserve() ? dropped(journal) : setAside(journal, "it is damaged"),
              journal.path());
      case RewriteJournal.Content.Whole(JournalMark mark, JournaledRewrite rewrite) -> {
        journal.syncAll();
        yield heard(
            new SpoolInode(mark.device(), mark.inode()).equals(SpoolInode.of(stat))
                ? settle(journal, mark, rewrite, spool, stat, guard)
                : setAside(journal, "it is of another file"),
            rewrite.spool().path());
      }
    };
  }

  private static StoreResult<Optional<RecoveryOutcome>> tooNew(
      RewriteJournal journal, int version) {
    return StoreResult.failed(
        new StoreFailure.Unavailable(journal.path() + " is of the newer format " + version));
  }

  private StoreResult<Optional<RecoveryOutcome>> heard(RecoveryOutcome outcome, String what) {
    events.recovered(outcome);
    LOG.warn("interrupted rewrite of {}: {}", what, outcome);
    return StoreResult.done(Optional.of(outcome));
  }

  /// What [#recover] would come to; empty if nothing waits for this spool. Changes nothing.
  ///
  /// @param spool descriptor open for reading
  public StoreResult<Optional<RecoveryOutcome>> foresee(int spool) {
    try {
      FileStat stat = files.stat(spool);
      try (var journal = folder.find(SpoolInode.of(stat))) {
        return journal == null ? StoreResult.done(Optional.empty()) : foresee(journal, spool, stat);
      }
    } catch (IOException e) {
      return StoreResult.failed(StoreFailures.of(e));
    }
  }

  private StoreResult<Optional<RecoveryOutcome>> foresee(
      RewriteJournal journal, int spool, FileStat stat) throws IOException {
    return switch (journal.read()) {
      case RewriteJournal.Content.Newer(int version) -> tooNew(journal, version);
      case RewriteJournal.Content.Nothing() ->
          StoreResult.done(
              Optional.of(journal.isReserve() ? Step.DROP.outcome : Step.PUT_ASIDE.outcome));
      case RewriteJournal.Content.Whole(JournalMark mark, JournaledRewrite rewrite) -> {
        var windows = rewrite.windows();
        try (var arena = Arena.ofConfined()) {
          var block = Block.allocate(arena, windows.end() - windows.first());
          var scene = new CrashScene(files, spool, journal, rewrite, block);
          yield StoreResult.done(
              Optional.of(judge(mark, rewrite, scene, spool, stat, block).outcome));
        }
      }
    };
  }

  /// Ways to settle a rewrite whose journal is whole.
  private enum Step {
    /// The rest is written.
    CARRY_ON(RecoveryOutcome.FINISHED),
    /// All was written; the end is cut off.
    CUT(RecoveryOutcome.FINISHED),
    /// Zeros behind the old end were written and go.
    SHRINK(RecoveryOutcome.DROPPED),
    /// Nothing was written.
    DROP(RecoveryOutcome.DROPPED),
    /// Nothing is touched.
    PUT_ASIDE(RecoveryOutcome.SET_ASIDE);

    private final RecoveryOutcome outcome;

    Step(RecoveryOutcome outcome) {
      this.outcome = outcome;
    }
  }

  private RecoveryOutcome settle(
      RewriteJournal journal,
      JournalMark mark,
      JournaledRewrite rewrite,
      int spool,
      FileStat stat,
      SpoolGuard guard)
      throws IOException {
    var windows = rewrite.windows();
    try (var arena = Arena.ofConfined()) {
      var block = Block.allocate(arena, windows.end() - windows.first());
      var scene = new CrashScene(files, spool, journal, rewrite, block);
      var run =
          new RewriteRun(
              files,
              folder,
              spool,
              rewrite.spool(),
              rewrite.plan(),
              windows,
              journal,
              guard,
              block);
      var step = judge(mark, rewrite, scene, spool, stat, block);
      switch (step) {
        case CARRY_ON -> run.carryOn(mark);
        case CUT -> cut(journal, scene, run, spool);
        case SHRINK -> {
          files.truncate(spool, rewrite.plan().oldSize());
          files.sync(spool);
          journal.remove();
        }
        case DROP -> journal.remove();
        case PUT_ASIDE -> setAside(journal, "another program has changed the file");
      }
      return step.outcome;
    }
  }

  private void cut(RewriteJournal journal, CrashScene scene, RewriteRun run, int spool)
      throws IOException {
    if (scene.isUncut()) {
      run.finish();
    } else {
      files.sync(spool);
      journal.removeDone();
    }
  }

  /// Changes nothing.
  private Step judge(
      JournalMark mark,
      JournaledRewrite rewrite,
      CrashScene scene,
      int spool,
      FileStat stat,
      Block block)
      throws IOException {
    if (mark.phase() == JournalMark.Phase.GROWING) {
      return judgeGrowing(rewrite, scene, spool, stat, block);
    }
    if (mark.phase() == JournalMark.Phase.APPLIED && mark.step() == rewrite.windows().count() - 1) {
      return Step.CUT;
    }
    return scene.isOurs(mark) ? Step.CARRY_ON : Step.PUT_ASIDE;
  }

  /// Nothing but zeros behind the old end has been written, perhaps not even those; mail may have
  /// been appended behind either end.
  private Step judgeGrowing(
      JournaledRewrite rewrite, CrashScene scene, int spool, FileStat stat, Block block)
      throws IOException {
    long oldSize = rewrite.plan().oldSize();
    long newSize = rewrite.plan().newSize();
    long zeros =
        stat.size() <= oldSize
            ? 0
            : OldTail.zeros(files, spool, block, oldSize, Math.min(stat.size(), newSize));
    if (zeros > 0 && oldSize + zeros < stat.size()) {
      boolean grown = oldSize + zeros == newSize;
      return grown && scene.isOldFrom(0) ? Step.CARRY_ON : Step.PUT_ASIDE;
    }
    return zeros > 0 ? Step.SHRINK : Step.DROP;
  }

  private static RecoveryOutcome dropped(RewriteJournal journal) throws IOException {
    journal.remove();
    return RecoveryOutcome.DROPPED;
  }

  private static RecoveryOutcome setAside(RewriteJournal journal, String reason)
      throws IOException {
    LOG.error("a journal is put aside, its rewrite not carried on: {}", reason);
    journal.setAside();
    return RecoveryOutcome.SET_ASIDE;
  }

  /// Puts a rewrite aside whose file is gone or was replaced.
  public void setAside(PendingRewrite pending) throws IOException {
    try (var journal = folder.find(new SpoolInode(pending.device(), pending.inode()))) {
      if (journal != null) {
        events.recovered(setAside(journal, "its file is not " + pending.spool().path()));
      }
    }
  }
}
