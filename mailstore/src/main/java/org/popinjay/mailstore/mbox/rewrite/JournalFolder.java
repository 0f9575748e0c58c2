package org.popinjay.mailstore.mbox.rewrite;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.mbox.disk.SpoolInode;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where journals of rewrites lie: `.journals/` in the state folder, one file a spool, named after
/// its device and inode and thus after no user; and beside it the reserve.
///
/// The reserve is one file of fixed length, written out beforehand and not merely allocated: the
/// journal of the one rewrite at a time that finds the disk full, so that deleting mail works when
/// nothing else does. Thread-safe.
public final class JournalFolder {
  static final String UNPUBLISHED = ".new";
  private static final Logger LOG = LoggerFactory.getLogger(JournalFolder.class);
  private static final String SUFFIX = ".journal";
  private static final String ASIDE = ".aside";
  private static final int OPEN = OpenFlags.READ_WRITE | OpenFlags.NO_FOLLOW;
  private static final int OPEN_NEW = OPEN | OpenFlags.CREATE | OpenFlags.TRUNCATE;

  private final FileCalls files;
  private final String journals;
  private final String reserve;
  private final long reserveOctets;
  private final ReentrantLock reserveUse = new ReentrantLock();
  private volatile @Nullable SpoolInode reserveHolder;

  private JournalFolder(FileCalls files, String state, long reserveOctets) {
    this.files = files;
    this.journals = state + "/.journals";
    this.reserve = state + "/.reserve";
    this.reserveOctets = reserveOctets;
  }

  /// Opens the folder at start, before any spool is touched: makes what is missing and removes what
  /// was never begun.
  ///
  /// @param state the state folder, which must be there
  /// @param reserveOctets length of the reserve; where the disk is too full to write it out, there
  ///   is none until the next start
  public static JournalFolder open(FileCalls files, String state, long reserveOctets)
      throws PosixException {
    var folder = new JournalFolder(files, state, reserveOctets);
    folder.makeFolder(state);
    for (String name : files.list(folder.journals)) {
      if (name.endsWith(UNPUBLISHED)) {
        files.unlink(folder.journals + "/" + name);
      }
    }
    folder.openReserve();
    return folder;
  }

  /// The folder as it is, to be looked at alone; it need not be there.
  public static JournalFolder look(FileCalls files, String state) throws PosixException {
    var folder = new JournalFolder(files, state, 0);
    folder.readReserve();
    return folder;
  }

  private void makeFolder(String state) throws PosixException {
    if (!exists(journals)) {
      files.makeDirectory(journals, 0700);
      syncDirectory(state);
    }
  }

  private void openReserve() throws PosixException {
    try {
      int descriptor = files.open(reserve, OPEN | OpenFlags.CREATE, 0600);
      try {
        writeOut(descriptor);
      } finally {
        files.close(descriptor);
      }
    } catch (PosixException e) {
      if (!isLackOfSpace(e)) {
        throw e;
      }
      LOG.warn("no room for the reserve of journals: {}", e.getMessage());
      return;
    }
    readReserve();
  }

  private void readReserve() throws PosixException {
    try (var journal = reserveJournal()) {
      if (journal != null
          && journal.read() instanceof RewriteJournal.Content.Whole(var mark, var _)) {
        reserveHolds(new SpoolInode(mark.device(), mark.inode()));
      }
    }
  }

  private void writeOut(int descriptor) throws PosixException {
    long size = files.stat(descriptor).size();
    if (size >= reserveOctets) {
      return;
    }
    try (var arena = Arena.ofConfined()) {
      Block zeros = Block.allocate(arena, reserveOctets - size);
      for (long at = size; at < reserveOctets; ) {
        long end = zeros.endOf(at, reserveOctets);
        WholeTransfers.write(files, descriptor, zeros.buffer(end - at), at);
        at = end;
      }
    }
    files.sync(descriptor);
  }

  /// Rewrites that wait to be settled, for the start of the server.
  public List<PendingRewrite> pending() throws PosixException {
    var pending = new ArrayList<PendingRewrite>();
    for (String name : files.list(journals)) {
      if (name.endsWith(SUFFIX)) {
        try (var journal = journal(journals + "/" + name)) {
          addPending(pending, journal);
        }
      }
    }
    if (reserveHolder != null) {
      try (var journal = reserveJournal()) {
        addPending(pending, journal);
      }
    }
    return pending;
  }

  private static void addPending(List<PendingRewrite> pending, @Nullable RewriteJournal journal)
      throws PosixException {
    switch (journal == null ? new RewriteJournal.Content.Nothing() : journal.read()) {
      case RewriteJournal.Content.Whole(JournalMark mark, JournaledRewrite rewrite) ->
          pending.add(new PendingRewrite(rewrite.spool(), mark.device(), mark.inode()));
      case RewriteJournal.Content.Nothing() -> {}
      case RewriteJournal.Content.Newer(int version) ->
          LOG.error("a journal of the newer format {} is left alone", version);
    }
  }

