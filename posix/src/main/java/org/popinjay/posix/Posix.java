package org.popinjay.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// The front of the only door to jnr-posix and jnr-ffi: the file calls, and what the system says of
/// itself.
///
/// Linux on a 64-bit CPU. All methods may be called from any thread.
public final class Posix {
  private static final FileCalls FILES = new SystemFileCalls();
  private static final int UNAME_FIELD_OCTETS = 65;

  private Posix() {}

  /// The file calls of the system.
  public static FileCalls files() {
    return FILES;
  }

  /// A new watch over directories; it costs the process one of a limited number of them.
  ///
  /// @throws PosixException when the system has none to give, `EMFILE` among others
  public static DirectoryWatch directoryWatch() throws PosixException {
    return new Inotify();
  }

  /// The id of this process.
  public static long processId() {
    return ProcessHandle.current().pid();
  }

  /// Whether a process of this id is running on this host, whoever owns it (kill(2) with signal 0).
  public static boolean processExists(int pid) {
    if (pid <= 0) {
      throw new IllegalArgumentException("pid " + pid + " (expected at least 1)");
    }
    return Native.LIBC.kill(pid, 0) == 0 || Errno.of(Native.lastErrno()) != Errno.ESRCH;
  }

  /// The name of this host as the kernel knows it (uname(2)), with or without its domain.
  public static String hostName() {
    return uname(1);
  }

  /// The release of the kernel, for instance `6.12.48-1-amd64`.
  public static String kernelRelease() {
    return uname(2);
  }

  private static String uname(int field) {
    try (var arena = Arena.ofConfined()) {
      MemorySegment names = arena.allocate(6L * UNAME_FIELD_OCTETS);
      if (Native.LIBC.uname(names.address()) != 0) {
        throw new IllegalStateException("uname: errno " + Native.lastErrno());
      }
      return names.getString((long) field * UNAME_FIELD_OCTETS, StandardCharsets.ISO_8859_1);
    }
  }
}
