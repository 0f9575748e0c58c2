package org.popinjay.posix;

import static org.popinjay.posix.Native.LIBC;
import static org.popinjay.posix.Native.lastErrno;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;

/// Descriptors that were open before this program began.
public final class InheritedDescriptors {
  private static final int F_SETFD = 2;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int FD_CLOEXEC = 1;
  private static final int O_NONBLOCK = 04000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_ACCEPTCONN = 30;

  private InheritedDescriptors() {}

  /// Makes a listening socket fit for event loops: it never blocks, and programs that are started
  /// do not get it.
  ///
  /// @throws PosixException `EBADF` where nothing is open, `ENOTSOCK` for what is no socket,
  ///   `EINVAL` for a socket that does not listen
  public static void adoptListening(int descriptor) throws PosixException {
    if (!listens(descriptor)) {
      throw new PosixException("listen", "fd " + descriptor, Errno.EINVAL);
    }
    int flags = checked(descriptor, LIBC.fcntl(descriptor, F_GETFL, 0));
    checked(descriptor, LIBC.fcntl(descriptor, F_SETFL, flags | O_NONBLOCK));
    checked(descriptor, LIBC.fcntl(descriptor, F_SETFD, FD_CLOEXEC));
  }

  private static boolean listens(int descriptor) throws PosixException {
    try (var arena = Arena.ofConfined()) {
      var value = arena.allocate(ValueLayout.JAVA_INT);
      var octets = arena.allocateFrom(ValueLayout.JAVA_INT, Integer.BYTES);
      int done =
          LIBC.getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, value.address(), octets.address());
      checked(descriptor, done);
      return value.get(ValueLayout.JAVA_INT, 0) != 0;
    }
  }

  private static int checked(int descriptor, int result) throws PosixException {
    if (result < 0) {
      throw PosixException.of("adopt", "fd " + descriptor, lastErrno());
    }
    return result;
  }
}
