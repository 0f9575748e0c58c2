package org.popinjay.mailstore.mbox.state;

import static org.popinjay.posix.OpenFlags.NON_BLOCKING;
import static org.popinjay.posix.OpenFlags.NO_FOLLOW;
import static org.popinjay.posix.OpenFlags.READ;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.PosixException;

/// Whether a server has taken a state directory, as its lock tells.
///
/// @param process its number, if that could be read
public record RunningServer(boolean runs, OptionalInt process) {
  private static final RunningServer NONE = new RunningServer(false, OptionalInt.empty());
  private static final int DIGITS = 20;

  /// Looks for one. Changes nothing.
  public static RunningServer look(FileCalls files, String state) throws PosixException {
    int descriptor;
    try {
      descriptor = files.open(state + "/.lock", READ | NO_FOLLOW | NON_BLOCKING, 0);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return NONE;
      }
      throw e;
    }
    try {
      // Closing gives a lock that was got back at once.
      return files.tryLock(descriptor, false)
          ? NONE
          : new RunningServer(true, processIn(files, descriptor));
    } finally {
      Replacement.quietly(() -> files.close(descriptor));
    }
  }

  private static OptionalInt processIn(FileCalls files, int descriptor) throws PosixException {
    try (var arena = Arena.ofConfined()) {
      var buffer = arena.allocate(DIGITS).asByteBuffer();
      Replacement.readFully(files, descriptor, buffer, 0);
      var text = StandardCharsets.US_ASCII.decode(buffer.flip()).toString().strip();
      return OptionalInt.of(Integer.parseInt(text));
    } catch (NumberFormatException _) {
      return OptionalInt.empty();
    }
  }
}
