package org.popinjay.mailstore.mbox.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.MailboxId;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.state.Chronicle;
import org.popinjay.mailstore.mbox.text.MessageTable;

/// What all sessions see of one mailbox: its messages as they are now, what changed lately, and
/// messages that are gone and that some session was not told of yet.
///
/// A lock of its own, never held while the disk works, lets sessions look at it at any time.
/// Whoever changes it holds the gate of the mailbox, too, and has made the change durable before,
/// so that nobody is told what a crash could take back. A change and its mod-sequence appear in one
/// step.
public final class LivePicture {
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
  private MessageTable table = new MessageTable(0);
  private MessageTable ghosts = new MessageTable(0);
  private Chronicle chronicle = new Chronicle();
  private @Nullable UidValidity uidValidity;
  private MailboxId id = new MailboxId("none");
  private long uidNext = 1;
  private final List<Viewer> viewers = new ArrayList<>();
  private long lastGhost;
  private long changes;

  /// A session's picture.
  public interface Viewer {
    /// Removals up to this mod-sequence are told.
    long removalsTold();
  }

  /// Looks at it; all other methods are for whoever is in here.
  public <T> T locked(Supplier<T> look) {
    lock.lock();
    try {
      return look.get();
    } finally {
      lock.unlock();
    }
  }

  /// Changes it.
  public void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changes++;
    } finally {
      lock.unlock();
    }
  }

  /// Counts changes.
  public long changes() {
    return locked(() -> changes);
  }

  /// The messages; grows and gets other flags inside [#change] only.
  public MessageTable table() {
    return table;
  }

  /// When what happened.
  public Chronicle chronicle() {
    return chronicle;
  }

  /// What UIDs are relative to; null while nothing is known, and when the mailbox is no more.
  public @Nullable UidValidity uidValidity() {
    return uidValidity;
  }

  /// The mailbox's name for good.
  MailboxId id() {
    return id;
  }

  /// The next UID to be given.
  public long uidNext() {
    return uidNext;
  }

  /// The last change.
  ModSeq highest() {
    return new ModSeq(chronicle.highest());
  }

  /// Shows another table, or the same with more rows; inside [#change].
  public void show(MessageTable next, MailboxLedger ledger) {
    if (!ledger.uidValidity().equals(uidValidity)) {
      ghosts = new MessageTable(0);
      lastGhost = 0;
    } else if (next != table && !viewers.isEmpty()) {
      keepGhosts(next, ledger.chronicle().highest());
    }
    table = next;
    chronicle = ledger.chronicle();
    uidValidity = ledger.uidValidity();
    uidNext = ledger.uidNext();
    id = ledger.id();
  }

  /// The mailbox is no more; inside [#change].
  public void end() {
    uidValidity = null;
  }

  private void keepGhosts(MessageTable next, long now) {
    int there = 0;
    boolean more = false;
    for (int position = 0; position < table.count(); position++) {
      int row = table.rowAt(position);
      int uid = table.uid(row);
      while (there < next.count()
          && Integer.compareUnsigned(next.uid(next.rowAt(there)), uid) < 0) {
        there++;
      }
      if (there == next.count() || next.uid(next.rowAt(there)) != uid) {
        ghosts.addCopy(table, row);
        more = true;
      }
    }
    if (more) {
      ghosts.orderByUid();
      lastGhost = now;
    }
  }

  /// The table of gone messages that a UID stands in, or the living; row numbers are of that.
  public MessageTable tableOf(int uid) {
    return table.rowOf(uid) >= 0 ? table : ghosts;
  }

  /// One more session looks at it.
  public void opened(Viewer viewer) {
    viewers.add(viewer);
  }

  /// One less does.
  public void closed(Viewer viewer) {
    viewers.remove(viewer);
  }

  /// How many look at it.
  public int views() {
    return viewers.size();
  }

  /// Forgets the ghosts if all sessions were told of them; whether there are none any more.
  public boolean exorcise() {
    for (var viewer : viewers) {
      if (viewer.removalsTold() < lastGhost) {
        return false;
      }
    }
    ghosts = new MessageTable(0);
    return true;
  }

  /// Calls back after changes.
  public void watch(Runnable watcher) {
    watchers.add(watcher);
  }

  /// Stops that.
  public void unwatch(Runnable watcher) {
    watchers.remove(watcher);
  }

  /// Calls all who watch; outside of all locks.
  public void tellWatchers() {
    watchers.forEach(Runnable::run);
  }
}
