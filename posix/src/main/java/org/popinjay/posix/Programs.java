package org.popinjay.posix;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Starts other programs, which get none of the capabilities of this process.
///
/// A server that is not root has its capabilities in the ambient set (systemd's
/// `AmbientCapabilities`), and that set outlives execve(2), with or without `NoNewPrivileges`
/// (capabilities(7)). It belongs to a kernel thread, and a new process has that of the thread it
/// was forked by, so it is this thread that has to give it up. What the threads of this process may
/// do themselves is not touched.
public final class Programs {
  private static final int PR_CAP_AMBIENT = 47;
  private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;

  private Programs() {}

  /// Starts a program on a thread made for that, and waits for it to be started, also through an
  /// interrupt.
  ///
  /// @throws IOException if it cannot be started
  public static Process start(ProcessBuilder program) throws IOException {
    var start =
        new FutureTask<>(() -> {
          withholdCapabilities();
          return program.start();
        });
    Thread.ofPlatform().name("program").daemon().start(start);
    boolean interrupted = false;
    while (true) {
      try {
        return start.get();
      } catch (InterruptedException _) {
        interrupted = true;
      } catch (ExecutionException e) {
        throw e.getCause() instanceof IOException refused ? refused : new IOException(e.getCause());
      } finally {
        if (interrupted && start.isDone()) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  /// Has the programs that are started on this kernel thread from now on get no capability.
  static void withholdCapabilities() throws PosixException {
    if (Native.LIBC.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) {
      throw PosixException.of("prctl", "PR_CAP_AMBIENT_CLEAR_ALL", Native.lastErrno());
    }
  }
}
