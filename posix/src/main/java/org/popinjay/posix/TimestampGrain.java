package org.popinjay.posix;

/// How far the times of a file can be trusted to show a change.
///
/// The kernel stamps files with a clock that ticks every few milliseconds, so that two changes
/// within one tick carry the same time. Since Linux 6.13 some file systems take the fine clock for
/// the first change after a time was looked at.
public enum TimestampGrain {
  /// A change after a stat always shows in the change time.
  FINE,
  /// A change may hide within a tick of the clock; a time younger than two seconds proves nothing.
  COARSE;

  private static final long EXT4 = 0xEF53L;
  private static final long XFS = 0x58465342L;
  private static final long BTRFS = 0x9123683EL;
  private static final long TMPFS = 0x01021994L;
  private static final boolean KERNEL_IS_FINE = kernelIsFine(Posix.kernelRelease());

  /// The grain of the file system on which an open file lies; [#COARSE] when in doubt.
  public static TimestampGrain of(int descriptor) throws PosixException {
    return KERNEL_IS_FINE && isFine(fileSystem(descriptor)) ? FINE : COARSE;
  }

  private static boolean isFine(long fileSystem) {
    return fileSystem == EXT4 || fileSystem == XFS || fileSystem == BTRFS || fileSystem == TMPFS;
  }

  /// `struct statfs` begins with the type of the file system.
  static long fileSystem(int descriptor) throws PosixException {
    var scratch = Scratch.take();
    try {
      if (Native.LIBC.fstatfs(descriptor, scratch.result()) != 0) {
        throw PosixException.of("statfs", "fd " + descriptor, Native.lastErrno());
      }
      return scratch.longAt(0) & 0xFFFFFFFFL;
    } finally {
      scratch.giveBack();
    }
  }

  /// Whether a release such as `6.13.0-rc1` is 6.13 or later; one that cannot be read is not.
  static boolean kernelIsFine(String release) {
    int dot = release.indexOf('.');
    int end = dot + 1;
    while (end < release.length() && Character.isDigit(release.charAt(end))) {
      end++;
    }
    try {
      int major = Integer.parseInt(release, 0, Math.max(dot, 0), 10);
      int minor = Integer.parseInt(release, dot + 1, end, 10);
      return major > 6 || (major == 6 && minor >= 13);
    } catch (NumberFormatException _) {
      return false;
    }
  }
}
