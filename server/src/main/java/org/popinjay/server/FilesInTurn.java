package org.popinjay.server;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import org.popinjay.posix.DirectoryEntry;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.PosixException;
import org.popinjay.wire.DiskPermits;

/// Has each file call wait for the turn of the lane that makes it.
///
/// A call that reads for a client who is gone meanwhile fails with `EINTR`.
///
/// @param calls the calls themselves
record FilesInTurn(FileCalls calls) implements FileCalls {

  @Override
  public int open(String path, int flags, int mode) throws PosixException {
    try (var _ = DiskPermits.take()) {
      return calls.open(path, flags, mode);
    }
  }

  @Override
  public int openAt(int directory, String name, int flags, int mode) throws PosixException {
    try (var _ = DiskPermits.take()) {
      return calls.openAt(directory, name, flags, mode);
    }
  }

  @Override
  public void close(int descriptor) throws PosixException {
    try (var _ = DiskPermits.take()) {
      calls.close(descriptor);
    }
  }

  @Override
  public FileStat stat(int descriptor) throws PosixException {
    try (var _ = DiskPermits.take()) {
      return calls.stat(descriptor);
    }
  }

  @Override
  public FileStat stat(String path) throws PosixException {
    try (var _ = DiskPermits.take()) {
      return calls.stat(path);
    }
  }

  @Override
  public FileStat statAt(int directory, String name) throws PosixException {
    try (var _ = DiskPermits.take()) {
      return calls.statAt(directory, name);
    }
  }

  @Override
  public int read(int descriptor, ByteBuffer into, long offset) throws PosixException {
    try (var _ = DiskPermits.takeToRead()) {
      return calls.read(descriptor, into, offset);
    } catch (InterruptedException _) {
      throw new PosixException("read", "fd " + descriptor, Errno.EINTR);
    }
  }

  @Override
  public int write(int descriptor, ByteBuffer from, long offset) throws PosixException {
    try (var _ = DiskPermits.take()) {
      return calls.write(descriptor, from, offset);
    }
  }

  @Override
  public void truncate(int descriptor, long octets) throws PosixException {
    try (var _ = DiskPermits.take()) {
      calls.truncate(descriptor, octets);
    }
  }

  @Override
  public void syncData(int descriptor) throws PosixException {
    try (var _ = DiskPermits.take()) {
      calls.syncData(descriptor);
    }
  }

  @Override
  public void sync(int descriptor) throws PosixException {
    try (var _ = DiskPermits.take()) {
      calls.sync(descriptor);
    }
  }

  @Override
  public void allocate(int descriptor, long offset, long octets) throws PosixException {
    try (var _ = DiskPermits.take()) {
      calls.allocate(descriptor, offset, octets);
    }
  }

  @Override
  public void startWriteBack(int descriptor, long offset, long octets) {
    try (var _ = DiskPermits.take()) {
      calls.startWriteBack(descriptor, offset, octets);
    }
  }

  @Override
  public boolean tryLock(int descriptor, boolean exclusive) throws PosixException {
    try (var _ = DiskPermits.take()) {
      return calls.tryLock(descriptor, exclusive);
    }
  }

  @Override
  public void unlock(int descriptor) throws PosixException {
    try (var _ = DiskPermits.take()) {
      calls.unlock(descriptor);
    }
  }

  @Override
  public OptionalInt lockHolder(int descriptor, boolean exclusive) throws PosixException {
    try (var _ = DiskPermits.take()) {
      return calls.lockHolder(descriptor, exclusive);
    }
  }

  @Override
  public boolean tryFlock(int descriptor, boolean exclusive) throws PosixException {
    try (var _ = DiskPermits.take()) {
      return calls.tryFlock(descriptor, exclusive);
    }
  }

  @Override
  public void unlockFlock(int descriptor) throws PosixException {
    try (var _ = DiskPermits.take()) {
      calls.unlockFlock(descriptor);
    }
  }

  @Override
  public void link(String existing, String name) throws PosixException {
    try (var _ = DiskPermits.take()) {
      calls.link(existing, name);
    }
  }

  @Override
  public void unlink(String path) throws PosixException {
    try (var _ = DiskPermits.take()) {
      calls.unlink(path);
    }
  }

  @Override
  public void rename(String from, String to) throws PosixException {
    try (var _ = DiskPermits.take()) {
      calls.rename(from, to);
    }
  }

  @Override
  public void makeDirectory(String path, int mode) throws PosixException {
    try (var _ = DiskPermits.take()) {
      calls.makeDirectory(path, mode);
    }
  }

  @Override
  public void removeDirectory(String path) throws PosixException {
    try (var _ = DiskPermits.take()) {
      calls.removeDirectory(path);
    }
  }

  @Override
  public List<String> list(String path) throws PosixException {
    try (var _ = DiskPermits.take()) {
      return calls.list(path);
    }
  }

  @Override
  public List<DirectoryEntry> list(int directory) throws PosixException {
    try (var _ = DiskPermits.take()) {
      return calls.list(directory);
    }
  }

  @Override
  public void unlinkAt(int directory, String name) throws PosixException {
    try (var _ = DiskPermits.take()) {
      calls.unlinkAt(directory, name);
    }
  }

  @Override
  public void makeDirectoryAt(int directory, String name, int mode) throws PosixException {
    try (var _ = DiskPermits.take()) {
      calls.makeDirectoryAt(directory, name, mode);
    }
  }

  @Override
  public void removeDirectoryAt(int directory, String name) throws PosixException {
    try (var _ = DiskPermits.take()) {
      calls.removeDirectoryAt(directory, name);
    }
  }

  @Override
  public void renameAt(int fromDirectory, String from, int toDirectory, String to, boolean replace)
      throws PosixException {
    try (var _ = DiskPermits.take()) {
      calls.renameAt(fromDirectory, from, toDirectory, to, replace);
    }
  }

  @Override
  public void touch(String path) throws PosixException {
    try (var _ = DiskPermits.take()) {
      calls.touch(path);
    }
  }

  @Override
  public void setAccessTime(int descriptor, long seconds, int nanos) throws PosixException {
    try (var _ = DiskPermits.take()) {
      calls.setAccessTime(descriptor, seconds, nanos);
    }
  }
}
