package org.popinjay.mailstore.mailbox;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.Posix;

/// The other programs of a spool: the delivery agent, and one that removes messages.
///
/// Thread-safe in so far as their locks make them.
public final class Mda {
  private static final FileCalls REAL = Posix.files();
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Path spool;

  /// @param spool need not be there yet
  public Mda(Path spool) {
    this.spool = spool;
  }

  private interface Work {
    void run() throws IOException;
  }

  /// Delivers a message from within this process: dotlock, lock on the file, append, sync. Waits as
  /// long as it takes.
  ///
  /// @param message line ends LF; From_ line, quoting and blank line are added
  public void deliver(byte[] message) throws IOException {
    locked(() -> append(Spools.stored(message)));
  }

  /// Adds octets to the spool without any lock, as after a crash of the server nobody holds one.
  public void append(byte[] octets) throws IOException {
    try (var channel =
        FileChannel.open(
            spool,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      channel.write(ByteBuffer.wrap(octets));
      channel.force(true);
    }
  }

  /// Removes a message as a mail reader does that knows nothing of the server: under both locks,
  /// the file written anew from there on and cut.
  ///
  /// @param position 1 for the first message
  public void remove(int position) throws IOException {
    locked(() -> {
      byte[] all = Files.readAllBytes(spool);
      int[] extent = Spools.extents(all).get(position - 1);
      try (var channel = FileChannel.open(spool, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(all, extent[1], all.length - extent[1]), extent[0]);
        channel.truncate(all.length - (extent[1] - extent[0]));
        channel.force(true);
      }
    });
  }

  private void locked(Work work) throws IOException {
    var dotlock = Path.of(spool + ".lock");
    while (!taken(dotlock)) {
      LockSupport.parkNanos(RETRY_NANOS);
    }
    try {
      int flags = OpenFlags.READ_WRITE | OpenFlags.CREATE;
      int descriptor = REAL.open(spool.toString(), flags, 0600);
      try {
        while (!REAL.tryLock(descriptor, true)) {
          LockSupport.parkNanos(RETRY_NANOS);
        }
        work.run();
      } finally {
        REAL.close(descriptor);
      }
    } finally {
      Files.delete(dotlock);
    }
  }

  private static boolean taken(Path dotlock) throws IOException {
    try {
      Files.createFile(dotlock);
      return true;
    } catch (FileAlreadyExistsException _) {
      return false;
    }
  }

  /// What is in the spool; nothing if there is none.
  public byte[] spool() throws IOException {
    try {
      return Files.readAllBytes(spool);
    } catch (NoSuchFileException _) {
      return new byte[0];
    }
  }

  /// Starts a delivery agent in a process of its own, with the locks of such: dotlock, then a
  /// classic fcntl lock that is waited for in the kernel.
  public Agent start() throws IOException {
    return new Agent(spool);
  }

  /// A delivery agent in a process of its own. Used by one thread.
  public static final class Agent implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;

    private Agent(Path spool) throws IOException {
      try (var script = Mda.class.getResourceAsStream("/mailbox/agent.py")) {
        var text = new String(Objects.requireNonNull(script).readAllBytes(), US_ASCII);
        process =
            new ProcessBuilder("python3", "-c", text, spool.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
      }
      answers = new BufferedReader(new InputStreamReader(process.getInputStream(), US_ASCII));
    }

    /// Delivers a message and returns when it is on disk.
    ///
    /// @param message line ends LF; From_ line, quoting and blank line are added
    public void deliver(byte[] message) throws IOException {
      begin(message);
      await();
    }

    /// Hands a message over; [#await] waits until it is on disk.
    public void begin(byte[] message) throws IOException {
      byte[] stored = Spools.stored(message);
      process.getOutputStream().write((stored.length + "\n").getBytes(US_ASCII));
      process.getOutputStream().write(stored);
      process.getOutputStream().flush();
    }

    /// Waits for the message of [#begin].
    public void await() throws IOException {
      var answer = answers.readLine();
      if (!"ok".equals(answer)) {
        throw new IOException("delivery agent: " + answer);
      }
    }

    @Override
    public void close() throws IOException {
      process.getOutputStream().close();
      process.onExit().join();
    }
  }
}
