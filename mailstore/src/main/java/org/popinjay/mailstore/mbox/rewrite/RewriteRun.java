package org.popinjay.mailstore.mbox.rewrite;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.mbox.disk.ContentDigest;
import org.popinjay.mailstore.mbox.disk.SpoolInode;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;

/// One rewrite of one spool on its way from the journal to the end: the same steps whether it was
/// just begun or is being carried on after a crash (mbox: journaled in-place rewrite).
///
/// The caller holds the locks of the spool.
public final class RewriteRun {
  private static final long GUARD_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final FileCalls files;
  private final JournalFolder folder;
  private final int spool;
  private final SpoolName name;
  private final RewritePlan plan;
  private final RewriteWindows windows;
  private final RewriteJournal journal;
  private final SpoolGuard guard;
  private final Block block;
  private final PageDigests pages;

  /// Digests of the old pages of each step's window, from the time when they were looked at to that
  /// when the step is committed: 2 MiB for each GiB that moves.
  private final long[] @Nullable [] oldPages;

  private long guardAskedNanos;
  private boolean touched;

  RewriteRun(
      FileCalls files,
      JournalFolder folder,
      int spool,
      SpoolName name,
      RewritePlan plan,
      RewriteWindows windows,
      RewriteJournal journal,
      SpoolGuard guard,
      Block block) {
    this.files = files;
    this.folder = folder;
    this.spool = spool;
    this.name = name;
    this.plan = plan;
    this.windows = windows;
    this.journal = journal;
    this.guard = guard;
    this.block = block;
    this.pages = new PageDigests(files, spool, block);
    this.oldPages = new long[windows.count()][];
  }

  /// Thrown when another program has taken a lock of the spool away.
  public static final class LockLost extends IOException {
    private static final long serialVersionUID = 1L;

    public LockLost(SpoolName name) {
      super("a lock of " + name.path() + " was taken away during a rewrite");
    }
  }

  /// Whether the spool may differ from what it was; if not, taking the journal away undoes all.
  boolean touched() {
    return touched;
  }

  /// Writes and commits the journal of the first step.
  ///
  /// The octets of the window go first, so that the disk is busy with them while the old pages are
  /// being looked at.
  JournalMark begin(SpoolInode inode) throws IOException {
    long planOctets = JournaledRewrite.encodedOctets(name, plan, windows);
    long payloadAt = pageBorder(RewriteJournal.PLAN_AT + planOctets);
    journal.makeRoom(
        payloadAt
            + windows.longest()
            + (long) Long.BYTES * (RewriteWindows.pages(0, windows.longest()) + 1));
    var payload = new ContentDigest();
    writePayload(0, payloadAt, payload);

    var windowDigests = new long[windows.count()];
    for (int step = 0; step < windowDigests.length; step++) {
      windowDigests[step] = lookAtOldPages(step);
    }
    writeOldPages(0, payloadAt, payload);
    var tail = OldTail.of(pages, plan.newSize(), plan.oldSize());
    long planDigest =
        writePlan(new JournaledRewrite(name, plan, windows, windowDigests, tail), planOctets);

    boolean grows = plan.newSize() > plan.oldSize();
    var mark =
        new JournalMark(
            journal.lastSequence() + 1,
            grows ? JournalMark.Phase.GROWING : JournalMark.Phase.COMMITTED,
            inode.device(),
            inode.inode(),
            0,
            planOctets,
            planDigest,
            payloadAt,
            payloadOctets(0),
            payload.value());
    askGuard();
    journal.commit(mark);
    return mark;
  }

  /// Carries the rewrite on from its last mark to the end and removes the journal.
  void carryOn(JournalMark last) throws IOException {
    JournalMark mark = last;
    if (mark.phase() == JournalMark.Phase.GROWING) {
      grow();
      mark = mark.with(JournalMark.Phase.COMMITTED);
      journal.commit(mark);
    }
    while (true) {
      if (mark.phase() == JournalMark.Phase.COMMITTED) {
        apply(mark);
        mark = mark.with(JournalMark.Phase.APPLIED);
        journal.commit(mark);
      }
      int next = mark.step() + 1;
      if (next == windows.count()) {
        break;
      }
      mark = prepare(next, mark);
    }
    finish();
  }

  /// Writes and commits the journal of a later step.
  private JournalMark prepare(int step, JournalMark before) throws IOException {
    var payload = new ContentDigest();
    writePayload(step, before.payloadAt(), payload);
    writeOldPages(step, before.payloadAt(), payload);
    askGuard();
    var mark = before.committed(step, payloadOctets(step), payload.value());
    journal.commit(mark);
    return mark;
  }

  private void writePayload(int step, long payloadAt, ContentDigest digest) throws PosixException {
    long start = windows.start(step);
    long end = windows.end(step);
    for (long at = start; at < end; ) {
      long next = block.endOf(at, end);
      ByteBuffer octets = block.buffer(next - at);
      plan.read(files, spool, at, octets);
      digest.update(block.segment(), 0, next - at);
      journal.write(octets.flip(), payloadAt + at - start);
      at = next;
    }
  }

