package org.popinjay.mailstore.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.popinjay.posix.DirectoryEntry;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.OpenFlags;
import org.popinjay.posix.PosixException;

/// File calls that are numbered and go wrong where a test wants them to.
///
/// To test one place by hand:
///
/// ```java
/// var files = new FaultyFileCalls(real, new Fault.FailNth(CallKind.SYNC_DATA, 1, Errno.EIO));
/// rewriter(files).rewrite(...);             // must say that it failed
/// files.kill();                             // closes what a dead process leaves open
/// recover(real);                            // must find all mail
/// ```
///
/// To test every place, see [FaultScenario]. The two ways to die:
///
/// - [#kill]: the process is gone, all that was written stays, its descriptors and their locks are
///   gone with it, its dotlocks are not.
/// - [#losePower]: like that, and of everything that was not synced a random part is lost: 4 KiB
///   pages one by one, lengths and names from the last one backwards. The files are put into that
///   state for real, so that recovery reads them through any other [FileCalls].
///
/// All that is there before the first call counts as durable. A foreign append (the file is longer
/// than we left it) counts as synced together with all that we wrote to the file. Nothing is synced
/// for real, which makes a thousand runs a matter of seconds. Files whose durable state matters
/// have to be opened for reading too, and be under the directory given to [#losePower].
/// Thread-safe; calls are made one at a time.
public final class FaultyFileCalls implements FileCalls {

  private record Open(Path path, Disk.Inode inode, boolean directory, boolean appends) {}

  @FunctionalInterface
  private interface Body<T> {
    T run() throws PosixException;
  }

  @FunctionalInterface
  private interface Step {
    void run() throws PosixException;
  }

  private final FileCalls real;
  private final Fault fault;
  private final Disk disk;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Integer, Open> open = new HashMap<>();
  private final Map<CallKind, Integer> ofKind = new EnumMap<>(CallKind.class);
  private final List<String> trace = new ArrayList<>();
  private final List<CallKind> kinds = new ArrayList<>();
  private boolean stopped;

  /// @param real makes the calls
  public FaultyFileCalls(FileCalls real, Fault fault) {
    this(real, fault, new Disk(real));
  }

  private FaultyFileCalls(FileCalls real, Fault fault, Disk disk) {
    this.real = real;
    this.fault = fault;
    this.disk = disk;
    this.stopped = fault instanceof Fault.StopAfter(int call) && call == 0;
  }

  /// The calls of the next process after this one was killed, over the same disk: what this one did
  /// not sync is there and still not durable.
  public FaultyFileCalls next(Fault nextFault) {
    return new FaultyFileCalls(real, nextFault, disk);
  }

  /// How many calls were asked for.
  public int calls() {
    return kinds.size();
  }

  /// What kind each call was; the first call is the first of the list.
  public List<CallKind> kinds() {
    return List.copyOf(kinds);
  }

  /// One line a call, for the message of a test that failed.
  public List<String> trace() {
    return List.copyOf(trace);
  }

  /// Whether the fault stopped the world.
  public boolean stopped() {
    return stopped;
  }

  /// Ends the process: every later call throws, and what is open is closed.
  public void kill() throws PosixException {
    stopped = true;
    for (int descriptor : open.keySet()) {
      real.close(descriptor);
    }
    open.clear();
  }

  /// Ends the process and turns the power off.
  ///
  /// @param root files below it are put into a state that the disk may be in
  public void losePower(Path root, RandomGenerator random) throws IOException {
    kill();
    disk.losePower(root.toRealPath(), random);
  }

  private <T> T call(CallKind kind, String subject, Body<T> body) throws PosixException {
    lock.lock();
    try {
      if (stopped) {
        throw new WorldStopped(calls());
      }
      kinds.add(kind);
      trace.add(calls() + " " + kind + " " + subject);
      int nth = ofKind.merge(kind, 1, Integer::sum);
      var errno = errno(kind, nth);
      if (errno.isPresent()) {
        trace.add("  fails: " + errno.get());
        throw new PosixException(kind.name(), subject, errno.get());
      }
      if (fault.equals(new Fault.StopInside(calls())) && kind != CallKind.WRITE) {
        stopped = true;
        throw new WorldStopped(calls() - 1);
      }
      return body.run();
    } finally {
      stopped |= fault instanceof Fault.StopAfter(int call) && call == calls();
      lock.unlock();
    }
  }

