package org.popinjay.mailstore.bulletin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.popinjay.posix.OpenFlags.CREATE;
import static org.popinjay.posix.OpenFlags.DIRECTORY;
import static org.popinjay.posix.OpenFlags.EXCLUSIVE;
import static org.popinjay.posix.OpenFlags.NON_BLOCKING;
import static org.popinjay.posix.OpenFlags.NO_FOLLOW;
import static org.popinjay.posix.OpenFlags.READ;
import static org.popinjay.posix.OpenFlags.READ_WRITE;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.PosixException;

/// `.popbull` in the home of a user, which qpopper reads and writes, too: one line with the number
/// of the last bulletin.
///
/// The home is the user's, who may put anything there: the file is opened from the folder down, no
/// link is followed, and what is no plain file of his own is not looked at. To be called with the
/// rights of the user. Not for two threads at a time.
public final class PopbullFile {
  private static final String NAME = ".popbull";
  private static final String NEW = ".popbull.new";
  private static final int MOST_OCTETS = 64;

  private final FileCalls files;
  private final @Nullable String home;
  private final int uid;

  /// @param home null if the user has none
  /// @param uid whose it must be
  public PopbullFile(FileCalls files, @Nullable String home, int uid) {
    this.files = files;
    this.home = home;
    this.uid = uid;
  }

  /// What it says.
  public LastBulletin read() throws PosixException {
    if (home == null) {
      return new LastBulletin.Refused("the user has no home");
    }
    int directory;
    try {
      directory = files.open(home, READ | DIRECTORY, 0);
    } catch (PosixException e) {
      return notOpened(home, e);
    }
    try {
      return read(directory);
    } finally {
      files.close(directory);
    }
  }

  private LastBulletin read(int directory) throws PosixException {
    int descriptor;
    try {
      descriptor = files.openAt(directory, NAME, READ | NO_FOLLOW | NON_BLOCKING, 0);
    } catch (PosixException e) {
      return e.errno() == Errno.ENOENT
          ? new LastBulletin.Unknown()
          : notOpened(home + "/" + NAME, e);
    }
    try {
      var stat = files.stat(descriptor);
      if (stat.type() != FileStat.Type.REGULAR || stat.uid() != uid || stat.links() != 1) {
        return new LastBulletin.Refused(
            "%s/%s is not a plain file of the user's with one name (%s, uid %s, %d links)"
                .formatted(
                    home, NAME, stat.type(), Integer.toUnsignedString(stat.uid()), stat.links()));
      }
      return stat.size() > MOST_OCTETS
          ? new LastBulletin.Garbled("has " + stat.size() + " octets")
          : LastBulletin.parse(text(descriptor));
    } finally {
      files.close(descriptor);
    }
  }

  private LastBulletin notOpened(@Nullable String path, PosixException e) throws PosixException {
    return switch (e.errno()) {
      case ENOENT, ENOTDIR, ELOOP, ENXIO, EACCES, EPERM, EISDIR ->
          new LastBulletin.Refused(path + " cannot be opened: " + e.errno());
      default -> throw e;
    };
  }

  private String text(int descriptor) throws PosixException {
    try (var arena = Arena.ofConfined()) {
      var into = arena.allocate(MOST_OCTETS).asByteBuffer();
      int count = 1;
      for (long at = 0; count > 0 && into.hasRemaining(); at += count) {
        count = files.read(descriptor, into, at);
      }
      var octets = new byte[into.position()];
      into.flip().get(octets);
      return new String(octets, ISO_8859_1);
    }
  }

  /// Has it say another number, durably; the old or the new file is there whatever happens.
  public void write(int number) throws PosixException {
    if (home == null) {
      throw new PosixException("open", "home", Errno.ENOENT);
    }
    int directory = files.open(home, READ | DIRECTORY, 0);
    try {
      int descriptor = make(directory);
      try (var arena = Arena.ofConfined()) {
        var octets = LastBulletin.print(number).getBytes(US_ASCII);
        var from = arena.allocate(octets.length).asByteBuffer().put(octets).flip();
        for (long at = 0; from.hasRemaining(); ) {
          at += files.write(descriptor, from, at);
        }
        files.sync(descriptor);
      } finally {
        files.close(descriptor);
      }
      files.renameAt(directory, NEW, directory, NAME, true);
      files.sync(directory);
    } finally {
      files.close(directory);
    }
  }

  private int make(int directory) throws PosixException {
    int flags = READ_WRITE | CREATE | EXCLUSIVE | NO_FOLLOW;
    try {
      return files.openAt(directory, NEW, flags, 0600);
    } catch (PosixException e) {
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
      // Left by a crash, or put there: either way it goes.
      files.unlinkAt(directory, NEW);
      return files.openAt(directory, NEW, flags, 0600);
    }
  }
}