  /// Writes the digests of a window's old pages behind its octets.
  private void writeOldPages(int step, long payloadAt, ContentDigest digest) throws PosixException {
    if (oldPages[step] == null) {
      lookAtOldPages(step);
    }
    long[] digests = Objects.requireNonNull(oldPages[step]);
    oldPages[step] = null;
    long at = payloadAt + windowOctets(step);
    int most = block.whole().capacity() / Long.BYTES;
    for (int from = 0; from < digests.length; from += most) {
      int count = Math.min(most, digests.length - from);
      ByteBuffer octets = block.buffer((long) count * Long.BYTES);
      octets.asLongBuffer().put(digests, from, count);
      digest.update(block.segment(), 0, octets.limit());
      journal.write(octets, at + (long) from * Long.BYTES);
    }
  }

  /// Remembers the digests of a window's pages as they are now, and returns the digest of those.
  private long lookAtOldPages(int step) throws PosixException {
    long[] digests = pages.of(windows.start(step), windows.end(step));
    oldPages[step] = digests;
    return pages.ofTable(digests);
  }

  private long writePlan(JournaledRewrite rewrite, long octets) throws PosixException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment encoded = arena.allocate(octets);
      rewrite.encode(encoded.asByteBuffer());
      journal.write(encoded.asByteBuffer(), RewriteJournal.PLAN_AT);
      var digest = new ContentDigest();
      digest.update(encoded, 0, octets);
      return digest.value();
    }
  }

  /// Makes the file as long as it will be, filled with zeros, and finds room for the octets.
  ///
  /// The length is set first and by one call: whatever a crash leaves, the file then has its old
  /// length or its new one, or mail behind either.
  private void grow() throws IOException {
    askGuard();
    boolean tooShort = files.stat(spool).size() < plan.newSize();
    if (tooShort) {
      touched = true;
      files.truncate(spool, plan.newSize());
    }
    try {
      files.allocate(spool, plan.oldSize(), plan.newSize() - plan.oldSize());
    } catch (PosixException e) {
      if (e.errno() != Errno.EOPNOTSUPP) {
        if (tooShort) {
          files.truncate(spool, plan.oldSize());
          files.sync(spool);
          touched = false;
        }
        throw e;
      }
    }
    files.sync(spool);
  }

  /// Copies a window from the journal to the spool.
  private void apply(JournalMark mark) throws IOException {
    long start = windows.start(mark.step());
    long end = windows.end(mark.step());
    for (long at = start; at < end; ) {
      long next = block.endOf(at, end);
      ByteBuffer octets = block.buffer(next - at);
      WholeTransfers.read(files, journal.descriptor(), octets, mark.payloadAt() + at - start);
      askGuardNowAndThen();
      touched = true;
      WholeTransfers.write(files, spool, octets.flip(), at);
      files.startWriteBack(spool, at, next - at);
      at = next;
    }
    files.syncData(spool);
  }

  /// Cuts the file and removes the journal. Mail that somebody has appended meanwhile moves down
  /// behind the new end first, by a rewrite of its own whose journal takes the place of this one.
  void finish() throws IOException {
    var stat = files.stat(spool);
    if (plan.newSize() < plan.oldSize()) {
      askGuard();
      if (stat.size() > plan.oldSize()) {
        moveTail(stat.size(), SpoolInode.of(stat));
        return;
      }
      files.truncate(spool, plan.newSize());
      files.sync(spool);
    }
    journal.removeDone();
  }

  private void moveTail(long size, SpoolInode inode) throws IOException {
    var move =
        RewritePlan.from(plan.newSize(), size).copy(plan.oldSize(), size - plan.oldSize()).build();
    try (var successor = folder.create(inode)) {
      var run =
          new RewriteRun(
              files,
              folder,
              spool,
              name,
              move,
              RewriteWindows.of(move, windows.octets()),
              successor,
              guard,
              block);
      JournalMark mark;
      try {
        mark = run.begin(inode);
      } catch (IOException e) {
        successor.removeUnpublished(e);
        throw e;
      }
      if (journal.isReserve()) {
        journal.removeDone();
      }
      run.carryOn(mark);
    }
  }

  private long windowOctets(int step) {
    return windows.end(step) - windows.start(step);
  }

  private long payloadOctets(int step) {
    return windowOctets(step) + (long) Long.BYTES * windows.pages(step);
  }

  private void askGuardNowAndThen() throws IOException {
    if (System.nanoTime() - guardAskedNanos > GUARD_INTERVAL_NANOS) {
      askGuard();
    }
  }

  private void askGuard() throws IOException {
    if (!guard.stillOurs()) {
      throw new LockLost(name);
    }
    guardAskedNanos = System.nanoTime();
  }

  private static long pageBorder(long octets) {
    return (octets + RewriteWindows.PAGE - 1) / RewriteWindows.PAGE * RewriteWindows.PAGE;
  }
}
