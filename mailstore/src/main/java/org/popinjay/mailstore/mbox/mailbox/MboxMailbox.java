package org.popinjay.mailstore.mbox.mailbox;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Appended;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.Mailbox;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.lock.Purpose;
import org.popinjay.mailstore.lock.SpoolLock;
import org.popinjay.mailstore.mbox.access.Expunging;
import org.popinjay.mailstore.mbox.access.FlagFlush;
import org.popinjay.mailstore.mbox.access.FlagStore;
import org.popinjay.mailstore.mbox.access.Gate;
import org.popinjay.mailstore.mbox.access.GhostSpill;
import org.popinjay.mailstore.mbox.access.MboxAppender;
import org.popinjay.mailstore.mbox.access.MessageReading;
import org.popinjay.mailstore.mbox.access.Removed;
import org.popinjay.mailstore.mbox.access.SpoolKnowledge;
import org.popinjay.mailstore.mbox.append.NewMessage;
import org.popinjay.mailstore.mbox.disk.StoreFailures;
import org.popinjay.mailstore.mbox.drop.DropRecovery;
import org.popinjay.mailstore.mbox.drop.LeftDrop;
import org.popinjay.mailstore.mbox.drop.LeftMail;
import org.popinjay.mailstore.mbox.drop.PopLock;
import org.popinjay.mailstore.mbox.ledger.Adopted;
import org.popinjay.mailstore.mbox.ledger.LivePicture;
import org.popinjay.mailstore.mbox.ledger.MessageMemory;
import org.popinjay.mailstore.mbox.ledger.OldDrop;
import org.popinjay.mailstore.mbox.ledger.Picture;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolFile;
import org.popinjay.mailstore.mbox.spool.SpoolPlace;
import org.popinjay.mailstore.mbox.spool.SpoolReader;
import org.popinjay.mailstore.mbox.spool.SpoolWatcher;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.posix.DirectoryWatch;
import org.popinjay.posix.Identity;

/// One spool, shared by all sessions that have it open.
///
/// The gate keeps our own threads apart: reading message text takes its read side, whatever may
/// change the picture its write side. The lock chain against other programs is taken inside it, and
/// held only while the spool is read or written.
public final class MboxMailbox implements SpoolWatcher.Watched {
  private final MboxEnvironment environment;
  private final AccountOwner owner;
  private final SpoolFile spool;
  private final LivePicture live = new LivePicture();
  private final SpoolKnowledge known;
  private final SpoolReader reader;
  private final GhostSpill spill;
  private final MboxAppender appender;
  private final PopLock popLock = new PopLock();
  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock(true);
  private final MessageReading reading;
  private volatile boolean retired;

  /// What is left of a picture.
  record Left(int messages, long octets) {}

  MboxMailbox(MboxEnvironment environment, AccountOwner owner, SpoolPlace place) {
    this.environment = environment;
    this.owner = owner;
    spool = new SpoolFile(environment, owner, place);
    known = new SpoolKnowledge(environment, owner, spool, live);
    spill = new GhostSpill(environment);
    reader = new SpoolReader(environment, spool);
    appender = new MboxAppender(environment, owner, spool, known);
    reading = new MessageReading(environment, this::alone, gate.readLock(), spool, known, spill);
  }

  /// Path of the spool, for the log.
  public String path() {
    return spool.path();
  }

  @Override
  public String user() {
    return spool.name().owner();
  }

  @Override
  public SpoolPlace place() {
    return spool.place();
  }

  /// Its file has got another name: [SpoolFile#moveTo].
  void moveTo(SpoolPlace place) {
    spool.moveTo(place);
  }

  /// The board is read by one who was found to have the right to: [SpoolFile#readBy].
  public void readBy(Identity reader) {
    spool.readBy(reader);
  }

