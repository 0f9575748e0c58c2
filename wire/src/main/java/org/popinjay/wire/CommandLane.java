package org.popinjay.wire;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.LimitsConfig;
import org.popinjay.wire.SessionEvents.Limit;

/// A session's commands, one after the other and in order.
///
/// What needs only memory is done right on the event loop while the lane is idle; everything else,
/// and whatever comes behind it, on a virtual thread that exists only while there is work. The
/// thread takes one command after the other; when there is none left it gives the session back to
/// the event loop, behind everything it has written.
///
/// Methods are for the event loop of the connection.
///
/// @param <C> commands
public final class CommandLane<C> {

  /// What a session does with its commands.
  ///
  /// @param <C> commands
  public interface Work<C> {

    /// Whether a command needs only memory, and little time. On the event loop.
    boolean immediate(C command);

    /// Octets that a command takes up while it waits.
    default int octets(C command) {
      return 0;
    }

    /// Octets that the connection holds besides its commands that wait. On the event loop.
    default long octetsBesides() {
      return 0;
    }

    /// So much waits that the intake is paused. On the event loop.
    default void full(Limit limit) {}

    /// Carries a command out: on the event loop when it is [#immediate], else on the lane's thread.
    void perform(C command);

    /// Something went wrong that nobody foresaw. On the thread of [#perform].
    void failed(Throwable fault);

    /// The thread has nothing more to do. On the event loop, behind all its writes; what it left in
    /// the session is visible.
    void idle();
  }

  private final EventLoop loop;
  private final Executor threads;
  private final Intake intake;
  private final Work<C> work;
  private final Room room;
  private final ArrayDeque<C> queue = new ArrayDeque<>(4);

  /// Octets of the queue.
  private long octets;

  private volatile boolean busy;
  private boolean paused;
  private boolean resuming;

  /// How much may wait; at so much the intake is paused, until a quarter of it is left.
  ///
  /// @param commands how many
  /// @param octets theirs, and all else that the connection holds
  public record Room(int commands, long octets) {

    /// As set.
    public static Room of(LimitsConfig limits) {
      return new Room(limits.queuedCommands(), limits.connectionOctets().octets());
    }
  }

  /// @param loop event loop of the connection
  /// @param threads runs each task on a virtual thread of its own
  /// @param intake where the commands come from
  /// @param room for commands that wait
  /// @param work what to do with them
  public CommandLane(EventLoop loop, Executor threads, Intake intake, Room room, Work<C> work) {
    this.loop = loop;
    this.threads = threads;
    this.intake = intake;
    this.room = room;
    this.work = work;
  }

  /// Carries out a command as soon as those before it are done.
  public void submit(C command) {
    if (busy) {
      enqueue(command);
    } else if (work.immediate(command)) {
      perform(command);
    } else {
      enqueue(command);
      start();
    }
  }

  /// Whether the lane's thread is at work. From any thread.
  public boolean busy() {
    return busy;
  }

  /// Commands that wait.
  public int queued() {
    synchronized (queue) {
      return queue.size();
    }
  }

  /// Forgets the commands that were not begun.
  public void forget() {
    synchronized (queue) {
      queue.clear();
      octets = 0;
    }
  }

  /// Looks whether there is room for more. To be called when the connection may hold more than
  /// before; what it holds besides commands never stops it while none wait, since nothing would set
  /// it going again.
  public void weigh() {
    long besides = work.octetsBesides();
    Limit limit;
    synchronized (queue) {
      boolean heavy = octets + besides >= room.octets();
      if (paused || queue.isEmpty() || !(heavy || queue.size() >= room.commands())) {
        return;
      }
      paused = true;
      limit = heavy ? Limit.CONNECTION_OCTETS : Limit.QUEUED_COMMANDS;
    }
    intake.pause(Intake.Reason.QUEUE);
    work.full(limit);
  }

  private void enqueue(C command) {
    synchronized (queue) {
      queue.add(command);
      octets += work.octets(command);
    }
    weigh();
  }

  private @Nullable C poll() {
    var command = queue.poll();
    octets -= command == null ? 0 : work.octets(command);
    return command;
  }

  private void start() {
    busy = true;
    threads.execute(this::run);
  }

  private void run() {
    for (C command = take(); command != null; command = take()) {
      perform(command);
    }
    try {
      loop.execute(this::settle);
    } catch (RejectedExecutionException _) {
      // The server is gone, and the connection with it; there is nobody to give the session to.
    }
  }

  private @Nullable C take() {
    boolean resume;
    C command;
    synchronized (queue) {
      command = poll();
      resume =
          paused && !resuming && queue.size() <= room.commands() / 4 && octets <= room.octets() / 4;
      resuming |= resume;
    }
    if (resume) {
      loop.execute(this::resume);
    }
    return command;
  }

  private void perform(C command) {
    try {
      work.perform(command);
    } catch (RuntimeException | Error fault) {
      work.failed(fault);
    }
  }

  private void resume() {
    synchronized (queue) {
      paused = false;
      resuming = false;
    }
    intake.resume(Intake.Reason.QUEUE);
  }

  /// Takes the session back, unless commands came while the thread was on its way out.
  private void settle() {
    for (C next = nextImmediate(); next != null; next = nextImmediate()) {
      perform(next);
    }
    if (queued() > 0) {
      start();
      return;
    }
    busy = false;
    work.idle();
    resume();
  }

  /// The next command, if it is one for the event loop.
  private @Nullable C nextImmediate() {
    synchronized (queue) {
      var next = queue.peek();
      return next != null && work.immediate(next) ? poll() : null;
    }
  }
}
