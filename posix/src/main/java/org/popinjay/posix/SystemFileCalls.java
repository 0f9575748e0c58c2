package org.popinjay.posix;

import static org.popinjay.posix.Native.LIBC;
import static org.popinjay.posix.Native.lastErrno;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The file calls of Linux.
///
/// Each method is one system call, or says why it is more. A call that a signal interrupted is made
/// again. Constants that differ by CPU come from jnr-constants, the others stand here.
final class SystemFileCalls implements FileCalls {
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int RENAME_NOREPLACE = 1;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int SYNC_FILE_RANGE_WRITE = 2;
  private static final long UTIME_OMIT = (1L << 30) - 2;

  private static final int F_OFD_GETLK = 36;
  private static final int F_OFD_SETLK = 37;
  private static final short F_RDLCK = 0;
  private static final short F_WRLCK = 1;
  private static final short F_UNLCK = 2;
  private static final int LOCK_SH = 1;
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;
  private static final int LOCK_UN = 8;

  private static final int O_CREAT = system("O_CREAT");
  private static final int O_EXCL = system("O_EXCL");
  private static final int O_RDWR = system("O_RDWR");
  private static final int O_NOFOLLOW = system("O_NOFOLLOW");
  private static final int O_NONBLOCK = system("O_NONBLOCK");
  private static final int O_APPEND = system("O_APPEND");
  private static final int O_DIRECTORY = system("O_DIRECTORY");
  private static final int O_TRUNC = system("O_TRUNC");

  /// The same on every CPU that [Native.SystemCalls] knows; jnr-constants does not name it.
  private static final int O_NOATIME = 01000000;

  private static final int O_ALWAYS = system("O_CLOEXEC") | system("O_NOCTTY");

  /// How often an open that may create looks again when the name comes and goes under it.
  private static final int CREATE_ATTEMPTS = 8;

  @Override
  public int open(String path, int flags, int mode) throws PosixException {
    return openAt(AT_FDCWD, path, flags, mode);
  }

  @Override
  public int openAt(int directory, String name, int flags, int mode) throws PosixException {
    boolean create = (flags & OpenFlags.CREATE) != 0;
    boolean exclusive = (flags & OpenFlags.EXCLUSIVE) != 0;
    int system = systemFlags(flags);
    if (!create) {
      return openOnce(directory, name, system, 0);
    }
    if (exclusive) {
      return make(directory, name, system, mode);
    }
    return openOrMake(directory, name, system, mode);
  }

  /// One open(2) with O_CREAT does not tell whether it made the file, and only a file made here may
  /// have its mode set. So: open what is there, else make it, and look again if somebody was
  /// faster.
  private int openOrMake(int directory, String name, int system, int mode) throws PosixException {
    for (int attempt = 1; ; attempt++) {
      try {
        return openOnce(directory, name, system, 0);
      } catch (PosixException absent) {
        if (absent.errno() != Errno.ENOENT) {
          throw absent;
        }
      }
      try {
        return make(directory, name, system, mode);
      } catch (PosixException present) {
        if (present.errno() != Errno.EEXIST || attempt == CREATE_ATTEMPTS) {
          throw present;
        }
      }
    }
  }

  /// The umask only takes bits away, so between the two calls the file is narrower than asked for.
  private int make(int directory, String name, int system, int mode) throws PosixException {
    int descriptor = openOnce(directory, name, system | O_CREAT | O_EXCL, mode);
    if (LIBC.fchmod(descriptor, mode) != 0) {
      int errno = lastErrno();
      LIBC.close(descriptor);
      throw PosixException.of("fchmod", name, errno);
    }
    return descriptor;
  }

  private static int openOnce(int directory, String name, int system, int mode)
      throws PosixException {
    var scratch = Scratch.take();
    try {
      long path = scratch.path("open", name);
      while (true) {
        int descriptor = LIBC.openat(directory, path, system, mode);
        if (descriptor >= 0) {
          return descriptor;
        }
        failUnlessInterrupted("open", name);
      }
    } finally {
      scratch.giveBack();
    }
  }

