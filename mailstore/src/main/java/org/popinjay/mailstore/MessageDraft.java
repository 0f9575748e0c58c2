package org.popinjay.mailstore;

import java.nio.ByteBuffer;

/// A message on its way into a mailbox; its octets lie on disk and never all in memory.
///
/// Used by one thread at a time. Gone when closed, or when the server ends.
public interface MessageDraft extends AutoCloseable {

  /// Adds octets; all that remain in the buffer. May block on the disk.
  ///
  /// Fails with [StoreFailure.NoSpace], [StoreFailure.Broken] or [StoreFailure.Unavailable]; the
  /// draft is of no use then.
  StoreResult<Long> write(ByteBuffer octets);

  /// Octets so far.
  long octets();

  /// Whether there is a NUL among them.
  boolean hasNul();

  @Override
  void close();
}
