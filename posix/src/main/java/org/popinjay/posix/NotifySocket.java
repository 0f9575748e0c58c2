package org.popinjay.posix;

import static org.popinjay.posix.Native.LIBC;
import static org.popinjay.posix.Native.lastErrno;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// A socket that texts are sent through, one datagram each, to a program of this machine: what
/// sd_notify(3) speaks. Thread-safe.
public final class NotifySocket implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 02000000;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int NAME_OCTETS = 108;

  private final int descriptor;
  private final String path;

  private NotifySocket(int descriptor, String path) {
    this.descriptor = descriptor;
    this.path = path;
  }

  /// Connects to a socket by its path, or by its name in the abstract namespace, which begins with
  /// `@`.
  ///
  /// @throws PosixException when nobody listens there, or the path is too long
  public static NotifySocket connect(String path) throws PosixException {
    var name = path.getBytes(StandardCharsets.UTF_8);
    if (name.length == 0 || name.length >= NAME_OCTETS) {
      throw new PosixException("connect", path, Errno.ENAMETOOLONG);
    }
    if (name[0] == '@') {
      name[0] = 0;
    }
    int descriptor = LIBC.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
      throw PosixException.of("socket", path, lastErrno());
    }
    try (var arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(2 + NAME_OCTETS, 2);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
      if (LIBC.connect(descriptor, address.address(), 2 + name.length) != 0) {
        int errno = lastErrno();
        LIBC.close(descriptor);
        throw PosixException.of("connect", path, errno);
      }
    }
    return new NotifySocket(descriptor, path);
  }

  /// Sends a text; waits while the other side is busy.
  public void send(String text) throws PosixException {
    send(text, MSG_NOSIGNAL);
  }

  /// Sends a text if that can be done at once; fit for event loops.
  ///
  /// @return false where the other side is busy
  public boolean offer(String text) throws PosixException {
    try {
      send(text, MSG_NOSIGNAL | MSG_DONTWAIT);
      return true;
    } catch (PosixException e) {
      if (e.errno() == Errno.EAGAIN) {
        return false;
      }
      throw e;
    }
  }

  private void send(String text, int flags) throws PosixException {
    var octets = text.getBytes(StandardCharsets.UTF_8);
    try (var arena = Arena.ofConfined()) {
      MemorySegment message = arena.allocateFrom(ValueLayout.JAVA_BYTE, octets);
      while (LIBC.send(descriptor, message.address(), octets.length, flags) < 0) {
        int errno = lastErrno();
        if (Errno.of(errno) != Errno.EINTR) {
          throw PosixException.of("send", path, errno);
        }
      }
    }
  }

  @Override
  public void close() {
    LIBC.close(descriptor);
  }
}