  private static int systemFlags(int flags) {
    return O_ALWAYS
        | when(flags, OpenFlags.READ_WRITE, O_RDWR)
        | when(flags, OpenFlags.NO_FOLLOW, O_NOFOLLOW)
        | when(flags, OpenFlags.NON_BLOCKING, O_NONBLOCK)
        | when(flags, OpenFlags.APPEND, O_APPEND)
        | when(flags, OpenFlags.DIRECTORY, O_DIRECTORY)
        | when(flags, OpenFlags.TRUNCATE, O_TRUNC)
        | when(flags, OpenFlags.KEEP_ACCESS_TIME, O_NOATIME);
  }

  private static int when(int flags, int ours, int theirs) {
    return (flags & ours) != 0 ? theirs : 0;
  }

  /// The value of an open flag on this CPU. One that is missing must not silently become 0, which
  /// for O_NOFOLLOW would open a hole.
  private static int system(String name) {
    var constant = jnr.constants.platform.OpenFlags.valueOf(name);
    if (!constant.defined()) {
      throw new ExceptionInInitializerError(name + " is not known on this CPU");
    }
    return constant.intValue();
  }

  /// Not repeated when interrupted: Linux has freed the number by then, and another thread may
  /// already have it.
  @Override
  public void close(int descriptor) throws PosixException {
    if (LIBC.close(descriptor) != 0) {
      int errno = lastErrno();
      if (Errno.of(errno) != Errno.EINTR) {
        throw PosixException.of("close", "fd " + descriptor, errno);
      }
    }
  }

  @Override
  public FileStat stat(int descriptor) throws PosixException {
    return statx(descriptor, "", AT_EMPTY_PATH);
  }

  @Override
  public FileStat stat(String path) throws PosixException {
    return statAt(AT_FDCWD, path);
  }

  @Override
  public FileStat statAt(int directory, String name) throws PosixException {
    return statx(directory, name, AT_SYMLINK_NOFOLLOW);
  }

  private static FileStat statx(int directory, String name, int flags) throws PosixException {
    var scratch = Scratch.take();
    try {
      long path = scratch.path("stat", name);
      while (LIBC.statx(directory, path, flags, STATX_BASIC_STATS, scratch.result()) != 0) {
        failUnlessInterrupted("stat", name.isEmpty() ? "fd " + directory : name);
      }
      return fileStat(scratch);
    } finally {
      scratch.giveBack();
    }
  }

  /// `struct statx` is the same on every CPU.
  private static FileStat fileStat(Scratch statx) {
    int mode = Short.toUnsignedInt(statx.shortAt(28));
    return new FileStat(
        Integer.toUnsignedLong(statx.intAt(136)) << 32 | Integer.toUnsignedLong(statx.intAt(140)),
        statx.longAt(32),
        type(mode),
        mode & 0xfff,
        statx.intAt(16),
        statx.intAt(20),
        statx.intAt(24),
        statx.longAt(40),
        nanos(statx, 112),
        nanos(statx, 96),
        nanos(statx, 64));
  }

  private static FileStat.Type type(int mode) {
    return switch (mode & 0xf000) {
      case 0x8000 -> FileStat.Type.REGULAR;
      case 0x4000 -> FileStat.Type.DIRECTORY;
      case 0xa000 -> FileStat.Type.SYMLINK;
      default -> FileStat.Type.OTHER;
    };
  }

  private static long nanos(Scratch statx, int at) {
    return statx.longAt(at) * 1_000_000_000L + statx.intAt(at + 8);
  }

