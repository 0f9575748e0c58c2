package org.popinjay.mailstore.mbox.disk;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.LongConsumer;
import org.popinjay.posix.DirectoryEntry;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.PosixException;

/// File calls that can change nothing: what would is refused with `EROFS`, a file asked for to be
/// written to is opened to be read, and reading leaves the access time as it is where the system
/// allows that.
///
/// So whoever works through these may use the tools of those who do change files, and cannot spoil
/// anything by it. As thread-safe as what they go to.
public final class LookingCalls implements FileCalls {
  private final FileCalls files;
  private final LongConsumer progress;

  /// @param progress hears how many octets each reading gave
  public LookingCalls(FileCalls files, LongConsumer progress) {
    this.files = files;
    this.progress = progress;
  }

  private static PosixException refused(String call, String subject) {
    return new PosixException(call, subject, Errno.EROFS);
  }

  private static PosixException refused(String call, int descriptor) {
    return refused(call, "fd " + descriptor);
  }

  private static int looking(int flags, String path) throws PosixException {
    if ((flags & (OpenFlags.CREATE | OpenFlags.TRUNCATE)) != 0) {
      throw refused("open", path);
    }
    return flags & ~OpenFlags.READ_WRITE & ~OpenFlags.APPEND;
  }

  /// Opening, with flags.
  private interface Opening {
    int with(int flags) throws PosixException;
  }

  private static int quietly(int flags, Opening opening) throws PosixException {
    try {
      return opening.with(flags | OpenFlags.KEEP_ACCESS_TIME);
    } catch (PosixException e) {
      if (e.errno() != Errno.EPERM) {
        throw e;
      }
      return opening.with(flags);
    }
  }

  @Override
  public int open(String path, int flags, int mode) throws PosixException {
    return quietly(looking(flags, path), with -> files.open(path, with, mode));
  }

  @Override
  public int openAt(int directory, String name, int flags, int mode) throws PosixException {
    return quietly(looking(flags, name), with -> files.openAt(directory, name, with, mode));
  }

  @Override
  public void close(int descriptor) throws PosixException {
    files.close(descriptor);
  }

  @Override
  public FileStat stat(int descriptor) throws PosixException {
    return files.stat(descriptor);
  }

  @Override
  public FileStat stat(String path) throws PosixException {
    return files.stat(path);
  }

  @Override
  public FileStat statAt(int directory, String name) throws PosixException {
    return files.statAt(directory, name);
  }

  @Override
  public int read(int descriptor, ByteBuffer into, long offset) throws PosixException {
    int octets = files.read(descriptor, into, offset);
    progress.accept(octets);
    return octets;
  }

  @Override
  public int write(int descriptor, ByteBuffer from, long offset) throws PosixException {
    throw refused("pwrite", descriptor);
  }

  @Override
  public void truncate(int descriptor, long octets) throws PosixException {
    throw refused("ftruncate", descriptor);
  }

  @Override
  public void syncData(int descriptor) throws PosixException {
    files.syncData(descriptor);
  }

  @Override
  public void sync(int descriptor) throws PosixException {
    files.sync(descriptor);
  }

  @Override
  public void allocate(int descriptor, long offset, long octets) throws PosixException {
    throw refused("fallocate", descriptor);
  }

  @Override
  public void startWriteBack(int descriptor, long offset, long octets) {
    files.startWriteBack(descriptor, offset, octets);
  }

  @Override
  public boolean tryLock(int descriptor, boolean exclusive) throws PosixException {
    return files.tryLock(descriptor, exclusive);
  }

  @Override
  public void unlock(int descriptor) throws PosixException {
    files.unlock(descriptor);
  }

  @Override
  public OptionalInt lockHolder(int descriptor, boolean exclusive) throws PosixException {
    return files.lockHolder(descriptor, exclusive);
  }

  @Override
  public boolean tryFlock(int descriptor, boolean exclusive) throws PosixException {
    return files.tryFlock(descriptor, exclusive);
  }

  @Override
  public void unlockFlock(int descriptor) throws PosixException {
    files.unlockFlock(descriptor);
  }

  @Override
  public void link(String existing, String name) throws PosixException {
    throw refused("link", name);
  }

  @Override
  public void unlink(String path) throws PosixException {
    throw refused("unlink", path);
  }

  @Override
  public void rename(String from, String to) throws PosixException {
    throw refused("rename", from);
  }

  @Override
  public void makeDirectory(String path, int mode) throws PosixException {
    throw refused("mkdir", path);
  }

  @Override
  public void removeDirectory(String path) throws PosixException {
    throw refused("rmdir", path);
  }

  @Override
  public List<String> list(String path) throws PosixException {
    return files.list(path);
  }

  @Override
  public List<DirectoryEntry> list(int directory) throws PosixException {
    return files.list(directory);
  }

  @Override
  public void unlinkAt(int directory, String name) throws PosixException {
    throw refused("unlinkat", name);
  }

  @Override
  public void makeDirectoryAt(int directory, String name, int mode) throws PosixException {
    throw refused("mkdirat", name);
  }

  @Override
  public void removeDirectoryAt(int directory, String name) throws PosixException {
    throw refused("rmdirat", name);
  }

  @Override
  public void renameAt(int fromDirectory, String from, int toDirectory, String to, boolean replace)
      throws PosixException {
    throw refused("renameat2", from);
  }

  @Override
  public void touch(String path) throws PosixException {
    throw refused("utimensat", path);
  }

  @Override
  public void setAccessTime(int descriptor, long seconds, int nanos) throws PosixException {
    throw refused("futimens", descriptor);
  }
}
