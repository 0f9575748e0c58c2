package org.popinjay.mailstore.mbox.state;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The durable state of one mailbox: UIDs, flags that the spool does not hold yet, what was
/// expunged.
///
/// A file of records that only grows, until [#compact] replaces it. It belongs to the mailbox and
/// to every backup. What [#append] wrote is durable once a [#sync] that began later has succeeded;
/// callers that wait at the same time share one call of the disk. The file is made by the first
/// append.
///
/// A failed write or sync is final, since nobody knows what the disk holds then and a second sync
/// would not tell: everything is refused until [#recover] has written anew what was safe.
///
/// Thread-safe. Every method may block on the disk.
public final class StateLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StateLog.class);
  private static final int COMPACT_FROM_OCTETS = 64 << 10;
  private static final int LIVE_OCTETS_PER_MESSAGE = 34;

  private final LogFile file;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition syncEnded = lock.newCondition();

  /// Counted over all appends and whatever file they went to, so that a replacement of the file
  /// serves those who wait for a sync of the old one.
  private long appends;

  private long syncedAppends;
  private boolean syncing;

  /// Up to here a recovery keeps what it finds: what was there when the file was opened, or was
  /// synced since.
  private long kept;

  private @Nullable PosixException failure;

  private StateLog(LogFile file) {
    this.file = file;
  }

  /// What opening came to.
  public sealed interface Open {
    /// It can be used.
    record Opened(StateLog log, Found found) implements Open {}

    /// A newer program wrote it; it was not touched.
    record Newer(int version) implements Open {}
  }

  /// How a log was found.
  public enum Found {
    /// There was none; it is empty.
    ABSENT,
    /// As it was left.
    WHOLE,
    /// What was written last before a crash, and never acknowledged, was cut off.
    TORN,
    /// Something is damaged that was durable once. The file was put aside under another name and
    /// the log is empty: nothing that it may have said can be assumed.
    DAMAGED
  }

  /// Opens the log of a mailbox.
  ///
  /// @param mailboxId names the file
  public static Open open(
      FileCalls files, UserState directory, String mailboxId, RandomGenerator random)
      throws PosixException {
    var file = new LogFile(files, directory, mailboxId + ".log", random);
    try {
      return switch (file.open()) {
        case LogFile.Opening.Newer(int version) -> new Open.Newer(version);
        case LogFile.Opening.Ready(Found found) -> {
          var log = new StateLog(file);
          if (file.exists()) {
            log.found();
          }
          yield new Open.Opened(log, found);
        }
      };
    } catch (PosixException e) {
      file.close();
      throw e;
    }
  }

  /// Opens the log of a mailbox to be read alone: nothing of it is changed, cut off or put aside.
  /// One that is damaged comes as an empty one.
  public static Open look(
      FileCalls files, UserState directory, String mailboxId, RandomGenerator random)
      throws PosixException {
    var file = new LogFile(files, directory, mailboxId + ".log", random);
    try {
      return switch (file.look()) {
        case LogFile.Opening.Newer(int version) -> new Open.Newer(version);
        case LogFile.Opening.Ready(Found found) -> {
          if (found == Found.DAMAGED) {
            file.close();
          }
          yield new Open.Opened(new StateLog(file), found);
        }
      };
    } catch (PosixException e) {
      file.close();
      throw e;
    }
  }

  /// What was read may be in the memory of the machine only, left there by a process that died: it
  /// counts as appended and not yet synced.
  private void found() {
    kept = file.end().offset();
    appends = 1;
  }

  /// Adds records behind the last one, all or none while the machine runs, and any first part of
  /// them if it dies. They are not durable before [#sync].
  ///
  /// Whoever gets [StateWrite.Full] may keep the records and try again later.
  public StateWrite append(List<? extends LogRecord> records) {
    lock.lock();
    try {
      if (failure != null) {
        return new StateWrite.Broken(failure);
      }
      if (!file.exists()) {
        return replace(source(records.iterator()));
      }
      if (file.outdated()) {
        return renew(records);
      }
      var outcome = file.append(records);
      if (outcome instanceof StateWrite.Written) {
        appends++;
      }
      return checked(outcome);
    } finally {
      lock.unlock();
    }
  }

  /// What an older version wrote becomes a file of this one.
  private StateWrite renew(List<? extends LogRecord> records) {
    awaitQuiet();
    var end = file.end().offset();
    try (var reader = file.reader(file.start().offset(), end)) {
      var old = source(reader, end);
      var more = source(records.iterator());
      return replace(() -> {
        var record = old.next();
        return record != null ? record : more.next();
      });
    }
  }

  /// Makes durable what was appended before, and after opening once what was found.
  public StateWrite sync() {
    lock.lock();
    try {
      long goal = appends;
      while (syncedAppends < goal) {
        if (failure != null) {
          return new StateWrite.Broken(failure);
        }
        if (syncing) {
          syncEnded.awaitUninterruptibly();
        } else {
          syncAll();
        }
      }
      return StateWrite.WRITTEN;
    } finally {
      lock.unlock();
    }
  }

  /// One call of the disk for all that was appended up to now. Gives the lock back meanwhile, so
  /// that others append what the next call will cover.
  private void syncAll() {
    long covered = appends;
    long end = file.end().offset();
    StateWrite outcome = new StateWrite.Broken(new PosixException("sync", path(), Errno.OTHER));
    syncing = true;
    lock.unlock();
    try {
      file.sync();
      outcome = StateWrite.WRITTEN;
    } catch (PosixException e) {
      outcome = new StateWrite.Broken(e);
    } finally {
      lock.lock();
      syncing = false;
      syncEnded.signalAll();
      if (checked(outcome) instanceof StateWrite.Written) {
        syncedAppends = covered;
        kept = end;
        file.durable(end);
      }
    }
  }

  private StateWrite checked(StateWrite outcome) {
    if (outcome instanceof StateWrite.Broken(PosixException cause)) {
      LOG.error("{} cannot be written any more: {}", path(), cause.getMessage());
      failure = cause;
    }
    return outcome;
  }

  /// Gives every record from a position on, oldest first.
  ///
  /// @param from [#start], or where the state that the caller already has was taken
  /// @return false if this log knows no such position: then nothing was given
  public boolean replay(LogPosition from, Consumer<? super LogRecord> consumer)
      throws PosixException {
    lock.lock();
    try {
      var end = file.end();
      if (from.generation() != end.generation()
          || from.offset() < file.start().offset()
          || from.offset() > end.offset()) {
        return false;
      }
      if (from.equals(end)) {
        return true;
      }
      try (var reader = file.reader(from.offset(), end.offset())) {
        if (!reader.valid()) {
          return false;
        }
        var records = source(reader, end.offset());
        for (var each = records.next(); each != null; each = records.next()) {
          consumer.accept(each);
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private LogFile.Source source(LogReader reader, long end) {
    return () -> {
      if (reader.at() == end) {
        return null;
      }
      if (!reader.valid()) {
        throw new PosixException("read", path(), Errno.EIO);
      }
      var record = reader.record();
      reader.next();
      return record;
    };
  }

  private static LogFile.Source source(Iterator<? extends LogRecord> records) {
    return () -> records.hasNext() ? records.next() : null;
  }

  /// The position ahead of the first record.
  public LogPosition start() {
    lock.lock();
    try {
      return file.start();
    } finally {
      lock.unlock();
    }
  }

  /// The position behind the last record, if all are durable: the only one that a cache may be
  /// taken at, since after a crash other records could come to stand before any later one.
  public Optional<LogPosition> settled() {
    lock.lock();
    try {
      return file.exists() && failure == null && syncedAppends == appends
          ? Optional.of(file.end())
          : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /// Whether [#compact] would pay.
  ///
  /// @param messages living ones
  /// @param more octets that are needed besides
  public boolean bloated(int messages, long more) {
    lock.lock();
    try {
      long live = LogFormat.HEADER_OCTETS + (long) LIVE_OCTETS_PER_MESSAGE * messages + more;
      long octets = file.end().offset();
      return octets > COMPACT_FROM_OCTETS && octets > 2 * live;
    } finally {
      lock.unlock();
    }
  }

  /// Replaces all records durably by others that say the same: the caller's whole state, with what
  /// it may have appended and not synced. Unless it is broken, it did so or all is as before.
  ///
  /// @param snapshot is asked for one record after the other, so that not all need be in memory
  public StateWrite compact(Iterator<? extends LogRecord> snapshot) {
    lock.lock();
    try {
      awaitQuiet();
      return failure != null ? new StateWrite.Broken(failure) : replace(source(snapshot));
    } finally {
      lock.unlock();
    }
  }

  /// Whether a write or sync has failed, so that nothing works any more before [#recover].
  public boolean failed() {
    lock.lock();
    try {
      return failure != null;
    } finally {
      lock.unlock();
    }
  }

  /// After a failure: writes what was safe into a new file and goes on with that. What was appended
  /// and not synced is forgotten, so the caller must [#replay] everything.
  StateWrite recover() {
    lock.lock();
    try {
      awaitQuiet();
      if (!file.exists()) {
        failure = null;
        return StateWrite.WRITTEN;
      }
      try (var reader = file.reader(file.start().offset(), kept)) {
        return replace(source(reader, kept));
      }
    } finally {
      lock.unlock();
    }
  }

  private StateWrite replace(LogFile.Source records) {
    var outcome = file.replace(records);
    if (outcome instanceof StateWrite.Written) {
      failure = null;
      kept = file.end().offset();
      syncedAppends = ++appends;
    }
    return checked(outcome);
  }

  private void awaitQuiet() {
    while (syncing) {
      syncEnded.awaitUninterruptibly();
    }
  }

  /// Whether the file is still the one that its name stands for. An operator may remove a user's
  /// state while the server runs: then the mailbox begins anew with a new log.
  public boolean stillThere() throws PosixException {
    lock.lock();
    try {
      return file.stillThere();
    } finally {
      lock.unlock();
    }
  }

  /// Path, for the log of the operator.
  public String path() {
    return file.path();
  }

  /// Closes the file. One that failed is recovered first if that is possible, since whoever opens
  /// it next would read from memory what the disk does not hold.
  @Override
  public void close() {
    lock.lock();
    try {
      awaitQuiet();
      if (failure != null) {
        recover();
      }
      file.close();
    } finally {
      lock.unlock();
    }
  }
}
