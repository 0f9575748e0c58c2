package org.popinjay.mailstore.mbox.state;

import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folder of one user's state below the state directory. It belongs to the server, mode 0700.
///
/// An operator may remove it at any time; what is written next makes it again.
///
/// @param parent the state directory
/// @param user the name, checked to be one path component
/// @param serverUid whose it must be
public record UserState(FileCalls files, String parent, String user, int serverUid) {
  private static final Logger LOG = LoggerFactory.getLogger(UserState.class);

  /// Path of the folder.
  public String path() {
    return parent + "/" + user;
  }

  /// Path of a file in it.
  public String file(String name) {
    return path() + "/" + name;
  }

  /// Makes the folder if it is missing, checks that it is the server's own, and makes its name
  /// durable, also that of one which was left by a process that died before it could do so.
  ///
  /// @throws PosixException with `ELOOP` for a symbolic link, `ENOTDIR` for another file, `EPERM`
  ///   for a folder that others own or may write to
  public void make() throws PosixException {
    if (!exists()) {
      try {
        files.makeDirectory(path(), 0700);
      } catch (PosixException e) {
        if (e.errno() != Errno.EEXIST) {
          throw e;
        }
        check();
      }
    }
    Replacement.syncDirectory(files, parent);
  }

  /// Checks the folder like [#make] without making it.
  ///
  /// @return false if there is none
  public boolean exists() throws PosixException {
    try {
      check();
      return true;
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw e;
    }
  }

  /// Removes what is kept of a mailbox that is no more.
  ///
  /// @param mailboxId names its files; what cannot be removed now is in nobody's way
  public void removeAllOf(String mailboxId) {
    Replacement.quietly(() -> {
      for (var name : files.list(path())) {
        if (name.startsWith(mailboxId + ".")) {
          files.unlink(file(name));
        }
      }
    });
  }

  /// Removes what is kept of a mailbox but its log: all that can be built anew.
  public void removeCachesOf(String mailboxId) throws PosixException {
    for (var name : files.list(path())) {
      if (name.startsWith(mailboxId + ".") && !name.startsWith(mailboxId + ".log")) {
        files.unlink(file(name));
      }
    }
  }

  /// Moves the folder out of the way of a new user of the same name.
  ///
  /// @param uid whose state it was
  void setAside(int uid) throws PosixException {
    var aside = parent + "/.aside";
    try {
      files.makeDirectory(aside, 0700);
    } catch (PosixException e) {
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
    }
    var target = freeName(aside + "/" + user + "." + Integer.toUnsignedString(uid));
    LOG.warn("{} belonged to another uid and was moved to {}", path(), target);
    files.rename(path(), target);
    Replacement.syncDirectory(files, aside);
    Replacement.syncDirectory(files, parent);
  }

  private String freeName(String wanted) throws PosixException {
    for (int number = 1; ; number++) {
      var name = wanted + "." + number;
      try {
        files.stat(name);
      } catch (PosixException e) {
        if (e.errno() == Errno.ENOENT) {
          return name;
        }
        throw e;
      }
    }
  }

  private void check() throws PosixException {
    var stat = files.stat(path());
    if (stat.type() != FileStat.Type.DIRECTORY) {
      boolean link = stat.type() == FileStat.Type.SYMLINK;
      throw new PosixException("open", path(), link ? Errno.ELOOP : Errno.ENOTDIR);
    }
    if (stat.uid() != serverUid || (stat.permissions() & 022) != 0) {
      throw new PosixException("open", path(), Errno.EPERM);
    }
  }
}