  private Optional<Errno> errno(CallKind kind, int nth) {
    return switch (fault) {
      case Fault.Fail(int call, Errno errno) when call == calls() -> Optional.of(errno);
      case Fault.FailNth(CallKind wanted, int number, Errno errno)
          when wanted == kind && number == nth ->
          Optional.of(errno);
      case Fault.None _,
          Fault.Fail _,
          Fault.FailNth _,
          Fault.CutWrite _,
          Fault.DiskFull _,
          Fault.StopAfter _,
          Fault.StopInside _ ->
          Optional.empty();
    };
  }

  private boolean diskFull() {
    return fault instanceof Fault.DiskFull(int call) && calls() >= call;
  }

  private void needSpace(CallKind kind, String subject) throws PosixException {
    if (diskFull()) {
      trace.add("  fails: " + Errno.ENOSPC);
      throw new PosixException(kind.name(), subject, Errno.ENOSPC);
    }
  }

  private String subject(int descriptor) {
    var file = open.get(descriptor);
    return file == null ? "fd " + descriptor : file.path().toString();
  }

  private Path inDirectory(int directory, String name) {
    return file(directory).path().resolve(name);
  }

  private Open file(int descriptor) {
    var file = open.get(descriptor);
    if (file == null) {
      throw new IllegalStateException("descriptor " + descriptor + " is not open");
    }
    return file;
  }

