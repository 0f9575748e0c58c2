package org.popinjay.mailstore.lock;

/// What a spool is locked for.
public enum Purpose {
  /// Reading what was appended; others may read at the same time.
  READ,
  /// Reading what others keep: only with a lock that keeps nobody waiting who reads as well, and
  /// that needs no right to write.
  LOOK,
  /// Changing it; nobody else may read or write.
  WRITE
}
