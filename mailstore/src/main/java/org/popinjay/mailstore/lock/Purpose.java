package org.popinjay.mailstore.lock;

/// What a spool is locked for.
public enum Purpose {
  /// Reading what was appended; others may read at the same time.
  READ,
  /// Changing it; nobody else may read or write.
  WRITE
}
