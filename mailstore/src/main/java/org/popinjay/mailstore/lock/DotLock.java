package org.popinjay.mailstore.lock;

import java.io.IOException;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.Identity;
import org.popinjay.posix.PosixException;
import org.popinjay.posix.UserIdentity;

/// The file `NAME.lock` beside a spool while it is ours.
///
/// @param descriptor of the lock file, kept open so that its inode number cannot pass to the lock
///   of somebody else while we compare by it
/// @param made the file as it was when it was made
record DotLock(
    FileCalls files, UserIdentity runner, Identity who, String path, int descriptor, FileStat made)
    implements HeldLock {

  @Override
  public boolean stillOurs() throws IOException {
    return runner.as(who, this::namesOurFile);
  }

  @Override
  public void refresh() throws IOException {
    runner.as(
        who,
        () -> {
          if (namesOurFile()) {
            files.touch(path);
          }
          return made;
        });
  }

  @Override
  public void release() throws IOException {
    try {
      runner.as(
          who,
          () -> {
            if (namesOurFile()) {
              files.unlink(path);
            }
            return made;
          });
    } finally {
      files.close(descriptor);
    }
  }

  private boolean namesOurFile() throws PosixException {
    try {
      return files.stat(path).sameFile(made);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw e;
    }
  }
}
