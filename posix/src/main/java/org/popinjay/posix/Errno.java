package org.popinjay.posix;

import java.util.Arrays;

/// The error numbers that this program tells apart; every other one is [#OTHER].
public enum Errno {
  /// No such file or directory.
  ENOENT("no such file or directory"),
  /// The name exists.
  EEXIST("file exists"),
  /// Permission denied.
  EACCES("permission denied"),
  /// Operation not permitted.
  EPERM("operation not permitted"),
  /// A symbolic link where none is followed.
  ELOOP("symbolic link not followed"),
  /// A component is no directory.
  ENOTDIR("not a directory"),
  /// A directory where a file was expected.
  EISDIR("is a directory"),
  /// The directory is not empty.
  ENOTEMPTY("directory not empty"),
  /// No space left.
  ENOSPC("no space left on device"),
  /// The user's quota is used up.
  EDQUOT("disk quota exceeded"),
  /// The file would become too large.
  EFBIG("file too large"),
  /// The device failed.
  EIO("input/output error"),
  /// The file system is mounted read-only.
  EROFS("read-only file system"),
  /// Somebody holds a conflicting lock.
  EAGAIN("resource temporarily unavailable"),
  /// Too many open files in this process.
  EMFILE("too many open files"),
  /// Too many open files on this machine.
  ENFILE("too many open files in system"),
  /// A bad argument.
  EINVAL("invalid argument"),
  /// The file system cannot do that.
  EOPNOTSUPP("operation not supported"),
  /// A descriptor that is not open.
  EBADF("bad file descriptor"),
  /// A descriptor that is no socket.
  ENOTSOCK("not a socket"),
  /// Interrupted.
  EINTR("interrupted"),
  /// Stale handle of a network file system.
  ESTALE("stale file handle"),
  /// A name or a path is too long.
  ENAMETOOLONG("name too long"),
  /// The two names lie on different file systems.
  EXDEV("different file systems"),
  /// A file can have no more names.
  EMLINK("too many links"),
  /// No such device, or a socket opened as a file.
  ENXIO("no such device or address"),
  /// No such process.
  ESRCH("no such process"),
  /// Not enough room for the answer.
  ERANGE("result too large"),
  /// Out of memory.
  ENOMEM("out of memory"),
  /// The kernel does not know this call.
  ENOSYS("function not implemented"),
  /// Any other.
  OTHER("unclassified error");

  private static final Errno[] BY_NUMBER = byNumber();

  private final String meaning;

  Errno(String meaning) {
    this.meaning = meaning;
  }

  /// The meaning in words.
  public String meaning() {
    return meaning;
  }

  /// The constant of a number, which differs by CPU; [#OTHER] for one that has none here.
  static Errno of(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : OTHER;
  }

  private static Errno[] byNumber() {
    var table = new Errno[4096];
    Arrays.fill(table, OTHER);
    for (var errno : values()) {
      if (errno != OTHER) {
        table[jnr.constants.platform.Errno.valueOf(errno.name()).intValue()] = errno;
      }
    }
    return table;
  }
}
