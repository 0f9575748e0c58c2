package org.popinjay.mailstore.faults;

import java.util.EnumSet;
import java.util.Set;
import org.popinjay.posix.Errno;

/// Kinds of file calls, and the errors that a real system answers each with.
public enum CallKind {
  /// open and openat.
  OPEN(Errno.EIO, Errno.ENOSPC, Errno.EDQUOT, Errno.EMFILE),
  /// close.
  CLOSE(Errno.EIO),
  /// fstat, stat and fstatat.
  STAT(Errno.EIO),
  /// pread.
  READ(Errno.EIO),
  /// pwrite.
  WRITE(Errno.EIO, Errno.ENOSPC, Errno.EDQUOT),
  /// ftruncate.
  TRUNCATE(Errno.EIO),
  /// fdatasync.
  SYNC_DATA(Errno.EIO),
  /// fsync.
  SYNC(Errno.EIO),
  /// posix_fallocate.
  ALLOCATE(Errno.ENOSPC, Errno.EDQUOT, Errno.EOPNOTSUPP),
  /// sync_file_range, a hint.
  START_WRITE_BACK,
  /// Both kinds of locks; EAGAIN makes the attempt come back empty-handed.
  TRY_LOCK(Errno.EAGAIN),
  /// Giving a lock back.
  UNLOCK,
  /// Asking who holds one.
  LOCK_HOLDER,
  /// link.
  LINK(Errno.EIO, Errno.ENOSPC, Errno.EDQUOT),
  /// unlink.
  UNLINK(Errno.EIO),
  /// rename.
  RENAME(Errno.EIO, Errno.ENOSPC, Errno.EDQUOT),
  /// mkdir.
  MAKE_DIRECTORY(Errno.EIO, Errno.ENOSPC, Errno.EDQUOT),
  /// rmdir.
  REMOVE_DIRECTORY(Errno.EIO),
  /// readdir.
  LIST(Errno.EIO),
  /// utimensat and futimens.
  SET_TIMES(Errno.EIO);

  // Written by the constructor alone.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Set<Errno> errors;

  CallKind(Errno... errors) {
    this.errors = EnumSet.noneOf(Errno.class);
    this.errors.addAll(Set.of(errors));
  }

  /// Whether a healthy program on a sick machine may see this error from this call.
  public boolean mayFailWith(Errno errno) {
    return errors.contains(errno);
  }
}
