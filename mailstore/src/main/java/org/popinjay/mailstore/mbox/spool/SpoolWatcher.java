package org.popinjay.mailstore.mbox.spool;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.StoreWatching;
import org.popinjay.posix.DirectoryWatch;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notices what other programs do to mailboxes that somebody watches, and has them looked at.
///
/// One thread waits for all of them; it opens no spool and takes no lock on one. The system is
/// asked about the folders that the spools are in. Where it cannot tell, as on a network file
/// system, a mailbox is looked at every [#POLL]. Thread-safe.
public final class SpoolWatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolWatcher.class);

  /// How often a mailbox is looked at that nobody tells about.
  static final Duration POLL = Duration.ofSeconds(30);

  private static final int NO_WATCH = 0;

  private final StoreWatching watching;
  private final StoreEvents events;
  private final LongSupplier nanoTime;
  private final DirectoryWatch directories;
  private final Thread thread;
  private final LookSchedule<Watched> schedule = new LookSchedule<>();
  private final Map<Watched, Seat> seats = new HashMap<>();
  private final Map<Integer, Map<String, Set<Watched>>> files = new HashMap<>();
  private final Set<Watched> polled = new HashSet<>();
  private final AtomicBoolean toldOfPolling = new AtomicBoolean();
  private long nextPollNanos;
  private volatile boolean closed;

  /// A mailbox that can be watched.
  public interface Watched {
    /// Name of the user whose mailbox it is.
    String user();

    /// Where its spool lies now.
    SpoolPlace place();

    /// Asks for the changes of a folder, with the rights that this takes.
    ///
    /// @return the number of the watch
    int listen(DirectoryWatch to, String directory) throws IOException;

    /// Takes in what others did and tells those who want to know; waits for nobody.
    StoreResult<Boolean> look();
  }

  /// Where a mailbox is listened for.
  private static final class Seat {
    int watchers;
    int number = NO_WATCH;
    String file = "";
  }

  /// Starts.
  ///
  /// @param events hears how long it took to notice something
  /// @param nanoTime as [System#nanoTime]
  SpoolWatcher(StoreWatching watching, StoreEvents events, LongSupplier nanoTime) {
    this.watching = watching;
    this.events = events;
    this.nanoTime = nanoTime;
    directories = watching.directories();
    nextPollNanos = nanoTime.getAsLong() + POLL.toNanos();
    thread = watching.threads().newThread(this::run);
    thread.start();
  }

  /// One more wants to know of a mailbox. May block on the disk.
  public void begin(Watched mailbox) {
    synchronized (this) {
      var seat = seats.computeIfAbsent(mailbox, _ -> new Seat());
      if (++seat.watchers > 1) {
        return;
      }
    }
    sit(mailbox);
  }

  /// One less wants to know of a mailbox. Never blocks.
  public synchronized void end(Watched mailbox) {
    var seat = seats.get(mailbox);
    if (seat != null && --seat.watchers == 0) {
      seats.remove(mailbox);
      schedule.forget(mailbox);
      polled.remove(mailbox);
      leave(mailbox, seat.number, seat.file);
    }
  }

  /// The spool of a mailbox lies elsewhere now. May block on the disk.
  public void moved(Watched mailbox) {
    synchronized (this) {
      if (!seats.containsKey(mailbox)) {
        return;
      }
    }
    sit(mailbox);
  }

  /// Listens where the spool is. The new folder comes before the old one is left: it may be the
  /// same.
  private void sit(Watched mailbox) {
    var place = mailbox.place();
    int number = listen(mailbox, place.directory());
    synchronized (this) {
      var seat = seats.get(mailbox);
      if (seat == null) {
        return;
      }
      int oldNumber = seat.number;
      var oldFile = seat.file;
      seat.number = number;
      seat.file = place.fileName();
      if (number == NO_WATCH) {
        polled.add(mailbox);
      } else {
        polled.remove(mailbox);
        files
            .computeIfAbsent(number, _ -> new HashMap<>())
            .computeIfAbsent(seat.file, _ -> new HashSet<>())
            .add(mailbox);
      }
      if (oldNumber != number || !oldFile.equals(seat.file)) {
        leave(mailbox, oldNumber, oldFile);
      }
      // What happened before somebody listened was told to nobody.
      schedule.changed(mailbox, nanoTime.getAsLong());
    }
    directories.wake();
  }

  private int listen(Watched mailbox, String directory) {
    try {
      return mailbox.listen(directories, directory);
    } catch (IOException e) {
      if (toldOfPolling.compareAndSet(false, true)) {
        LOG.info(
            "some mailboxes are looked at every {} only, {} first: {}",
            POLL,
            mailbox.place().path(),
            e.getMessage());
      }
      return NO_WATCH;
    }
  }

  private void leave(Watched mailbox, int number, String file) {
    var inFolder = files.get(number);
    if (inFolder == null) {
      return;
    }
    var ofName = inFolder.get(file);
    if (ofName != null && ofName.remove(mailbox) && ofName.isEmpty()) {
      inFolder.remove(file);
    }
    if (inFolder.isEmpty()) {
      files.remove(number);
      directories.remove(number);
    }
  }

  private void run() {
    try {
      while (!closed) {
        var changes = directories.await(idle());
        takeIn(changes);
        lookAt(due());
      }
    } catch (PosixException e) {
      LOG.error("changes of other programs are not noticed any more: {}", e.getMessage());
    }
  }

  private synchronized Duration idle() {
    long now = nanoTime.getAsLong();
    var idle = schedule.idle(now);
    var untilPoll = Duration.ofNanos(Math.max(0, nextPollNanos - now));
    return polled.isEmpty() || idle.compareTo(untilPoll) < 0 ? idle : untilPoll;
  }

  private void takeIn(List<DirectoryWatch.Change> changes) {
    var ended = new ArrayList<Watched>();
    synchronized (this) {
      long now = nanoTime.getAsLong();
      for (var change : changes) {
        switch (change.kind()) {
          case CHANGED -> concerned(change).forEach(mailbox -> schedule.changed(mailbox, now));
          case CLOSED -> concerned(change).forEach(mailbox -> schedule.closed(mailbox, now));
          case OVERFLOW -> seats.keySet().forEach(mailbox -> schedule.changed(mailbox, now));
          case ENDED -> {
            var inFolder = files.remove(change.watch());
            if (inFolder != null) {
              inFolder.values().forEach(ended::addAll);
            }
          }
        }
      }
      if (nextPollNanos - now <= 0) {
        nextPollNanos = now + POLL.toNanos();
        polled.forEach(mailbox -> schedule.changed(mailbox, now));
      }
    }
    // The folder may be there again, or the last one to leave it met the first one to come.
    ended.forEach(mailbox -> execute(mailbox, () -> sit(mailbox)));
  }

  private Set<Watched> concerned(DirectoryWatch.Change change) {
    return files.getOrDefault(change.watch(), Map.of()).getOrDefault(change.name(), Set.of());
  }

  private synchronized List<Watched> due() {
    return schedule.due(nanoTime.getAsLong());
  }

  private void lookAt(List<Watched> due) {
    for (var mailbox : due) {
      execute(mailbox, () -> look(mailbox));
    }
  }

  private void execute(Watched mailbox, Runnable task) {
    try {
      watching.tasks().apply(mailbox.user()).execute(task);
    } catch (RejectedExecutionException _) {
      LOG.debug("the server is stopping");
    }
  }

  private void look(Watched mailbox) {
    boolean busy = false;
    try {
      busy =
          mailbox.look() instanceof StoreResult.Failed<?>(StoreFailure failure)
              && failure instanceof StoreFailure.Busy;
    } finally {
      boolean more;
      synchronized (this) {
        long now = nanoTime.getAsLong();
        schedule.looked(mailbox, busy, now).ifPresent(events::noticed);
        more = schedule.isWanted(mailbox);
      }
      if (more) {
        directories.wake();
      }
    }
  }

  /// Ends the thread; the watch over the folders is closed with it.
  @Override
  public void close() {
    closed = true;
    directories.wake();
    try {
      thread.join();
      directories.close();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