  private static Path real(String path) {
    var name = Path.of(path).toAbsolutePath().normalize();
    var directory = name.getParent();
    try {
      return directory == null ? name : directory.toRealPath().resolve(directory.relativize(name));
    } catch (IOException _) {
      return name;
    }
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public int open(String path, int flags, int mode) throws PosixException {
    return call(
        CallKind.OPEN, path, () -> opening(real(path), flags, () -> real.open(path, flags, mode)));
  }

  @Override
  public int openAt(int directory, String name, int flags, int mode) throws PosixException {
    var path = inDirectory(directory, name);
    return call(
        CallKind.OPEN,
        path.toString(),
        () -> opening(path, flags, () -> real.openAt(directory, name, flags, mode)));
  }

  private int opening(Path path, int flags, Body<Integer> how) throws PosixException {
    boolean there = exists(path);
    if (!there && (flags & OpenFlags.CREATE) != 0) {
      needSpace(CallKind.OPEN, path.toString());
    }
    if (there && (flags & OpenFlags.TRUNCATE) != 0) {
      disk.beforeTruncatingOpen(path);
    }
    int descriptor = how.run();
    var stat = real.stat(descriptor);
    var inode = Disk.Inode.of(stat);
    open.put(
        descriptor,
        new Open(
            path, inode, stat.type() == FileStat.Type.DIRECTORY, (flags & OpenFlags.APPEND) != 0));
    if (!there) {
      disk.created(path, inode);
    }
    return descriptor;
  }

  @Override
  public void close(int descriptor) throws PosixException {
    try {
      call(
          CallKind.CLOSE,
          subject(descriptor),
          () -> {
            closeAnyway(descriptor);
            return true;
          });
    } catch (PosixException e) {
      closeAnyway(descriptor);
      throw e;
    }
  }

  /// An error of close is final and the descriptor gone all the same.
  private void closeAnyway(int descriptor) throws PosixException {
    if (open.remove(descriptor) != null) {
      real.close(descriptor);
    }
  }

  @Override
  public FileStat stat(int descriptor) throws PosixException {
    return call(CallKind.STAT, subject(descriptor), () -> real.stat(descriptor));
  }

  @Override
  public FileStat stat(String path) throws PosixException {
    return call(CallKind.STAT, path, () -> real.stat(path));
  }

  @Override
  public FileStat statAt(int directory, String name) throws PosixException {
    return call(
        CallKind.STAT, inDirectory(directory, name).toString(), () -> real.statAt(directory, name));
  }

  @Override
  public int read(int descriptor, ByteBuffer into, long offset) throws PosixException {
    return call(
        CallKind.READ,
        subject(descriptor) + " @" + offset + "+" + into.remaining(),
        () -> real.read(descriptor, into, offset));
  }

  @Override
  public int write(int descriptor, ByteBuffer from, long offset) throws PosixException {
    return call(
        CallKind.WRITE,
        subject(descriptor) + " @" + offset + "+" + from.remaining(),
        () -> {
          boolean stops = fault.equals(new Fault.StopInside(calls()));
          boolean cut = stops || fault.equals(new Fault.CutWrite(calls()));
          int most = cut ? Math.max(1, from.remaining() / 2) : from.remaining();
          int written = writing(descriptor, from, offset, most);
          if (stops) {
            stopped = true;
            throw new WorldStopped(calls());
          }
          return written;
        });
  }

  private int writing(int descriptor, ByteBuffer from, long offset, int most)
      throws PosixException {
    disk.beforeChange(descriptor);
    long size = real.stat(descriptor).size();
    long start = file(descriptor).appends() ? size : offset;
    int count = most;
    if (diskFull() && start + most > size) {
      if (start >= size) {
        needSpace(CallKind.WRITE, subject(descriptor));
      }
      count = (int) (size - start);
    }
    int limit = from.limit();
    int written;
    try {
      written = real.write(descriptor, from.limit(from.position() + count), offset);
    } finally {
      from.limit(limit);
    }
    disk.written(descriptor, start, written);
    return written;
  }

  @Override
  public void truncate(int descriptor, long octets) throws PosixException {
    call(
        CallKind.TRUNCATE,
        subject(descriptor) + " to " + octets,
        () -> {
          disk.beforeChange(descriptor);
          real.truncate(descriptor, octets);
          disk.resized(descriptor);
          return true;
        });
  }

  @Override
  public void syncData(int descriptor) throws PosixException {
    syncing(
        CallKind.SYNC_DATA,
        descriptor,
        () -> {
          disk.synced(file(descriptor).inode(), true);
          return true;
        });
  }

  @Override
  public void sync(int descriptor) throws PosixException {
    syncing(
        CallKind.SYNC,
        descriptor,
        () -> {
          if (file(descriptor).directory()) {
            disk.names().synced(file(descriptor).path());
          } else {
            disk.synced(file(descriptor).inode(), false);
          }
          return true;
        });
  }

  private void syncing(CallKind kind, int descriptor, Body<Boolean> body) throws PosixException {
    try {
      call(kind, subject(descriptor), body);
    } catch (PosixException e) {
      disk.syncFailed(file(descriptor).inode());
      throw e;
    }
  }

  @Override
  public void allocate(int descriptor, long offset, long octets) throws PosixException {
    call(
        CallKind.ALLOCATE,
        subject(descriptor) + " @" + offset + "+" + octets,
        () -> {
          if (offset + octets > real.stat(descriptor).size()) {
            needSpace(CallKind.ALLOCATE, subject(descriptor));
          }
          disk.beforeChange(descriptor);
          real.allocate(descriptor, offset, octets);
          disk.resized(descriptor);
          return true;
        });
  }

  @Override
  public void startWriteBack(int descriptor, long offset, long octets) {
    try {
      call(
          CallKind.START_WRITE_BACK,
          subject(descriptor) + " @" + offset + "+" + octets,
          () -> {
            real.startWriteBack(descriptor, offset, octets);
            return true;
          });
    } catch (PosixException e) {
      trace.add("  a hint cannot fail: " + e.errno());
    }
  }

  @Override
  public boolean tryLock(int descriptor, boolean exclusive) throws PosixException {
    return trying(descriptor, exclusive, () -> real.tryLock(descriptor, exclusive));
  }

  @Override
  public boolean tryFlock(int descriptor, boolean exclusive) throws PosixException {
    return trying(descriptor, exclusive, () -> real.tryFlock(descriptor, exclusive));
  }

  private boolean trying(int descriptor, boolean exclusive, Body<Boolean> how)
      throws PosixException {
    try {
      return call(
          CallKind.TRY_LOCK, subject(descriptor) + (exclusive ? " exclusive" : " shared"), how);
    } catch (PosixException e) {
      if (e.errno() == Errno.EAGAIN) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void unlock(int descriptor) throws PosixException {
    call(
        CallKind.UNLOCK,
        subject(descriptor),
        () -> {
          real.unlock(descriptor);
          return true;
        });
  }

  @Override
  public void unlockFlock(int descriptor) throws PosixException {
    call(
        CallKind.UNLOCK,
        subject(descriptor) + " flock",
        () -> {
          real.unlockFlock(descriptor);
          return true;
        });
  }

  @Override
  public OptionalInt lockHolder(int descriptor, boolean exclusive) throws PosixException {
    return call(
        CallKind.LOCK_HOLDER, subject(descriptor), () -> real.lockHolder(descriptor, exclusive));
  }

  @Override
  public void link(String existing, String name) throws PosixException {
    call(
        CallKind.LINK,
        existing + " as " + name,
        () -> {
          needSpace(CallKind.LINK, name);
          real.link(existing, name);
          disk.names().added(real(name));
          return true;
        });
  }

  @Override
  public void unlink(String path) throws PosixException {
    unlinking(real(path), () -> real.unlink(path));
  }

  @Override
  public void unlinkAt(int directory, String name) throws PosixException {
    unlinking(inDirectory(directory, name), () -> real.unlinkAt(directory, name));
  }

  private void unlinking(Path path, Step how) throws PosixException {
    call(
        CallKind.UNLINK,
        path.toString(),
        () -> {
          var removed = disk.aboutToGo(path);
          how.run();
          if (removed != null) {
            disk.names().dropped(path, removed);
          }
          return true;
        });
  }

  @Override
  public void rename(String from, String to) throws PosixException {
    renaming(real(from), real(to), () -> real.rename(from, to));
  }

  @Override
  public void renameAt(int fromDirectory, String from, int toDirectory, String to, boolean replace)
      throws PosixException {
    renaming(
        inDirectory(fromDirectory, from),
        inDirectory(toDirectory, to),
        () -> real.renameAt(fromDirectory, from, toDirectory, to, replace));
  }

  private void renaming(Path from, Path to, Step how) throws PosixException {
    call(
        CallKind.RENAME,
        from + " to " + to,
        () -> {
          var overwritten = disk.aboutToGo(to);
          how.run();
          disk.names().renamed(from, to, overwritten);
          return true;
        });
  }

  @Override
  public void makeDirectory(String path, int mode) throws PosixException {
    makingDirectory(real(path), () -> real.makeDirectory(path, mode));
  }

  @Override
  public void makeDirectoryAt(int directory, String name, int mode) throws PosixException {
    makingDirectory(
        inDirectory(directory, name), () -> real.makeDirectoryAt(directory, name, mode));
  }

  private void makingDirectory(Path path, Step how) throws PosixException {
    call(
        CallKind.MAKE_DIRECTORY,
        path.toString(),
        () -> {
          needSpace(CallKind.MAKE_DIRECTORY, path.toString());
          how.run();
          disk.names().added(path);
          return true;
        });
  }

  @Override
  public void removeDirectory(String path) throws PosixException {
    removingDirectory(real(path), () -> real.removeDirectory(path));
  }

  @Override
  public void removeDirectoryAt(int directory, String name) throws PosixException {
    removingDirectory(inDirectory(directory, name), () -> real.removeDirectoryAt(directory, name));
  }

  private void removingDirectory(Path path, Step how) throws PosixException {
    call(
        CallKind.REMOVE_DIRECTORY,
        path.toString(),
        () -> {
          how.run();
          disk.names().directoryDropped(path);
          return true;
        });
  }

  @Override
  public List<String> list(String path) throws PosixException {
    return call(CallKind.LIST, path, () -> real.list(path));
  }

  @Override
  public List<DirectoryEntry> list(int directory) throws PosixException {
    return call(CallKind.LIST, subject(directory), () -> real.list(directory));
  }

  @Override
  public void touch(String path) throws PosixException {
    call(
        CallKind.SET_TIMES,
        path,
        () -> {
          real.touch(path);
          return true;
        });
  }

  @Override
  public void setAccessTime(int descriptor, long seconds, int nanos) throws PosixException {
    call(
        CallKind.SET_TIMES,
        subject(descriptor),
        () -> {
          real.setAccessTime(descriptor, seconds, nanos);
          return true;
        });
  }
}
