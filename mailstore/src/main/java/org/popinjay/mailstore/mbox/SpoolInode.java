package org.popinjay.mailstore.mbox;

import org.popinjay.posix.FileStat;

/// Which file, whatever its names.
record SpoolInode(long device, long inode) {
  static SpoolInode of(FileStat stat) {
    return new SpoolInode(stat.device(), stat.inode());
  }
}
