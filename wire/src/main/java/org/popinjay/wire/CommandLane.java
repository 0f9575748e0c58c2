package org.popinjay.wire;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

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
  private final int queuedMax;
  private final ArrayDeque<C> queue = new ArrayDeque<>(4);

  private boolean busy;
  private boolean paused;
  private boolean resuming;

  /// @param loop event loop of the connection
  /// @param threads runs each task on a virtual thread of its own
  /// @param intake where the commands come from
  /// @param queuedMax commands that may wait; at so many the intake is paused
  /// @param work what to do with them
  public CommandLane(EventLoop loop, Executor threads, Intake intake, int queuedMax, Work<C> work) {
    this.loop = loop;
    this.threads = threads;
    this.intake = intake;
    this.queuedMax = queuedMax;
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

  /// Whether the lane's thread is at work.
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
    }
  }

  private void enqueue(C command) {
    synchronized (queue) {
      queue.add(command);
      if (queue.size() < queuedMax || paused) {
        return;
      }
      paused = true;
    }
    intake.pause(Intake.Reason.QUEUE);
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
      command = queue.poll();
      resume = paused && !resuming && queue.size() <= queuedMax / 4;
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
      return next != null && work.immediate(next) ? queue.poll() : null;
    }
  }
}
