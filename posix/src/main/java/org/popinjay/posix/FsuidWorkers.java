package org.popinjay.posix;

import static org.popinjay.posix.Native.LIBC;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Switches the identity of a worker thread for the length of one task (`mail.identity: user`).
///
/// A small fixed pool of platform threads takes tasks from a bounded queue. For each it sets
/// supplementary groups, file system group and file system user by the raw system calls, which act
/// on the calling thread alone, makes sure that the kernel really did it (those calls report no
/// error), runs the task, and goes back in the opposite order.
///
/// A new thread inherits the identity of the thread that makes it. Nothing may therefore wake a
/// virtual thread or start a thread while the identity is another's: the answer is handed over
/// after the way back, and a worker whose way back failed lets another one hand it over and ends.
///
/// Classes that a task is the first to use are loaded as the user too, so the program's own files
/// must be readable by everybody.
///
/// Needs CAP_SETUID and CAP_SETGID; [#start] finds out at once.
public final class FsuidWorkers implements UserIdentity {
  private static final int NOBODY = 65534;

  private final int threads;
  private final BlockingQueue<Job<?>> queue;
  private final Identity own;
  private final Set<Integer> ownGroups;
  private final List<Worker> workers = new ArrayList<>();
  private volatile boolean closed;
  private volatile boolean shortHanded;

  private FsuidWorkers(int threads, int queued) {
    this.threads = threads;
    this.queue = new ArrayBlockingQueue<>(queued);
    this.own = Accounts.own();
    this.ownGroups = Set.copyOf(own.groups());
  }

  /// Starts the workers and proves that they can switch.
  ///
  /// @param threads workers, at least 2; the number of cores, at least 4, is a good one
  /// @param queued tasks that may wait for a worker; one more fails with EAGAIN
  /// @throws PosixException EPERM if the process may not switch identities
  public static FsuidWorkers start(int threads, int queued) throws IOException {
    if (threads < 2) {
      throw new IllegalArgumentException("threads: " + threads + " (expected at least 2)");
    }
    var pool = new FsuidWorkers(threads, queued);
    pool.hire();
    try {
      pool.onWorker(new Identity(NOBODY, NOBODY, List.of()), () -> true);
    } catch (IOException refused) {
      pool.close();
      throw refused;
    }
    return pool;
  }

  /// Runs a task as this user.
  ///
  /// If that is who the process is anyway, it runs on the calling thread.
  ///
  /// @throws PosixException EPERM for user 0 or if the kernel did not grant the identity, EAGAIN if
  ///   too many tasks are waiting
  @Override
  public <T extends @Nullable Object> T as(Identity who, Task<T> task) throws IOException {
    if (who.uid() == 0) {
      throw new PosixException("setfsuid", "uid 0", Errno.EPERM);
    }
    if (Thread.currentThread() instanceof Worker) {
      throw new IllegalStateException("a task under an identity asked for another identity");
    }
    return isOwn(who) ? task.run() : onWorker(who, task);
  }

  private boolean isOwn(Identity who) {
    return who.uid() == own.uid()
        && who.gid() == own.gid()
        && ownGroups.equals(Set.copyOf(who.groups()));
  }

  private <T extends @Nullable Object> T onWorker(Identity who, Task<T> task) throws IOException {
    if (shortHanded) {
      hire();
    }
    var job = new Job<>(who, task, Thread.currentThread());
    if (closed || !queue.offer(job)) {
      throw tooLate();
    }
    // Offered behind the back of close(), which takes its last look at the queue after it has set
    // the flag: one of the two takes the job out.
    if (closed && queue.remove(job)) {
      throw tooLate();
    }
    return job.await();
  }

  private PosixException tooLate() {
    var why = closed ? "the workers have ended" : queue.size() + " tasks are waiting";
    return new PosixException("identity", why, Errno.EAGAIN);
  }

  /// Starts what is missing, on the thread of a caller, which is nobody but the process itself.
  private synchronized void hire() {
    while (workers.size() < threads && !closed) {
      var worker = new Worker(workers.size());
      workers.add(worker);
      worker.start();
    }
    shortHanded = false;
  }

  private synchronized void retire(Worker worker) {
    workers.remove(worker);
    shortHanded = true;
  }

