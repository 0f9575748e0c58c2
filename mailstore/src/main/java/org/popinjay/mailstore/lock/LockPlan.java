package org.popinjay.mailstore.lock;

import java.time.Duration;
import java.util.List;
import org.popinjay.config.LocksConfig;
import org.popinjay.config.LocksConfig.Kind;
import org.popinjay.config.MboxConfig;

/// Which locks are taken in which order, and what is done about a dotlock in the way.
///
/// @param read kinds taken for [Purpose#READ], first one first
/// @param write kinds taken for [Purpose#WRITE], first one first
/// @param staleAge a dotlock not touched for so long, beside a spool not changed for so long, was
///   left behind by a dead program and is broken
/// @param dotlockRequired whether locking fails where a dotlock cannot be made; else the other
///   kinds have to do
/// @param dotlockPidLocal whether the number in a dotlock is a process of this machine, so that the
///   dotlock of a dead one may be broken at once
/// @param deadServer process number that this server had before it crashed, 0 if there is none: its
///   dotlocks may be broken at once
public record LockPlan(
    List<Kind> read,
    List<Kind> write,
    Duration staleAge,
    boolean dotlockRequired,
    boolean dotlockPidLocal,
    int deadServer) {

  /// Copies the lists.
  public LockPlan {
    read = List.copyOf(read);
    write = List.copyOf(write);
  }

  /// The plan of the settings.
  public static LockPlan of(LocksConfig locks, MboxConfig mbox) {
    return new LockPlan(
        locks.read(),
        locks.write(),
        locks.staleDotlock(),
        mbox.dotlock() == MboxConfig.Dotlock.REQUIRE,
        mbox.dotlockPidLocal(),
        0);
  }

  /// The same, knowing of a server that crashed.
  public LockPlan withDeadServer(int processId) {
    return new LockPlan(read, write, staleAge, dotlockRequired, dotlockPidLocal, processId);
  }

  List<Kind> kinds(Purpose purpose) {
    return switch (purpose) {
      case READ -> read;
      // Whoever may read a file can hold flock's exclusive lock on it.
      case LOOK -> read.stream().filter(Kind.FCNTL::equals).toList();
      case WRITE -> write;
    };
  }
}
