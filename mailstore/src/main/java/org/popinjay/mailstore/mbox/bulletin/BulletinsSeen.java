package org.popinjay.mailstore.mbox.bulletin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.popinjay.posix.OpenFlags.NON_BLOCKING;
import static org.popinjay.posix.OpenFlags.NO_FOLLOW;
import static org.popinjay.posix.OpenFlags.READ;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.BitSet;
import java.util.StringTokenizer;
import java.util.concurrent.locks.ReentrantLock;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.mailstore.mbox.state.BulletinReceipt;
import org.popinjay.mailstore.mbox.state.UserState;
import org.popinjay.posix.Errno;
import org.popinjay.posix.PosixException;

/// Which bulletins of the shared mailbox a user has read: a line with the UIDVALIDITY and the UIDs,
/// in his folder of the state directory. Thread-safe with all others of the same lock.
final class BulletinsSeen {
  private static final String NAME = "bulletins.seen";
  private static final int MOST_OCTETS = 1 << 20;

  private final UserState folder;
  private final UidValidity uidValidity;
  private final ReentrantLock lock;

  /// @param lock shared by all that may write this user's
  BulletinsSeen(UserState folder, UidValidity uidValidity, ReentrantLock lock) {
    this.folder = folder;
    this.uidValidity = uidValidity;
    this.lock = lock;
  }

  /// UIDs of those that he has read.
  BitSet read() throws IOException {
    var seen = new BitSet();
    var words = new StringTokenizer(contents());
    try {
      if (words.hasMoreTokens() && Long.parseLong(words.nextToken()) == uidValidity.value()) {
        while (words.hasMoreTokens()) {
          seen.set(Integer.parseInt(words.nextToken()));
        }
      }
    } catch (NumberFormatException | IndexOutOfBoundsException _) {
      return seen; // what is damaged counts as unread
    }
    return seen;
  }

  /// A change of them.
  interface Change {
    void apply(BitSet seen);
  }

  /// Changes them, durably.
  ///
  /// @param there UIDs that are still there; others are forgotten
  BitSet change(Change change, BitSet there) throws IOException {
    lock.lock();
    try {
      var before = read();
      var after = (BitSet) before.clone();
      change.apply(after);
      after.and(there);
      if (!after.equals(before)) {
        var line = new StringBuilder().append(uidValidity.value());
        after.stream().forEach(uid -> line.append(' ').append(uid));
        folder.make();
        BulletinReceipt.writeLine(folder, NAME, line.append('\n').toString());
      }
      return after;
    } finally {
      lock.unlock();
    }
  }

  private String contents() throws IOException {
    var files = folder.files();
    int descriptor;
    try {
      descriptor = files.open(folder.file(NAME), READ | NO_FOLLOW | NON_BLOCKING, 0);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return "";
      }
      throw e;
    }
    try (var arena = Arena.ofConfined()) {
      var into =
          arena.allocate(Math.clamp(files.stat(descriptor).size(), 1, MOST_OCTETS)).asByteBuffer();
      Replacement.readFully(files, descriptor, into, 0);
      return US_ASCII.decode(into.flip()).toString();
    } finally {
      files.close(descriptor);
    }
  }
}