  /// Lets the workers finish what was asked for, and ends them.
  @Override
  public void close() {
    List<Worker> leaving;
    synchronized (this) {
      closed = true;
      leaving = List.copyOf(workers);
    }
    leaving.forEach(Thread::interrupt);
    try {
      for (var worker : leaving) {
        worker.join();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    for (Job<?> job; (job = queue.poll()) != null; ) {
      job.fail(tooLate());
      job.wake();
    }
  }

  /// A platform thread that is sometimes somebody else.
  private final class Worker extends Thread {
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment ownGroupList = groupList(own.groups());
    private MemorySegment groups = arena.allocate(64 * 4L, 4);

    Worker(int number) {
      super("identity-" + number);
      setDaemon(true);
    }

    @Override
    public void run() {
      for (Job<?> job; (job = next()) != null; ) {
        if (!job.isFinished() && !serve(job)) {
          leave(job);
          return;
        }
        job.wake();
      }
    }

    /// The next job; null when there is none and none will come.
    private @Nullable Job<?> next() {
      while (!closed) {
        try {
          return queue.take();
        } catch (InterruptedException _) {
          // close() has set the flag first
        }
      }
      return queue.poll();
    }

    /// Ends this thread, which is not itself any more. Another one wakes the caller, except when
    /// all are going.
    private void leave(Job<?> job) {
      retire(this);
      while (!closed) {
        try {
          queue.put(job);
          return;
        } catch (InterruptedException _) {
          // close() has set the flag first
        }
      }
      job.wake();
    }

    /// @return false when this thread could not become itself again
    private boolean serve(Job<?> job) {
      if (!isItself()) {
        job.fail(new PosixException("setfsuid", "thread " + getName(), Errno.EPERM));
        return false;
      }
      try {
        become(job.who);
        job.work();
      } catch (PosixException refused) {
        job.fail(refused);
      } catch (RuntimeException | Error e) {
        job.fail(e);
      }
      return becomeItself();
    }

    private void become(Identity who) throws PosixException {
      if (who.groups().size() * 4L > groups.byteSize()) {
        groups = arena.allocate(who.groups().size() * 4L, 4);
      }
      for (int i = 0; i < who.groups().size(); i++) {
        groups.setAtIndex(ValueLayout.JAVA_INT, i, who.groups().get(i));
      }
      if (!setGroups(who.groups().size(), groups)) {
        throw PosixException.of("setgroups", "for uid " + who.uid(), Native.lastErrno());
      }
      if (!setGroup(who.gid())) {
        throw new PosixException("setfsgid", "gid " + who.gid(), Errno.EPERM);
      }
      if (!setUser(who.uid())) {
        throw new PosixException("setfsuid", "uid " + who.uid(), Errno.EPERM);
      }
    }

    private boolean becomeItself() {
      boolean user = setUser(own.uid());
      boolean group = setGroup(own.gid());
      boolean groups = setGroups(own.groups().size(), ownGroupList);
      return user && group && groups;
    }

    private boolean isItself() {
      return currentUser() == own.uid() && currentGroup() == own.gid();
    }

    private MemorySegment groupList(List<Integer> list) {
      var memory = arena.allocate(Math.max(1, list.size()) * 4L, 4);
      for (int i = 0; i < list.size(); i++) {
        memory.setAtIndex(ValueLayout.JAVA_INT, i, list.get(i));
      }
      return memory;
    }
  }

  private static boolean setGroups(int count, MemorySegment list) {
    return LIBC.syscall(Native.SystemCalls.HERE.setGroups(), count, list.address(), 0) == 0;
  }

  /// setfsuid and setfsgid return the old id whether or not they did anything, so ask afterwards.
  private static boolean setUser(int uid) {
    long _ = LIBC.syscall(Native.SystemCalls.HERE.setFsUid(), Integer.toUnsignedLong(uid), 0, 0);
    return currentUser() == uid;
  }

  private static boolean setGroup(int gid) {
    long _ = LIBC.syscall(Native.SystemCalls.HERE.setFsGid(), Integer.toUnsignedLong(gid), 0, 0);
    return currentGroup() == gid;
  }

  private static int currentUser() {
    return (int) LIBC.syscall(Native.SystemCalls.HERE.setFsUid(), 0xFFFFFFFFL, 0, 0);
  }

  private static int currentGroup() {
    return (int) LIBC.syscall(Native.SystemCalls.HERE.setFsGid(), 0xFFFFFFFFL, 0, 0);
  }

  /// One task, its caller and its outcome.
  private static final class Job<T extends @Nullable Object> {
    private final Identity who;
    private final Task<T> task;
    private final Thread caller;
    private @Nullable Outcome<T> outcome;
    private volatile boolean awake;

    Job(Identity who, Task<T> task, Thread caller) {
      this.who = who;
      this.task = task;
      this.caller = caller;
    }

    boolean isFinished() {
      return outcome != null;
    }

    void work() {
      try {
        outcome = new Outcome.Value<>(task.run());
      } catch (IOException e) {
        fail(e);
      }
    }

    void fail(Throwable failure) {
      outcome = new Outcome.Failure<>(failure);
    }

    void wake() {
      awake = true;
      LockSupport.unpark(caller);
    }

    /// Waits for the outcome, also through an interrupt: a task may have opened a descriptor that
    /// only its caller can close.
    T await() throws IOException {
      boolean interrupted = false;
      while (!awake) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return switch (outcome) {
        case Outcome.Value<T>(T value) -> value;
        case Outcome.Failure<T>(IOException e) -> throw e;
        case Outcome.Failure<T>(RuntimeException e) -> throw e;
        case Outcome.Failure<T>(Error e) -> throw e;
        case Outcome.Failure<T>(Throwable e) -> throw new AssertionError(e);
        case null -> throw new IllegalStateException("woken without an outcome");
      };
    }
  }

  private sealed interface Outcome<T extends @Nullable Object> {
    record Value<T extends @Nullable Object>(T value) implements Outcome<T> {}

    record Failure<T extends @Nullable Object>(Throwable cause) implements Outcome<T> {}
  }
}
