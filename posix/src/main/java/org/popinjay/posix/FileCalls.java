package org.popinjay.posix;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;

/// The file calls of the system, one method a call.
///
/// Everything that touches a spool, a lock or a state file goes through here, so that a test can
/// number the calls, fail the n-th with any errno, cut it short, or stop the world after it. The
/// real one is [Posix#files]. Descriptors are plain numbers owned by the caller; closing one twice
/// is the caller's bug.
///
/// Every call may block on a disk and none may be made on an event loop. None waits for a lock.
public interface FileCalls {

  /// Opens by path (open(2)).
  ///
  /// @param flags [OpenFlags] or-ed together; close-on-exec is always added
  /// @param mode permission bits of a file made here, exact whatever the umask of the process
  /// @throws PosixException with the errno, `ENOENT` and `EEXIST` among them
  int open(String path, int flags, int mode) throws PosixException;

  /// Opens relative to a directory descriptor (openat(2)); otherwise like [#open].
  int openAt(int directory, String name, int flags, int mode) throws PosixException;

  /// Closes a descriptor; an error of close is final and the descriptor gone all the same.
  void close(int descriptor) throws PosixException;

  /// What is known of an open file.
  FileStat stat(int descriptor) throws PosixException;

  /// What is known of the name, without following a symbolic link in its last component.
  FileStat stat(String path) throws PosixException;

  /// Like [#stat(String)], relative to a directory descriptor.
  FileStat statAt(int directory, String name) throws PosixException;

  /// Reads at an offset into the remaining space of a direct buffer and advances its position.
  ///
  /// @return octets read, 0 at the end of the file; may be fewer than the buffer has room for
  int read(int descriptor, ByteBuffer into, long offset) throws PosixException;

  /// Writes the remaining octets of a direct buffer at an offset and advances its position.
  ///
  /// @return octets written, which may be fewer than asked for
  int write(int descriptor, ByteBuffer from, long offset) throws PosixException;

  /// Sets the length (ftruncate(2)).
  void truncate(int descriptor, long octets) throws PosixException;

  /// Makes the octets durable, and the length if it grew (fdatasync(2)).
  void syncData(int descriptor) throws PosixException;

  /// Makes octets and metadata durable (fsync(2)); for a directory, its entries.
  void sync(int descriptor) throws PosixException;

  /// Reserves space so that later writes in the range cannot fail for lack of it
  /// (posix_fallocate(3)); extends the file if the range ends behind its end.
  void allocate(int descriptor, long offset, long octets) throws PosixException;

  /// Starts writing a range back without waiting for it (sync_file_range(2)); a hint, never fails.
  void startWriteBack(int descriptor, long offset, long octets);

  /// Asks for an open-file-description lock on the whole file without waiting (F_OFD_SETLK).
  ///
  /// @return false when somebody else holds a conflicting one
  boolean tryLock(int descriptor, boolean exclusive) throws PosixException;

  /// Gives the lock of [#tryLock] back.
  void unlock(int descriptor) throws PosixException;

  /// The process that stands in the way of a lock, if the system can name it (F_OFD_GETLK).
  OptionalInt lockHolder(int descriptor, boolean exclusive) throws PosixException;

  /// Asks for a flock(2) lock without waiting; false when somebody else holds a conflicting one.
  boolean tryFlock(int descriptor, boolean exclusive) throws PosixException;

  /// Gives the lock of [#tryFlock] back.
  void unlockFlock(int descriptor) throws PosixException;

  /// Makes a hard link (link(2)).
  void link(String existing, String name) throws PosixException;

  /// Removes a name (unlink(2)).
  void unlink(String path) throws PosixException;

  /// Renames (rename(2)), replacing what was there. For our own files only, never for a spool.
  void rename(String from, String to) throws PosixException;

  /// Makes a directory with these permission bits, exact whatever the umask.
  void makeDirectory(String path, int mode) throws PosixException;

  /// Removes an empty directory.
  void removeDirectory(String path) throws PosixException;

  /// Names in a directory, without `.` and `..`, in no order.
  List<String> list(String path) throws PosixException;

  /// Like [#list(String)] of an open directory, with what kind of file each is.
  List<DirectoryEntry> list(int directory) throws PosixException;

  /// Like [#unlink], relative to a directory descriptor.
  void unlinkAt(int directory, String name) throws PosixException;

  /// Like [#makeDirectory], relative to a directory descriptor.
  void makeDirectoryAt(int directory, String name, int mode) throws PosixException;

  /// Like [#removeDirectory], relative to a directory descriptor.
  void removeDirectoryAt(int directory, String name) throws PosixException;

  /// Renames a file or a directory, relative to directory descriptors.
  ///
  /// @param replace whether what has the new name may be replaced; if not, the call fails with
  ///   `EEXIST` then (renameat2(2), RENAME_NOREPLACE)
  void renameAt(int fromDirectory, String from, int toDirectory, String to, boolean replace)
      throws PosixException;

  /// Sets both times of a name to now without following a symbolic link (utimensat(2)).
  void touch(String path) throws PosixException;

  /// Sets the access time of an open file and leaves the modification time (futimens(3)).
  void setAccessTime(int descriptor, long seconds, int nanos) throws PosixException;
}
