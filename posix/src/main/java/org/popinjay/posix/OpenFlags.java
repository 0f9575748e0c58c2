package org.popinjay.posix;

/// How a file is opened. The values are ours; [Posix] translates them, since those of the system
/// differ by CPU.
public final class OpenFlags {
  /// Reading only.
  public static final int READ = 0;

  /// Reading and writing.
  public static final int READ_WRITE = 1;

  /// Makes the file if it is not there.
  public static final int CREATE = 1 << 1;

  /// Fails if the file is there; with [#CREATE].
  public static final int EXCLUSIVE = 1 << 2;

  /// Fails with ELOOP if the last component is a symbolic link.
  public static final int NO_FOLLOW = 1 << 3;

  /// Never waits, for instance on a FIFO.
  public static final int NON_BLOCKING = 1 << 4;

  /// Every write goes to the end.
  public static final int APPEND = 1 << 5;

  /// Fails unless it is a directory.
  public static final int DIRECTORY = 1 << 6;

  /// Cuts the file to nothing.
  public static final int TRUNCATE = 1 << 7;

  /// Reading does not change the access time, by which shells and mutt tell new mail; only for the
  /// owner of the file, else `EPERM`.
  public static final int KEEP_ACCESS_TIME = 1 << 8;

  private OpenFlags() {}
}