  /// Paths of the journals of a spool that were put aside.
  public List<String> aside(SpoolInode spool) throws PosixException {
    var paths = new ArrayList<String>();
    if (exists(journals)) {
      var stem = nameOf(path(spool));
      for (String name : files.list(journals)) {
        if (name.startsWith(stem) && name.endsWith(ASIDE)) {
          paths.add(journals + "/" + name);
        }
      }
    }
    paths.sort(null);
    return paths;
  }

  /// Whether a rewrite of this spool waits to be settled. Cheap: asked at each open.
  public boolean isPending(FileStat spool) throws PosixException {
    var inode = SpoolInode.of(spool);
    return inode.equals(reserveHolder) || exists(path(inode));
  }

  /// A new journal, not to be found by recovery until it is committed.
  RewriteJournal create(SpoolInode spool) throws PosixException {
    String path = path(spool);
    int descriptor = files.open(path + UNPUBLISHED, OPEN_NEW, 0600);
    return new RewriteJournal(this, files, path, descriptor, false, false);
  }

  /// The reserve as a new journal; null if there is none or it is in use. To be closed by the
  /// calling thread.
  @Nullable RewriteJournal createInReserve() throws PosixException {
    if (reserveHolder != null) {
      return null;
    }
    RewriteJournal journal = reserveJournal();
    if (journal == null) {
      return null;
    }
    boolean usable =
        reserveHolder == null && files.stat(journal.descriptor()).size() >= reserveOctets;
    if (!usable) {
      journal.close();
    }
    return usable ? journal : null;
  }

  /// Length of the reserve in octets.
  long reserveOctets() {
    return reserveOctets;
  }

  /// The journal of a spool; null if there is none.
  ///
  /// Where the reserve has one too, that is the older one and has been carried to its end: the
  /// newer one, which moves mail that came later, is made before the reserve is given free.
  @Nullable RewriteJournal find(SpoolInode spool) throws PosixException {
    boolean inReserve = spool.equals(reserveHolder);
    String path = path(spool);
    if (!exists(path)) {
      return inReserve ? reserveJournal() : null;
    }
    if (inReserve) {
      try (var older = reserveJournal()) {
        if (older != null) {
          older.remove();
        }
      }
    }
    return journal(path);
  }

  private RewriteJournal journal(String path) throws PosixException {
    return new RewriteJournal(this, files, path, files.open(path, OPEN, 0), false, true);
  }

  private @Nullable RewriteJournal reserveJournal() throws PosixException {
    reserveUse.lock();
    boolean opened = false;
    try {
      int descriptor = files.open(reserve, OPEN, 0);
      opened = true;
      return new RewriteJournal(
          this, files, reserve, descriptor, true, /* published= */ reserveHolder != null);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    } finally {
      if (!opened) {
        reserveUse.unlock();
      }
    }
  }

  void giveReserveBack() {
    reserveUse.unlock();
  }

  void reserveHolds(SpoolInode spool) {
    reserveHolder = spool;
  }

  void reserveIsFree() {
    reserveHolder = null;
  }

  void syncNames() throws PosixException {
    syncDirectory(journals);
  }

  private void syncDirectory(String path) throws PosixException {
    int descriptor = files.open(path, OpenFlags.READ | OpenFlags.DIRECTORY, 0);
    try {
      files.sync(descriptor);
    } finally {
      files.close(descriptor);
    }
  }

  /// Renames a journal to a free name that ends in `.aside`.
  void setAside(RewriteJournal journal) throws PosixException {
    String stem = journals + "/" + (journal.isReserve() ? "reserve" : nameOf(journal.path()));
    String aside = stem + ASIDE;
    for (int i = 2; exists(aside); i++) {
      aside = stem + "." + i + ASIDE;
    }
    files.rename(journal.path(), aside);
    syncNames();
    if (journal.isReserve()) {
      syncDirectory(parentOf(reserve));
      reserveIsFree();
      openReserve();
    }
    LOG.error("put aside: {}", aside);
  }

  private static String nameOf(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String parentOf(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }

  private boolean exists(String path) throws PosixException {
    try {
      files.stat(path);
      return true;
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw e;
    }
  }

  private String path(SpoolInode spool) {
    return "%s/%s-%s%s"
        .formatted(
            journals,
            Long.toUnsignedString(spool.device()),
            Long.toUnsignedString(spool.inode()),
            SUFFIX);
  }

  static boolean isLackOfSpace(PosixException e) {
    return e.errno() == Errno.ENOSPC || e.errno() == Errno.EDQUOT;
  }
}