  @Override
  public int read(int descriptor, ByteBuffer into, long offset) throws PosixException {
    if (into.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
    long address = addressOfRemaining(into);
    try {
      while (true) {
        long octets = LIBC.pread(descriptor, address, into.remaining(), offset);
        if (octets >= 0) {
          into.position(into.position() + (int) octets);
          return (int) octets;
        }
        failUnlessInterrupted("read", descriptor);
      }
    } finally {
      Reference.reachabilityFence(into);
    }
  }

  @Override
  public int write(int descriptor, ByteBuffer from, long offset) throws PosixException {
    long address = addressOfRemaining(from);
    try {
      while (true) {
        long octets = LIBC.pwrite(descriptor, address, from.remaining(), offset);
        if (octets >= 0) {
          from.position(from.position() + (int) octets);
          return (int) octets;
        }
        failUnlessInterrupted("write", descriptor);
      }
    } finally {
      Reference.reachabilityFence(from);
    }
  }

  private static long addressOfRemaining(ByteBuffer buffer) {
    if (!buffer.isDirect()) {
      throw new IllegalArgumentException("heap buffer (expected a direct one)");
    }
    return MemorySegment.ofBuffer(buffer).address();
  }

  @Override
  public void truncate(int descriptor, long octets) throws PosixException {
    while (LIBC.ftruncate(descriptor, octets) != 0) {
      failUnlessInterrupted("truncate", descriptor);
    }
  }

  @Override
  public void syncData(int descriptor) throws PosixException {
    while (LIBC.fdatasync(descriptor) != 0) {
      failUnlessInterrupted("fdatasync", descriptor);
    }
  }

  @Override
  public void sync(int descriptor) throws PosixException {
    while (LIBC.fsync(descriptor) != 0) {
      failUnlessInterrupted("fsync", descriptor);
    }
  }

  /// posix_fallocate returns its error instead of setting errno.
  @Override
  public void allocate(int descriptor, long offset, long octets) throws PosixException {
    while (true) {
      int errno = LIBC.posix_fallocate(descriptor, offset, octets);
      if (errno == 0) {
        return;
      }
      if (Errno.of(errno) != Errno.EINTR) {
        throw PosixException.of("fallocate", "fd " + descriptor, errno);
      }
    }
  }

  @Override
  public void startWriteBack(int descriptor, long offset, long octets) {
    int _ = LIBC.sync_file_range(descriptor, offset, octets, SYNC_FILE_RANGE_WRITE);
  }

  @Override
  public boolean tryLock(int descriptor, boolean exclusive) throws PosixException {
    return setLock(descriptor, exclusive ? F_WRLCK : F_RDLCK);
  }

  @Override
  public void unlock(int descriptor) throws PosixException {
    boolean _ = setLock(descriptor, F_UNLCK);
  }

  private static boolean setLock(int descriptor, short kind) throws PosixException {
    var scratch = Scratch.take();
    try {
      wholeFile(scratch, kind);
      while (LIBC.fcntl(descriptor, F_OFD_SETLK, scratch.result()) != 0) {
        if (contended("lock", descriptor)) {
          return false;
        }
      }
      return true;
    } finally {
      scratch.giveBack();
    }
  }

  /// `struct flock`: 32 octets; start and length 0 mean the whole file, and OFD locks want pid 0.
  private static void wholeFile(Scratch flock, short kind) {
    flock.putLong(0, 0);
    flock.putLong(8, 0);
    flock.putLong(16, 0);
    flock.putLong(24, 0);
    flock.putShort(0, kind);
  }

  @Override
  public OptionalInt lockHolder(int descriptor, boolean exclusive) throws PosixException {
    var scratch = Scratch.take();
    try {
      wholeFile(scratch, exclusive ? F_WRLCK : F_RDLCK);
      while (LIBC.fcntl(descriptor, F_OFD_GETLK, scratch.result()) != 0) {
        failUnlessInterrupted("lock", descriptor);
      }
      int holder = scratch.intAt(24);
      // Another open-file-description lock has no owner that could be named: the kernel says -1.
      return scratch.shortAt(0) == F_UNLCK || holder <= 0
          ? OptionalInt.empty()
          : OptionalInt.of(holder);
    } finally {
      scratch.giveBack();
    }
  }

  @Override
  public boolean tryFlock(int descriptor, boolean exclusive) throws PosixException {
    while (LIBC.flock(descriptor, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
      if (contended("flock", descriptor)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void unlockFlock(int descriptor) throws PosixException {
    while (LIBC.flock(descriptor, LOCK_UN) != 0) {
      failUnlessInterrupted("flock", descriptor);
    }
  }

  @Override
  public void link(String existing, String name) throws PosixException {
    var scratch = Scratch.take();
    try {
      long from = scratch.path("link", existing);
      long to = scratch.secondPath("link", name);
      while (LIBC.linkat(AT_FDCWD, from, AT_FDCWD, to, 0) != 0) {
        failUnlessInterrupted("link", name);
      }
    } finally {
      scratch.giveBack();
    }
  }

  @Override
  public void unlink(String path) throws PosixException {
    remove("unlink", AT_FDCWD, path, 0);
  }

  @Override
  public void unlinkAt(int directory, String name) throws PosixException {
    remove("unlink", directory, name, 0);
  }

  @Override
  public void removeDirectory(String path) throws PosixException {
    remove("rmdir", AT_FDCWD, path, AT_REMOVEDIR);
  }

  @Override
  public void removeDirectoryAt(int directory, String name) throws PosixException {
    remove("rmdir", directory, name, AT_REMOVEDIR);
  }

  private static void remove(String call, int directory, String path, int flags)
      throws PosixException {
    var scratch = Scratch.take();
    try {
      long address = scratch.path(call, path);
      while (LIBC.unlinkat(directory, address, flags) != 0) {
        failUnlessInterrupted(call, path);
      }
    } finally {
      scratch.giveBack();
    }
  }

  @Override
  public void rename(String from, String to) throws PosixException {
    renameAt(AT_FDCWD, from, AT_FDCWD, to, true);
  }

  @Override
  public void renameAt(int fromDirectory, String from, int toDirectory, String to, boolean replace)
      throws PosixException {
    var scratch = Scratch.take();
    try {
      long old = scratch.path("rename", from);
      long fresh = scratch.secondPath("rename", to);
      int flags = replace ? 0 : RENAME_NOREPLACE;
      while (LIBC.renameat2(fromDirectory, old, toDirectory, fresh, flags) != 0) {
        failUnlessInterrupted("rename", to);
      }
    } finally {
      scratch.giveBack();
    }
  }

  /// Made first, then opened without following a link and given its mode: the umask is the
  /// process's own and changing it, even for a moment, would change it for every thread.
  @Override
  public void makeDirectory(String path, int mode) throws PosixException {
    makeDirectoryAt(AT_FDCWD, path, mode);
  }

  @Override
  public void makeDirectoryAt(int parent, String path, int mode) throws PosixException {
    var scratch = Scratch.take();
    try {
      long address = scratch.path("mkdir", path);
      while (LIBC.mkdirat(parent, address, mode) != 0) {
        failUnlessInterrupted("mkdir", path);
      }
    } finally {
      scratch.giveBack();
    }
    int directory = openOnce(parent, path, O_DIRECTORY | O_NOFOLLOW | O_ALWAYS, 0);
    try {
      if (LIBC.fchmod(directory, mode) != 0) {
        throw PosixException.of("fchmod", path, lastErrno());
      }
    } finally {
      LIBC.close(directory);
    }
  }

  @Override
  public List<String> list(String path) throws PosixException {
    int directory = openOnce(AT_FDCWD, path, O_DIRECTORY | O_ALWAYS, 0);
    try {
      var names = new ArrayList<String>();
      readEntries(directory, path, (name, _) -> names.add(name));
      return names;
    } finally {
      LIBC.close(directory);
    }
  }

  /// Opened once more, since reading moves the place in the directory that a descriptor has.
  @Override
  public List<DirectoryEntry> list(int directory) throws PosixException {
    int own = openOnce(directory, ".", O_DIRECTORY | O_ALWAYS, 0);
    try {
      var entries = new ArrayList<DirectoryEntry>();
      readEntries(
          own,
          "fd " + directory,
          (name, type) -> {
            var known = entryType(type);
            var found = known == null ? lookedUp(own, name) : known;
            if (found != null) {
              entries.add(new DirectoryEntry(name, found));
            }
          });
      return entries;
    } finally {
      LIBC.close(own);
    }
  }

  /// What an entry says of the type of its file; null if the file system does not know.
  private static FileStat.@Nullable Type entryType(int type) {
    return switch (type) {
      case 0 -> null;
      case 4 -> FileStat.Type.DIRECTORY;
      case 8 -> FileStat.Type.REGULAR;
      case 10 -> FileStat.Type.SYMLINK;
      default -> FileStat.Type.OTHER;
    };
  }

  /// The type of a file that may be gone since its name was read.
  private FileStat.@Nullable Type lookedUp(int directory, String name) throws PosixException {
    try {
      return statAt(directory, name).type();
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
  }

  /// Takes a directory entry.
  private interface Entries {
    void add(String name, int type) throws PosixException;
  }

  /// Reads the entries itself, because java.nio decodes names by the locale the process was started
  /// in. A name that is not UTF-8 cannot be ours and is left out.
  private static void readEntries(int directory, String subject, Entries into)
      throws PosixException {
    var scratch = Scratch.take();
    try {
      var entries = scratch.wideMemory();
      while (true) {
        long octets =
            LIBC.syscall(
                Native.SystemCalls.HERE.getDirectoryEntries(),
                directory,
                scratch.wide(),
                entries.byteSize());
        if (octets == 0) {
          return;
        }
        if (octets < 0) {
          failUnlessInterrupted("list", subject);
        }
        addEntries(entries, octets, into);
      }
    } finally {
      scratch.giveBack();
    }
  }

  /// `struct linux_dirent64`: inode, offset, length of the entry at 16, type at 18, name at 19.
  private static void addEntries(MemorySegment entries, long octets, Entries into)
      throws PosixException {
    for (long at = 0; at < octets; ) {
      int length = Short.toUnsignedInt(entries.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + 16));
      var name = utf8(entries.asSlice(at + 19, length - 19));
      if (name.isPresent() && !name.get().equals(".") && !name.get().equals("..")) {
        into.add(name.get(), entries.get(ValueLayout.JAVA_BYTE, at + 18));
      }
      at += length;
    }
  }

  private static Optional<String> utf8(MemorySegment name) {
    int length = 0;
    while (name.get(ValueLayout.JAVA_BYTE, length) != 0) {
      length++;
    }
    try {
      CharBuffer text =
          StandardCharsets.UTF_8.newDecoder().decode(name.asSlice(0, length).asByteBuffer());
      return Optional.of(text.toString());
    } catch (CharacterCodingException _) {
      return Optional.empty();
    }
  }

  @Override
  public void touch(String path) throws PosixException {
    var scratch = Scratch.take();
    try {
      long address = scratch.path("touch", path);
      while (LIBC.utimensat(AT_FDCWD, address, 0, AT_SYMLINK_NOFOLLOW) != 0) {
        failUnlessInterrupted("touch", path);
      }
    } finally {
      scratch.giveBack();
    }
  }

  @Override
  public void setAccessTime(int descriptor, long seconds, int nanos) throws PosixException {
    var scratch = Scratch.take();
    try {
      scratch.putLong(0, seconds);
      scratch.putLong(8, nanos);
      scratch.putLong(16, 0);
      scratch.putLong(24, UTIME_OMIT);
      while (LIBC.futimens(descriptor, scratch.result()) != 0) {
        failUnlessInterrupted("set access time", descriptor);
      }
    } finally {
      scratch.giveBack();
    }
  }

  /// Whether a lock call failed because somebody else holds the lock.
  private static boolean contended(String call, int descriptor) throws PosixException {
    int number = lastErrno();
    var errno = Errno.of(number);
    if (errno == Errno.EAGAIN || errno == Errno.EACCES) {
      return true;
    }
    if (errno != Errno.EINTR) {
      throw PosixException.of(call, "fd " + descriptor, number);
    }
    return false;
  }

  private static void failUnlessInterrupted(String call, int descriptor) throws PosixException {
    int number = lastErrno();
    if (Errno.of(number) != Errno.EINTR) {
      throw PosixException.of(call, "fd " + descriptor, number);
    }
  }

  private static void failUnlessInterrupted(String call, String subject) throws PosixException {
    int number = lastErrno();
    if (Errno.of(number) != Errno.EINTR) {
      throw PosixException.of(call, subject, number);
    }
  }
}
