package org.popinjay.mailstore.mbox.folder;

import static org.popinjay.posix.OpenFlags.CREATE;
import static org.popinjay.posix.OpenFlags.DIRECTORY;
import static org.popinjay.posix.OpenFlags.EXCLUSIVE;
import static org.popinjay.posix.OpenFlags.KEEP_ACCESS_TIME;
import static org.popinjay.posix.OpenFlags.NON_BLOCKING;
import static org.popinjay.posix.OpenFlags.NO_FOLLOW;
import static org.popinjay.posix.OpenFlags.READ;
import static org.popinjay.posix.OpenFlags.READ_WRITE;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.posix.DirectoryEntry;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.PosixException;
import org.popinjay.posix.SafeOpen;

/// A folder of a user, held by its descriptor, so that whatever the user renames or links meanwhile
/// leads nowhere else.
///
/// Used with the rights of the user and on one thread.
final class OpenFolder implements AutoCloseable {
  private static final int FLAGS = READ | DIRECTORY | NO_FOLLOW;

  private final FileCalls files;
  private final int descriptor;
  private final String path;

  private OpenFolder(FileCalls files, int descriptor, String path) {
    this.files = files;
    this.descriptor = descriptor;
    this.path = path;
  }

  /// Opens the root of a tree, or gives null: there is none, or a file of that name.
  ///
  /// @throws PosixException `ELOOP` for a symbolic link
  static @Nullable OpenFolder root(FileCalls files, String root) throws PosixException {
    try {
      return new OpenFolder(files, files.open(root, FLAGS, 0), "");
    } catch (PosixException e) {
      return switch (e.errno()) {
        case ENOENT -> null;
        case ENOTDIR -> noFolder(files, root);
        default -> throw e;
      };
    }
  }

  private static @Nullable OpenFolder noFolder(FileCalls files, String root) throws PosixException {
    if (files.stat(root).type() == FileStat.Type.SYMLINK) {
      throw new PosixException("open", root, Errno.ELOOP);
    }
    return null;
  }

  /// Opens a folder below a root, or gives null if there is none.
  ///
  /// @param below its path from the root; empty for the root
  static @Nullable OpenFolder below(FileCalls files, String root, String below)
      throws PosixException {
    var at = root(files, root);
    for (var name : below.isEmpty() ? List.<String>of() : SafeOpen.steps(below)) {
      if (at == null) {
        return null;
      }
      try (var left = at) {
        at = left.enter(name);
      }
    }
    return at;
  }

  /// Opens a folder in this one, or gives null: there is none, or something else of that name.
  @Nullable OpenFolder enter(String name) throws PosixException {
    try {
      return new OpenFolder(files, files.openAt(descriptor, name, FLAGS, 0), pathOf(name));
    } catch (PosixException e) {
      return switch (e.errno()) {
        case ENOENT, ENOTDIR, ELOOP -> null;
        default -> throw e;
      };
    }
  }

  /// The path from the root of something in this folder.
  String pathOf(String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }

  /// What has this name, not followed if it is a link; null for nothing.
  FileStat.@Nullable Type type(String name) throws PosixException {
    try {
      return files.statAt(descriptor, name).type();
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
  }

  /// Whether there is a folder of this name.
  boolean hasFolder(String name) throws PosixException {
    return type(name) == FileStat.Type.DIRECTORY;
  }

  /// Size of a file in octets; 0 if there is none.
  long octets(String name) throws PosixException {
    try {
      return files.statAt(descriptor, name).size();
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return 0;
      }
      throw e;
    }
  }

  /// What is in it.
  List<DirectoryEntry> list() throws PosixException {
    return files.list(descriptor);
  }

  /// Makes a folder, mode 0700.
  void makeFolder(String name) throws PosixException {
    files.makeDirectoryAt(descriptor, name, 0700);
  }

  /// Removes an empty folder.
  void removeFolder(String name) throws PosixException {
    files.removeDirectoryAt(descriptor, name);
  }

  /// Makes an empty file, mode 0600.
  void makeFile(String name) throws PosixException {
    files.close(makeToWrite(name));
  }

  /// Makes an empty file, mode 0600, and leaves it open.
  int makeToWrite(String name) throws PosixException {
    return files.openAt(descriptor, name, READ_WRITE | CREATE | EXCLUSIVE | NO_FOLLOW, 0600);
  }

  /// Removes a file.
  void removeFile(String name) throws PosixException {
    files.unlinkAt(descriptor, name);
  }

  /// Gives a file or folder a new name, perhaps in another folder.
  ///
  /// @throws PosixException `EEXIST` if there is something of that name and it is not to be
  ///   replaced
  void move(String name, OpenFolder target, String newName, boolean replace) throws PosixException {
    files.renameAt(descriptor, name, target.descriptor, newName, replace);
  }

  /// Reads from the beginning of a file; the times of the file stay as they are.
  ///
  /// @param into a direct buffer
  void read(String name, ByteBuffer into) throws PosixException {
    int file =
        files.openAt(descriptor, name, READ | NO_FOLLOW | NON_BLOCKING | KEEP_ACCESS_TIME, 0);
    try {
      Replacement.readFully(files, file, into, 0);
    } finally {
      files.close(file);
    }
  }

  /// Makes durable what was made, moved and removed here.
  void sync() throws PosixException {
    files.sync(descriptor);
  }

  @Override
  public void close() {
    Replacement.quietly(() -> files.close(descriptor));
  }
}
