package org.popinjay.mailstore.mbox.spool;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.popinjay.mailstore.AccountOwner;

/// Locks over the folders of each user, a few shared by all users.
///
/// [#changes] is held during a whole change of a user's tree, [#paths] for writing only while files
/// get other names or go, and for reading wherever a name becomes a file: between the two a name
/// always means what it says. Under [#paths] nothing else is waited for but the disk.
public final class TreeLocks {
  private static final int STRIPES = 64;

  private final ReentrantLock[] changes = new ReentrantLock[STRIPES];
  private final ReentrantReadWriteLock[] paths = new ReentrantReadWriteLock[STRIPES];

  TreeLocks() {
    for (int i = 0; i < STRIPES; i++) {
      changes[i] = new ReentrantLock();
      paths[i] = new ReentrantReadWriteLock();
    }
  }

  /// Keeps changes of a tree apart.
  public ReentrantLock changes(AccountOwner owner) {
    return changes[stripe(owner)];
  }

  /// Keeps names still.
  public ReentrantReadWriteLock paths(AccountOwner owner) {
    return paths[stripe(owner)];
  }

  /// A change of names.
  public interface Change {
    /// Makes it.
    void run() throws IOException;
  }

  /// Changes names while nobody looks at one.
  public void whileNobodyLooks(AccountOwner owner, Change change) throws IOException {
    var lock = paths(owner).writeLock();
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  private static int stripe(AccountOwner owner) {
    return Math.floorMod(owner.name().hashCode(), STRIPES);
  }
}
