package org.popinjay.mailstore.mbox.disk;

import static org.popinjay.posix.OpenFlags.CREATE;
import static org.popinjay.posix.OpenFlags.DIRECTORY;
import static org.popinjay.posix.OpenFlags.NO_FOLLOW;
import static org.popinjay.posix.OpenFlags.READ;
import static org.popinjay.posix.OpenFlags.READ_WRITE;
import static org.popinjay.posix.OpenFlags.TRUNCATE;

import java.nio.ByteBuffer;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.PosixException;

/// A new content for one of our own files, written beside it and put in its place by a rename, so
/// that a crash leaves the old or the new one whole. Never for a spool.
///
/// Two replacements of one file at a time are the caller's bug. Not thread-safe.
public final class Replacement implements AutoCloseable {
  private static final int GONE = -1;

  private final FileCalls files;
  private final String directory;
  private final String path;
  private final String temporary;
  private int descriptor;
  private long size;
  private boolean inPlace;

  /// Begins with an empty file of mode 0600.
  public Replacement(FileCalls files, String directory, String name) throws PosixException {
    this.files = files;
    this.directory = directory;
    path = directory + "/" + name;
    temporary = path + ".new";
    descriptor = files.open(temporary, READ_WRITE | CREATE | TRUNCATE | NO_FOLLOW, 0600);
  }

  /// Octets written so far.
  public long size() {
    return size;
  }

  /// What is known of the new file; its device and inode do not change any more.
  public FileStat stat() throws PosixException {
    return files.stat(descriptor);
  }

  /// Whether the name stands for the new file already, though perhaps not durably.
  public boolean inPlace() {
    return inPlace;
  }

  /// Adds the remaining octets of a direct buffer at the end.
  public void write(ByteBuffer octets) throws PosixException {
    int count = octets.remaining();
    writeFully(files, descriptor, octets, size);
    size += count;
  }

  /// Puts the file in its place without waiting for the disk, for what may be lost.
  public void commit() throws PosixException {
    files.rename(temporary, path);
    inPlace = true;
    files.close(forget());
  }

  /// Puts the file in its place durably.
  ///
  /// @return its descriptor, open for reading and writing, now the caller's. If it throws, the old
  ///   or the new file is in place: [#inPlace]
  public int commitDurably() throws PosixException {
    files.sync(descriptor);
    files.rename(temporary, path);
    inPlace = true;
    syncDirectory(files, directory);
    return forget();
  }

  private int forget() {
    int mine = descriptor;
    descriptor = GONE;
    return mine;
  }

  /// Throws away what was not committed.
  @Override
  public void close() {
    if (descriptor != GONE) {
      int mine = forget();
      quietly(() -> files.close(mine));
      if (!inPlace) {
        quietly(() -> files.unlink(temporary));
      }
    }
  }

  /// Writes all remaining octets of a direct buffer, in as many calls as it takes.
  public static void writeFully(FileCalls files, int descriptor, ByteBuffer octets, long offset)
      throws PosixException {
    long at = offset;
    while (octets.hasRemaining()) {
      int written = files.write(descriptor, octets, at);
      if (written <= 0) {
        throw new PosixException("write", "fd " + descriptor, Errno.EIO);
      }
      at += written;
    }
  }

  /// Reads until a direct buffer is full or the file ends.
  public static void readFully(FileCalls files, int descriptor, ByteBuffer into, long offset)
      throws PosixException {
    long at = offset;
    while (into.hasRemaining()) {
      int read = files.read(descriptor, into, at);
      if (read <= 0) {
        return;
      }
      at += read;
    }
  }

  /// Makes the entries of a directory durable.
  public static void syncDirectory(FileCalls files, String directory) throws PosixException {
    int descriptor = files.open(directory, READ | DIRECTORY | NO_FOLLOW, 0);
    try {
      files.sync(descriptor);
    } finally {
      quietly(() -> files.close(descriptor));
    }
  }

  /// Does what cannot be done otherwise if it fails, such as closing a file that was only read.
  public static void quietly(Call call) {
    try {
      call.run();
    } catch (PosixException _) {
      // Nothing depends on it: the next writer truncates or replaces what is left.
    }
  }

  /// A file call.
  @FunctionalInterface
  public interface Call {
    /// Makes it.
    void run() throws PosixException;
  }
}
