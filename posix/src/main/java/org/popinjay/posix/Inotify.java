package org.popinjay.posix;

import static org.popinjay.posix.Native.LIBC;
import static org.popinjay.posix.Native.lastErrno;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The watch of Linux: inotify(7), with an eventfd(2) to wake who waits.
final class Inotify implements DirectoryWatch {
  private static final int IN_MODIFY = 0x2;
  private static final int IN_ATTRIB = 0x4;
  private static final int IN_CLOSE_WRITE = 0x8;
  private static final int IN_MOVED_FROM = 0x40;
  private static final int IN_MOVED_TO = 0x80;
  private static final int IN_CREATE = 0x100;
  private static final int IN_DELETE = 0x200;
  private static final int IN_Q_OVERFLOW = 0x4000;
  private static final int IN_IGNORED = 0x8000;
  private static final int IN_ONLYDIR = 0x1000000;
  private static final int WANTED =
      IN_MODIFY
          | IN_ATTRIB
          | IN_CLOSE_WRITE
          | IN_MOVED_FROM
          | IN_MOVED_TO
          | IN_CREATE
          | IN_DELETE
          | IN_ONLYDIR;

  private static final int CLOSE_ON_EXEC = 02000000;
  private static final int NON_BLOCKING = 04000;
  private static final short POLLIN = 1;
  private static final int POLL_OCTETS = 8;
  private static final int HEADER_OCTETS = 16;
  private static final int BUFFER_OCTETS = 64 << 10;

  private static final long NFS = 0x6969L;
  private static final long SMB = 0x517BL;
  private static final long SMB2 = 0xFE534D42L;
  private static final long CIFS = 0xFF534D42L;
  private static final long FUSE = 0x65735546L;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment polled = arena.allocate(2 * POLL_OCTETS, 8);
  private final MemorySegment events = arena.allocate(BUFFER_OCTETS, 8);
  private final MemorySegment count = arena.allocate(ValueLayout.JAVA_LONG);
  private final MemorySegment one = arena.allocate(ValueLayout.JAVA_LONG);
  private final int descriptor;
  private final int bell;

  Inotify() throws PosixException {
    descriptor = LIBC.inotify_init1(CLOSE_ON_EXEC | NON_BLOCKING);
    if (descriptor < 0) {
      throw PosixException.of("inotify_init1", "instance", lastErrno());
    }
    bell = LIBC.eventfd(0, CLOSE_ON_EXEC | NON_BLOCKING);
    if (bell < 0) {
      var failure = PosixException.of("eventfd", "bell", lastErrno());
      LIBC.close(descriptor);
      throw failure;
    }
    one.set(ValueLayout.JAVA_LONG, 0, 1);
    poll(0, descriptor);
    poll(1, bell);
  }

  private void poll(int index, int fd) {
    polled.set(ValueLayout.JAVA_INT, (long) index * POLL_OCTETS, fd);
    polled.set(ValueLayout.JAVA_SHORT, (long) index * POLL_OCTETS + 4, POLLIN);
  }

  @Override
  public int add(String directory) throws PosixException {
    refuseRemote(directory);
    var scratch = Scratch.take();
    try {
      int watch = LIBC.inotify_add_watch(descriptor, scratch.path("watch", directory), WANTED);
      if (watch < 0) {
        throw PosixException.of("inotify_add_watch", directory, lastErrno());
      }
      return watch;
    } finally {
      scratch.giveBack();
    }
  }

  /// What other machines do to a network file system is not told.
  private static void refuseRemote(String directory) throws PosixException {
    int open = Posix.files().open(directory, OpenFlags.READ | OpenFlags.DIRECTORY, 0);
    try {
      long type = TimestampGrain.fileSystem(open);
      if (type == NFS || type == SMB || type == SMB2 || type == CIFS || type == FUSE) {
        throw new PosixException("inotify_add_watch", directory, Errno.EOPNOTSUPP);
      }
    } finally {
      Posix.files().close(open);
    }
  }

  @Override
  public void remove(int watch) {
    int _ = LIBC.inotify_rm_watch(descriptor, watch);
  }

  @Override
  public List<Change> await(Duration most) throws PosixException {
    int millis = Math.clamp(most.plusNanos(999_999).toMillis(), 0, Integer.MAX_VALUE);
    if (LIBC.poll(polled.address(), 2, millis) < 0) {
      interruptedOr("poll");
      return List.of();
    }
    long _ = LIBC.read(bell, count.address(), Long.BYTES);
    long octets = LIBC.read(descriptor, events.address(), BUFFER_OCTETS);
    if (octets < 0) {
      interruptedOr("read");
      return List.of();
    }
    return changes(octets);
  }

  private static void interruptedOr(String call) throws PosixException {
    int number = lastErrno();
    var errno = Errno.of(number);
    if (errno != Errno.EINTR && errno != Errno.EAGAIN) {
      throw PosixException.of(call, "inotify", number);
    }
  }

  /// `struct inotify_event`: watch, mask, cookie, length of the name, name with NULs behind it.
  private List<Change> changes(long octets) {
    var changes = new ArrayList<Change>();
    for (long at = 0; at < octets; ) {
      int watch = events.get(ValueLayout.JAVA_INT, at);
      var kind = kind(events.get(ValueLayout.JAVA_INT, at + 4));
      int length = events.get(ValueLayout.JAVA_INT, at + 12);
      if (kind != null) {
        var name = length == 0 ? "" : events.getString(at + HEADER_OCTETS, StandardCharsets.UTF_8);
        changes.add(new Change(Math.max(0, watch), name, kind));
      }
      at += HEADER_OCTETS + length;
    }
    return changes;
  }

  private static @Nullable Kind kind(int mask) {
    if ((mask & IN_Q_OVERFLOW) != 0) {
      return Kind.OVERFLOW;
    }
    if ((mask & IN_IGNORED) != 0) {
      return Kind.ENDED;
    }
    if ((mask & IN_CLOSE_WRITE) != 0) {
      return Kind.CLOSED;
    }
    return (mask & WANTED) != 0 ? Kind.CHANGED : null;
  }

  @Override
  public void wake() {
    long _ = LIBC.write(bell, one.address(), Long.BYTES);
  }

  @Override
  public void close() {
    LIBC.close(descriptor);
    LIBC.close(bell);
    arena.close();
  }
}
