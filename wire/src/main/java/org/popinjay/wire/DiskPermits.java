package org.popinjay.wire;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Who may work on disk: so many lanes at once, and so few of them in the name of one user.
///
/// Virtual threads make waiting free; they do not make disks faster, and one that waits for a disk
/// keeps a thread of the platform. So each call that touches a disk is made in a [Turn], and a disk
/// that does not answer keeps the turns of its own user and nobody else's.
///
/// A user's lanes wait in a line of their own, first come first served, and hold no permit while
/// they do. The line is as long as the user has lanes, which `limits.connectionsPerUser` bounds. A
/// turn is taken for one call and given back behind it; nobody who has one waits for a client, a
/// lock or another turn, and so no order of locks can make turns wait for each other.
///
/// What runs on no lane (the start, certificates, an event loop) waits for no turn.
public final class DiskPermits {
  private static final Turn FREE = () -> {};

  private final Semaphore permits;
  private final int perUser;
  private final ConcurrentHashMap<String, Line> lines = new ConcurrentHashMap<>();

  /// Leave for one call. Belongs to the thread that took it.
  public interface Turn extends AutoCloseable {
    /// Gives it back.
    @Override
    void close();
  }

  /// Where the lanes of one user wait.
  ///
  /// @param users tasks that have it, so that it can be forgotten behind the last
  record Line(Semaphore turns, int users) {}

  /// @param permits how many at once
  /// @param perUser how many of them for one user
  public DiskPermits(int permits, int perUser) {
    this.permits = new Semaphore(permits, true);
    this.perUser = perUser;
  }

  /// A lane on which a user's calls wait for their turn.
  ///
  /// @param threads runs each task on a virtual thread of its own
  public DiskLane lane(String user, Executor threads) {
    return new DiskLane(this, user, threads);
  }

  /// Waits for the turn of the lane that this thread is on; if it has one already, that is it.
  public static Turn take() {
    var lane = lane();
    if (lane == null) {
      return FREE;
    }
    lane.take();
    return lane;
  }

  /// As [#take], for a call that only reads.
  ///
  /// @throws InterruptedException when nobody wants to know any more: [DiskLane#abandon]
  public static Turn takeToRead() throws InterruptedException {
    var lane = lane();
    if (lane == null) {
      return FREE;
    }
    lane.takeToRead();
    return lane;
  }

  private static @Nullable DiskLane lane() {
    return DiskLane.CURRENT.isBound() ? DiskLane.CURRENT.get() : null;
  }

  Semaphore permits() {
    return permits;
  }

  Semaphore enter(String user) {
    return lines.compute(
            user,
            (_, line) ->
                line == null
                    ? new Line(new Semaphore(perUser, true), 1)
                    : new Line(line.turns, line.users + 1))
        .turns;
  }

  void leave(String user) {
    lines.computeIfPresent(
        user, (_, line) -> line.users == 1 ? null : new Line(line.turns, line.users - 1));
  }

  /// Permits that are not in use, for a metric.
  public int available() {
    return permits.availablePermits();
  }

  /// Lanes of a user that wait for a turn.
  int waiting(String user) {
    var line = lines.get(user);
    return line == null ? 0 : line.turns.getQueueLength();
  }
}
