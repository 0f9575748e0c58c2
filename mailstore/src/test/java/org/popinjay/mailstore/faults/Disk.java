package org.popinjay.mailstore.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.PosixException;

/// Follows what is durable of the files under test, beside the real files, which always hold all
/// that was written.
final class Disk {

  /// Tells one file from another, whatever its names.
  record Inode(long device, long number) {
    static Inode of(FileStat stat) {
      return new Inode(stat.device(), stat.inode());
    }
  }

  private final FileCalls real;
  private final Map<Inode, FileHistory> files = new HashMap<>();
  private final NameHistory names = new NameHistory();

  Disk(FileCalls real) {
    this.real = real;
  }

  NameHistory names() {
    return names;
  }

  /// A new file: its name is not durable and it is empty.
  void created(Path name, Inode inode) {
    files.put(inode, new FileHistory(new byte[0]));
    names.added(name);
  }

  /// Has to be called before the content of a file is changed.
  void beforeChange(int descriptor) throws PosixException {
    var stat = real.stat(descriptor);
    var history = files.get(Inode.of(stat));
    if (history == null) {
      files.put(Inode.of(stat), new FileHistory(read(descriptor, 0, stat.size())));
    } else if (history.clean() || history.length() != stat.size()) {
      // Whoever wrote besides us has synced the whole file, as delivery agents do.
      history.startFrom(read(descriptor, 0, stat.size()));
    }
  }

  /// Has to be called before a file is cut to nothing by opening it.
  void beforeTruncatingOpen(Path path) throws PosixException {
    var stat = real.stat(path.toString());
    files.computeIfAbsent(Inode.of(stat), _ -> new FileHistory(contentOf(path))).length(0);
  }

  /// Octets were written, or space was reserved.
  void written(int descriptor, long offset, long octets) throws PosixException {
    var stat = real.stat(descriptor);
    var history = history(stat);
    long firstPage = offset / FileHistory.PAGE;
    long behind = offset + octets;
    for (long page = firstPage; page * FileHistory.PAGE < behind; page++) {
      long start = page * FileHistory.PAGE;
      history.page(page, read(descriptor, start, Math.min(FileHistory.PAGE, stat.size() - start)));
    }
    history.length(stat.size());
  }

  /// The length was set.
  void resized(int descriptor) throws PosixException {
    var stat = real.stat(descriptor);
    history(stat).length(stat.size());
  }

  void synced(Inode inode, boolean dataOnly) {
    var history = files.get(inode);
    if (history != null) {
      history.synced(dataOnly);
    }
  }

  void syncFailed(Inode inode) {
    var history = files.get(inode);
    if (history != null) {
      history.syncFailed();
    }
  }

  /// What is needed to bring a file back whose name is about to go; null if there is none.
  NameHistory.@Nullable Removed aboutToGo(Path path) {
    if (!Files.isRegularFile(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    try {
      var history = files.get(Inode.of(real.stat(path.toString())));
      var content = history == null || history.clean() ? new FileHistory(contentOf(path)) : history;
      return new NameHistory.Removed(content, Files.getPosixFilePermissions(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Puts the real files below a directory into one of the states that a loss of power may leave.
  void losePower(Path root, RandomGenerator random) throws IOException {
    try (var tree = Files.walk(root)) {
      for (var path : tree.filter(Files::isRegularFile).sorted().toList()) {
        var stat = real.stat(path.toString());
        var history = files.remove(Inode.of(stat));
        if (history != null && !history.clean() && history.length() == stat.size()) {
          overwrite(path, history.afterPowerLoss(random));
        }
      }
    }
    names.losePower(random);
    files.clear();
  }

  private static void overwrite(Path path, byte[] content) throws IOException {
    var permissions = Files.getPosixFilePermissions(path);
    var writable = new HashSet<>(permissions);
    writable.add(PosixFilePermission.OWNER_WRITE);
    Files.setPosixFilePermissions(path, writable);
    Files.write(path, content);
    Files.setPosixFilePermissions(path, permissions);
  }

  private FileHistory history(FileStat stat) {
    var history = files.get(Inode.of(stat));
    if (history == null) {
      throw new IllegalStateException("changed before it was looked at: " + stat);
    }
    return history;
  }

  private static byte[] contentOf(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] read(int descriptor, long offset, long octets) throws PosixException {
    var buffer = ByteBuffer.allocateDirect((int) octets);
    while (buffer.hasRemaining()) {
      if (real.read(descriptor, buffer, offset + buffer.position()) == 0) {
        break;
      }
    }
    byte[] content = new byte[buffer.flip().remaining()];
    buffer.get(content);
    return content;
  }
}