  /// Keeps everybody out, and with them every lock on the spool, until [#resume] on the same
  /// thread.
  ///
  /// @return false if that took too long
  public boolean pause(Duration most) throws InterruptedException {
    return gate.writeLock().tryLock(most.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Lets the others in again.
  public void resume() {
    gate.writeLock().unlock();
  }

  /// Does something to the name of the spool while nobody else has it locked.
  public StoreResult<Boolean> exclusively(SpoolKnowledge.LockedWork work) {
    return alone(() -> {
      var failure = known.load();
      return result(failure == null ? known.locked(Purpose.WRITE, work) : failure, true);
    });
  }

  /// The mailbox is no more. What is open of it fails from now on.
  public void retire() {
    gate.writeLock().lock();
    try {
      retired = true;
      spill.clear();
      known.forget();
      spool.close();
      live.change(live::end);
    } finally {
      gate.writeLock().unlock();
    }
    live.tellWatchers();
  }

  /// Does something that may change the picture, while nobody else reads or changes it.
  <T> StoreResult<T> alone(Gate.Work<T> work) {
    boolean changed = false;
    gate.writeLock().lock();
    try {
      long before = live.changes();
      try {
        if (environment.isClosed()) {
          return StoreResult.failed(new StoreFailure.Unavailable("the store is closed"));
        }
        return retired
            ? StoreResult.failed(new StoreFailure.NotFound(path() + " was deleted"))
            : work.run();
      } catch (IOException e) {
        known.forget();
        return StoreResult.failed(StoreFailures.of(e));
      } finally {
        changed = live.changes() != before;
      }
    } finally {
      gate.writeLock().unlock();
      if (changed) {
        live.tellWatchers();
      }
    }
  }

  private static <T> StoreResult<T> result(@Nullable StoreFailure failure, T value) {
    return failure == null ? StoreResult.done(value) : StoreResult.failed(failure);
  }

  /// What sessions see.
  public LivePicture live() {
    return live;
  }

  /// Calls back after changes, as soon as one of other programs is noticed, too.
  Mailbox.Watch watch(Runnable changed) {
    live.watch(changed);
    environment.watcher().ifPresent(watcher -> watcher.begin(this));
    var open = new AtomicBoolean(true);
    return () -> {
      if (open.getAndSet(false)) {
        environment.watcher().ifPresent(watcher -> watcher.end(this));
        live.unwatch(changed);
      }
    };
  }

  @Override
  public int listen(DirectoryWatch to, String directory) throws IOException {
    return spool.listen(to, directory);
  }

  @Override
  public StoreResult<Boolean> look() {
    return alone(() -> result(known.bringUpToDate(Duration.ZERO), true));
  }

  /// The mailbox as it is now.
  public StoreResult<Picture> picture() {
    return alone(() -> {
      var failure = known.bringUpToDate();
      return failure == null ? StoreResult.done(current()) : StoreResult.failed(failure);
    });
  }

  /// The mailbox as it is now, with nothing taken from memory.
  ///
  /// @param clearing runs while nothing of its state is open
  public StoreResult<Picture> reopen(Clearing clearing) {
    return alone(() -> {
      known.forget();
      clearing.run();
      var failure = known.bringUpToDate();
      return failure == null ? StoreResult.done(current()) : StoreResult.failed(failure);
    });
  }

  /// Work on the files of a mailbox's state.
  @FunctionalInterface
  public interface Clearing {
    /// Does it.
    void run() throws IOException;
  }

  /// Takes the first look at it, if there was none, and before that what popper or qpopper left of
  /// it, if there is a spool.
  ///
  /// @param taking whether to take that; if not it is only counted
  public StoreResult<Adopted> adopt(boolean taking) {
    return alone(() -> {
      var failure = known.load();
      if (failure != null) {
        return StoreResult.failed(failure);
      }
      if (!known.ledger().isNew()) {
        return StoreResult.done(
            new Adopted(
                true,
                known.table().count(),
                0,
                false,
                known.ledger().uidValidity().value(),
                Optional.empty(),
                Optional.empty()));
      }
      var left = takeLeft(taking);
      if (spool.look() == null) {
        return StoreResult.done(new Adopted(false, 0, 0, false, 0, Optional.empty(), left));
      }
      failure = known.bringUpToDate();
      return failure == null
          ? StoreResult.done(known.ledger().adopted(known.table().count(), left))
          : StoreResult.failed(failure);
    });
  }

  private Optional<OldDrop> takeLeft(boolean taking) throws IOException {
    if (!LeftDrop.isThere(environment, owner, spool.place())) {
      return Optional.empty();
    }
    var recovery = new DropRecovery(environment, owner, spool, known, appender);
    if (!taking) {
      recovery.count();
      return Optional.of(recovery.found());
    }
    try {
      var _ = recovery.run();
    } catch (IOException _) {
      known.forget();
    }
    return Optional.of(recovery.found());
  }

  /// Whether the spool may be changed.
  StoreResult<Boolean> writable() {
    return alone(() -> StoreResult.done(spool.mayBeWritten()));
  }

  private Picture current() {
    var table = known.table();
    var ledger = known.ledger();
    return new Picture(
        table,
        table.count(),
        ledger.uidValidity(),
        ledger.uidNext(),
        ledger.id(),
        ledger.ids().kept());
  }

  /// Opens the text of a message, after making sure that it is still there.
  ///
  /// @param complete whether to add what it lacked when this program stored it
  StoreResult<MessageContent> content(int uid, boolean complete) {
    return reading.content(uid, complete);
  }

  /// Nobody is to be told of removals any more.
  void dropGhosts() {
    spill.clear();
  }

  /// Changes flags; durable when it returns.
  StoreResult<FlagStore.Marked> flag(
      int[] uids, FlagChange change, @Nullable ModSeq unchangedSince) {
    return alone(() -> {
      var failure = known.bringUpToDate();
      return failure == null
          ? new FlagStore(known, uids).store(change, unchangedSince)
          : StoreResult.failed(failure);
    });
  }

  /// Removes messages and marks others as seen; all of it is durable when it returns.
  ///
  /// @param watching how many pictures there are of whoever removes them
  StoreResult<Removed> remove(int[] uids, int[] seen, int watching) {
    return alone(() -> {
      var failure = known.load();
      if (failure != null) {
        return StoreResult.failed(failure);
      }
      var expunging = new Expunging(environment, spool, known, reader, spill, live);
      failure =
          known.locked(
              Purpose.WRITE,
              (stat, lock) -> {
                var changed = known.rescanWhole(stat);
                if (changed != null) {
                  return changed;
                }
                var _ =
                    new FlagStore(known, ascending(seen))
                        .store(new FlagChange.Add(Flags.of(Flag.SEEN)), null);
                return expunging.run(uids, lock, watching);
              });
      return result(failure, expunging.result());
    });
  }

  private static int[] ascending(int[] uids) {
    var sorted = new long[uids.length];
    Arrays.setAll(sorted, i -> Integer.toUnsignedLong(uids[i]));
    Arrays.sort(sorted);
    return Arrays.stream(sorted).mapToInt(uid -> (int) uid).toArray();
  }

  /// Writes flags that are pending into the spool.
  StoreResult<Boolean> flush() {
    return alone(() -> {
      var failure = known.bringUpToDate();
      if (failure != null) {
        return StoreResult.failed(failure);
      }
      boolean isPending = FlagFlush.isPending(known.table()) || !known.base().isTrue();
      if (!environment.writeFlags() || !isPending) {
        return StoreResult.done(true);
      }
      failure =
          known.locked(
              Purpose.WRITE,
              (stat, lock) -> {
                var changed = known.rescanWhole(stat);
                return changed != null ? changed : flushLocked(lock);
              });
      return result(failure, true);
    });
  }

  private @Nullable StoreFailure flushLocked(SpoolLock lock) throws IOException {
    var stat = spool.stat();
    var table = known.table();
    if (stat.size() != table.end()) {
      return null; // a program that does not lock it writes to it; another time
    }
    var failed = known.base().freshen(table, lock::stillOurs);
    if (failed != null) {
      return failed;
    }
    stat = spool.stat();
    var flush =
        new FlagFlush(
            environment, spool, known, row -> reader.header(table, row), known::keepMailLookingNew);
    return flush.run(stat, lock) instanceof StoreResult.Failed<?>(StoreFailure failure)
        ? failure
        : null;
  }

  /// Appends messages, at least one, all or none; durable when it returns.
  public StoreResult<Appended> append(List<NewMessage> messages) {
    return alone(() -> appender.append(messages));
  }

  /// Appends what somebody else decides on while nobody else uses the mailbox.
  public interface Delivery {
    /// Decides and appends; all that is known of the mailbox outside the spool has been read.
    StoreResult<Integer> run(MboxAppender appender) throws IOException;
  }

  /// Appends what has to be decided on while nobody else uses the mailbox.
  public StoreResult<Integer> deliver(Delivery delivery) {
    return alone(() -> {
      var failure = known.load();
      return failure == null ? delivery.run(appender) : StoreResult.failed(failure);
    });
  }

  /// Takes in what an older server left of the maildrop; costs one call if that is nothing.
  ///
  /// @return fails if such mail waits
  public StoreResult<Boolean> recoverDrop() {
    try {
      if (!LeftDrop.isThere(environment, owner, spool.place())) {
        return StoreResult.done(true);
      }
    } catch (IOException e) {
      return StoreResult.failed(StoreFailures.of(e));
    }
    return alone(
        () -> result(new DropRecovery(environment, owner, spool, known, appender).run(), true));
  }

  /// The mailbox, and what an older server left of it that cannot be taken in now.
  public record Union(Picture picture, LeftMail left) {}

  /// Looks at both at one time.
  public StoreResult<Union> union() {
    return alone(() -> {
      var failure = known.bringUpToDate();
      if (failure != null) {
        return StoreResult.failed(failure);
      }
      var left = new DropRecovery(environment, owner, spool, known, appender).look();
      return left == null
          ? StoreResult.failed(new StoreFailure.Unavailable("it cannot be read where it lies"))
          : StoreResult.done(new Union(current(), left));
    });
  }

  /// Takes the session lock of popper and qpopper, until [#giveBackPopLock].
  public StoreResult<Boolean> takePopLock() {
    try {
      return result(popLock.take(environment, owner, spool.place()), true);
    } catch (IOException e) {
      return StoreResult.failed(StoreFailures.of(e));
    }
  }

  /// One session less needs the session lock of popper and qpopper.
  public void giveBackPopLock() {
    popLock.giveBack();
  }

  /// What was remembered of a message, or null.
  byte @Nullable [] remembered(int uid) {
    var memory = memory();
    return memory == null ? null : memory.files().get(memory.picture().uidValidity(), uid);
  }

  /// Remembers something of a message.
  void remember(int uid, byte[] octets) {
    var memory = memory();
    if (memory != null) {
      memory.files().put(memory.picture(), uid, octets);
    }
  }

  private record Memory(MessageMemory files, Picture picture) {}

  private @Nullable Memory memory() {
    gate.readLock().lock();
    try {
      return known.isLoaded() ? new Memory(known.ledger().memory(), current()) : null;
    } finally {
      gate.readLock().unlock();
    }
  }

  /// Counts the messages of a picture that are there as far as is known; looks at no disk.
  Left left(Picture picture) {
    gate.readLock().lock();
    try {
      var then = picture.table();
      var now = known.table();
      int messages = 0;
      long octets = 0;
      for (int position = 0; position < picture.count(); position++) {
        int row = then.rowAt(position);
        if (now == then || now.rowOf(then.uid(row)) >= 0) {
          messages++;
          octets += then.completeOctets(row);
        }
      }
      return new Left(messages, octets);
    } finally {
      gate.readLock().unlock();
    }
  }

  /// Octets that its table takes in memory.
  long memoryOctets() {
    return (long) known.table().count() * MessageTable.OCTETS_PER_MESSAGE;
  }

  /// Saves what would be slow to find out again and lets go of both files.
  void release() {
    gate.writeLock().lock();
    try {
      known.saveIndex();
      known.close();
      appender.release();
      spill.clear();
      spool.close();
    } finally {
      gate.writeLock().unlock();
    }
  }
}
