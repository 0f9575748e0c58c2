package org.popinjay.mailstore.mbox.disk;

import org.popinjay.posix.FileStat;

/// Which file, whatever its names.
public record SpoolInode(long device, long inode) {
  /// That of a file which was looked at.
  public static SpoolInode of(FileStat stat) {
    return new SpoolInode(stat.device(), stat.inode());
  }
}
