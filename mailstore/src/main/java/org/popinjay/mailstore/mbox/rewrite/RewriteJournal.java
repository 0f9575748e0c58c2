package org.popinjay.mailstore.mbox.rewrite;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.popinjay.mailstore.mbox.disk.ContentDigest;
import org.popinjay.mailstore.mbox.disk.SpoolInode;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A redo journal: makes a rewrite of a spool survive a crash at any moment.
///
/// A file of its own in the journal folder, or the reserve of that folder where the disk has no
/// room for one. All numbers are big-endian, all digests XXH64 ([ContentDigest]).
///
/// | offset | content |
/// |---|---|
/// | 0, 4096 | two marks ([JournalMark]), written in turn; the valid one with the greater sequence counts, provided that what it names by digest is whole |
/// | 8192 | the rewrite from beginning to end ([JournaledRewrite]), written once |
/// | a page border behind | the payload: new octets of one window; behind them 8 octets for each page of the window as it was before |
///
/// A window's payload is synced together with the mark that commits it, and nothing is written to
/// the spool before. The payload of the next window takes its place only after the spool was synced
/// and the mark APPLIED too, which needs no payload: the plan's remaining pieces come from parts of
/// the spool that the windows so far did not touch.
///
/// Used by one thread at a time, and only by one that holds the locks of the spool.
final class RewriteJournal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RewriteJournal.class);
  static final long PLAN_AT = 2L * RewriteWindows.PAGE;

  private final JournalFolder folder;
  private final FileCalls files;
  private final String path;
  private final int descriptor;
  private final boolean reserve;
  private boolean published;

  /// @param published whether recovery would find it
  RewriteJournal(
      JournalFolder folder,
      FileCalls files,
      String path,
      int descriptor,
      boolean reserve,
      boolean published) {
    this.folder = folder;
    this.files = files;
    this.path = path;
    this.descriptor = descriptor;
    this.reserve = reserve;
    this.published = published;
  }

  /// What a journal holds.
  sealed interface Content {
    /// A rewrite, and how far it has come.
    record Whole(JournalMark mark, JournaledRewrite rewrite) implements Content {}

    /// Nothing that was ever begun, or nothing left to do.
    record Nothing() implements Content {}

    /// Something of a newer version of this program.
    record Newer(int version) implements Content {}
  }

  int descriptor() {
    return descriptor;
  }

  boolean isReserve() {
    return reserve;
  }

  String path() {
    return path;
  }

  /// Makes sure that writes up to this length find room.
  void makeRoom(long octets) throws PosixException {
    if (reserve) {
      return;
    }
    try {
      files.allocate(descriptor, 0, octets);
    } catch (PosixException e) {
      if (e.errno() != Errno.EOPNOTSUPP) {
        throw e;
      }
    }
  }

  /// Writes a part of the payload or the plan, not yet synced.
  void write(ByteBuffer octets, long at) throws PosixException {
    int count = octets.remaining();
    WholeTransfers.write(files, descriptor, octets, at);
    files.startWriteBack(descriptor, at, count);
  }

  /// Writes a mark and makes all that was written so far durable.
  ///
  /// The first mark of a journal also gives it the name by which recovery finds it.
  void commit(JournalMark mark) throws PosixException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment page = arena.allocate(RewriteWindows.PAGE, RewriteWindows.PAGE);
      mark.encode(page);
      WholeTransfers.write(files, descriptor, page.asByteBuffer(), markAt(mark.sequence()));
    }
    if (published) {
      files.syncData(descriptor);
    } else if (reserve) {
      folder.reserveHolds(new SpoolInode(mark.device(), mark.inode()));
      published = true;
      files.syncData(descriptor);
    } else {
      files.sync(descriptor);
      files.rename(path + JournalFolder.UNPUBLISHED, path);
      published = true;
      folder.syncNames();
    }
  }

  private static long markAt(long sequence) {
    return (sequence & 1) * RewriteWindows.PAGE;
  }

  /// Removes the journal: nothing is left to do, or nothing was begun.
  void remove() throws PosixException {
    if (!reserve) {
      files.unlink(published ? path : path + JournalFolder.UNPUBLISHED);
      if (published) {
        folder.syncNames();
      }
    } else if (published) {
      long sequence = lastSequence() + 1;
      commit(new JournalMark(sequence, JournalMark.Phase.FINISHED, 0, 0, 0, 0, 0, 0, 0, 0));
      folder.reserveIsFree();
    }
  }

  /// Removes the journal of a rewrite that failed before the spool was touched. If that fails too,
  /// recovery may carry it out.
  void removeUnbegun(Exception because) {
    try {
      remove();
    } catch (PosixException e) {
      LOG.error("{} stays, though nothing was begun: {}", path, e.getMessage());
      because.addSuppressed(e);
    }
  }

  /// Likewise, but leaves a journal whose name already stands for what a former one promised.
  void removeUnpublished(Exception because) {
    if (!published) {
      removeUnbegun(because);
    }
  }

  /// Removes the journal of a rewrite that is done and durable. If that fails, recovery finds
  /// nothing left to do.
  void removeDone() {
    try {
      remove();
    } catch (PosixException e) {
      LOG.warn("{} stays, though all is done: {}", path, e.getMessage());
    }
  }

  /// Makes durable what recovery found: the world may have stopped between a write and its sync,
  /// and nothing may be built on what can still vanish.
  void syncAll() throws PosixException {
    files.sync(descriptor);
    folder.syncNames();
  }

  /// The greatest sequence of any mark, 0 if there is none.
  long lastSequence() throws PosixException {
    long last = 0;
    for (var mark : marks()) {
      last =
          Math.max(
              last, mark instanceof JournalMark.Reading.Valid(var valid) ? valid.sequence() : 0);
    }
    return last;
  }

  /// Reads what there is to do, after a crash.
  Content read() throws PosixException {
    var valid = new ArrayList<JournalMark>();
    for (var reading : marks()) {
      switch (reading) {
        case JournalMark.Reading.Newer(int version) -> {
          return new Content.Newer(version);
        }
        case JournalMark.Reading.Valid(JournalMark mark) -> valid.add(mark);
        case JournalMark.Reading.None() -> {}
      }
    }
    valid.sort(Comparator.comparingLong(JournalMark::sequence).reversed());
    for (JournalMark mark : valid) {
      if (mark.phase() == JournalMark.Phase.FINISHED) {
        return new Content.Nothing();
      }
      if (mark.phase() == JournalMark.Phase.APPLIED || payloadIsWhole(mark)) {
        Content content = readPlan(mark);
        if (content instanceof Content.Whole) {
          return content;
        }
      }
    }
    return new Content.Nothing();
  }

  private List<JournalMark.Reading> marks() throws PosixException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment pages = arena.allocate(PLAN_AT);
      WholeTransfers.readUpToEnd(files, descriptor, pages.asByteBuffer(), 0);
      return List.of(
          JournalMark.decode(pages.asSlice(0, RewriteWindows.PAGE)),
          JournalMark.decode(pages.asSlice(RewriteWindows.PAGE)));
    }
  }

  private Content readPlan(JournalMark mark) throws PosixException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment octets = arena.allocate(mark.planOctets());
      var digest = new ContentDigest();
      if (WholeTransfers.readUpToEnd(files, descriptor, octets.asByteBuffer(), PLAN_AT) == 0) {
        digest.update(octets, 0, octets.byteSize());
        if (digest.value() == mark.planDigest()) {
          return new Content.Whole(mark, JournaledRewrite.decode(octets.asByteBuffer()));
        }
      }
      return new Content.Nothing();
    }
  }

  private boolean payloadIsWhole(JournalMark mark) throws PosixException {
    long size = files.stat(descriptor).size();
    var digest = new ContentDigest();
    long end = mark.payloadAt() + mark.payloadOctets();
    try (var arena = Arena.ofConfined()) {
      Block block = Block.allocate(arena, end - mark.payloadAt());
      for (long at = mark.payloadAt(); at < end; ) {
        long next = block.endOf(at, end);
        ByteBuffer octets = block.buffer(next - at);
        if (next > size || WholeTransfers.readUpToEnd(files, descriptor, octets, at) > 0) {
          return false;
        }
        digest.update(block.segment(), 0, next - at);
        at = next;
      }
    }
    return digest.value() == mark.payloadDigest();
  }

  /// Puts the journal where no recovery finds it, for an operator to look at.
  void setAside() throws PosixException {
    folder.setAside(this);
  }

  @Override
  public void close() throws PosixException {
    try {
      files.close(descriptor);
    } finally {
      if (reserve) {
        folder.giveReserveBack();
      }
    }
  }
}
