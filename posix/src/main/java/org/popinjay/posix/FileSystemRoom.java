package org.popinjay.posix;

/// How much room the file system has that a file or folder lies on.
///
/// @param octets its size
/// @param freeOctets what a process without privileges may still write
/// @param inodes how many files it can hold; 0 where it has no such limit
/// @param freeInodes how many more files it can hold
public record FileSystemRoom(long octets, long freeOctets, long inodes, long freeInodes) {

  /// The room where a folder is. Blocks on the disk, on a network file system maybe for long.
  public static FileSystemRoom of(String folder) throws PosixException {
    var files = Posix.files();
    int descriptor = files.open(folder, OpenFlags.READ | OpenFlags.DIRECTORY, 0);
    try {
      return of(descriptor);
    } finally {
      files.close(descriptor);
    }
  }

  /// `struct statfs` of Linux on 64 bits: type, block size, then counts of blocks and inodes; the
  /// unit of the blocks is the fragment size where there is one.
  private static FileSystemRoom of(int descriptor) throws PosixException {
    var scratch = Scratch.take();
    try {
      if (Native.LIBC.fstatfs(descriptor, scratch.result()) != 0) {
        throw PosixException.of("statfs", "fd " + descriptor, Native.lastErrno());
      }
      long fragment = scratch.longAt(72);
      long unit = fragment > 0 ? fragment : scratch.longAt(8);
      return new FileSystemRoom(
          scratch.longAt(16) * unit,
          scratch.longAt(32) * unit,
          scratch.longAt(40),
          scratch.longAt(48));
    } finally {
      scratch.giveBack();
    }
  }
}
