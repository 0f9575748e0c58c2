package org.popinjay.posix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Starts other programs, which get none of the capabilities of this process.
///
/// A server that is not root has its capabilities in the ambient set (systemd's
/// `AmbientCapabilities`), and that set outlives execve(2), with or without `NoNewPrivileges`
/// (capabilities(7)). It belongs to a kernel thread, and a new process has that of the thread it
/// was forked by, so it is this thread that has to give it up. What the threads of this process may
/// do themselves is not touched.
///
/// A program for a user is started by setpriv(1), which becomes the user and gives up the
/// capabilities that it needed for that. No thread of ours can do so instead: the user could send
/// signals to a thread that has his uid, and with it to this whole process.
public final class Programs {
  private static final int PR_CAP_AMBIENT = 47;
  private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;
  private static final int CLONE_FS = 0x200;
  private static final int OWNER_ALONE = 0077;

  /// Becomes a user (util-linux).
  private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

  /// Ends what takes too long (coreutils). It does so as the user, which a server that is not root
  /// could not do itself.
  private static final Path TIMEOUT = Path.of("/usr/bin/timeout");

  private static final Duration PROOF_MAX = Duration.ofSeconds(10);

  private Programs() {}

  /// Starts a program on a thread made for that, and waits for it to be started, also through an
  /// interrupt.
  ///
  /// @throws IOException if it cannot be started
  public static Process start(ProcessBuilder program) throws IOException {
    return onOwnThread(() -> {
      withholdCapabilities();
      return program.start();
    });
  }

  /// Starts a program as a user: with his uid, gid and groups and no others, without capabilities,
  /// with umask 077. It may gain rights by its file's set-id bits, as those of users may.
  ///
  /// Its status is 127 where it could not become the user or is not there, 126 where it cannot be
  /// run, and that of a killed program where it took too long.
  ///
  /// @param timeMax how long it and what it starts in its process group may take, in whole seconds
  /// @throws IOException if it cannot be started, and for user 0
  public static Process startAs(Identity who, Duration timeMax, ProcessBuilder program)
      throws IOException {
    if (who.uid() == 0) {
      throw new PosixException("setpriv", "uid 0", Errno.EPERM);
    }
    program.command(commandAs(who, timeMax, program.command()));
    return onOwnThread(() -> {
      narrowUmask();
      return program.start();
    });
  }

  /// The programs without which none can be started as a user, as far as they are missing.
  public static List<Path> missingForUsers() {
    return List.of(SETPRIV, TIMEOUT).stream().filter(it -> !Files.isExecutable(it)).toList();
  }

  /// Starts a program as nobody, to find out whether this process may start any as a user.
  ///
  /// @throws IOException if it may not
  public static void proveStartAs() throws IOException {
    var builder =
        new ProcessBuilder(SETPRIV.toString(), "--version")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectErrorStream(true);
    builder.environment().clear();
    var process = startAs(Identity.NOBODY, PROOF_MAX, builder);
    process.getOutputStream().close();
    try {
      if (!process.waitFor(2 * PROOF_MAX.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException(SETPRIV + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    if (process.exitValue() != 0) {
      throw new IOException(SETPRIV + " ended with status " + process.exitValue());
    }
  }

  /// Numbers have a sign, so that setpriv does not take them for the name of somebody else.
  private static List<String> commandAs(Identity who, Duration timeMax, List<String> program) {
    var command = new ArrayList<String>();
    command.add(SETPRIV.toString());
    command.add("--reuid=" + id(who.uid()));
    command.add("--regid=" + id(who.gid()));
    command.add(
        who.groups().isEmpty()
            ? "--clear-groups"
            : who.groups().stream()
                .map(Programs::id)
                .collect(Collectors.joining(",", "--groups=", "")));
    command.add("--inh-caps=-all");
    command.add("--ambient-caps=-all");
    command.addAll(
        List.of(
            TIMEOUT.toString(), "-s", "KILL", String.valueOf(Math.max(1, timeMax.toSeconds()))));
    command.addAll(program);
    return command;
  }

  private static String id(int number) {
    return '+' + Integer.toUnsignedString(number);
  }

  /// What starts a program, on a thread that only its program has anything from.
  private interface Start {
    Process now() throws IOException;
  }

  private static Process onOwnThread(Start program) throws IOException {
    var start = new FutureTask<>(program::now);
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

  /// Gives this kernel thread a umask of its own, which the programs that it starts inherit.
  private static void narrowUmask() throws PosixException {
    if (Native.LIBC.unshare(CLONE_FS) != 0) {
      throw PosixException.of("unshare", "CLONE_FS", Native.lastErrno());
    }
    int _ = Native.LIBC.umask(OWNER_ALONE);
  }
}
