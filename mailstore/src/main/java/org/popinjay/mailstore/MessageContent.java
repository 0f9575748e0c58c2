package org.popinjay.mailstore;

import java.nio.ByteBuffer;

/// The octets of one message as every protocol sends them: line ends as CRLF, bookkeeping fields of
/// the store left out, exactly [#octets] of them.
///
/// Read front to back by one thread. Octets handed out were part of this message when they were
/// read: a spool that another program changed meanwhile shows as [Chunk.Lost], never as other
/// octets.
public interface MessageContent extends AutoCloseable {

  /// What one reading came to.
  sealed interface Chunk {
    /// So many octets were put into the buffer; 0 only at the end.
    record Octets(int count) implements Chunk {}

    /// The message cannot be found any more or the disk failed; nothing was put into the buffer.
    record Lost(StoreFailure failure) implements Chunk {}
  }

  /// Size of the whole stream.
  long octets();

  /// Puts the next octets into a direct buffer and advances its position; may leave room.
  ///
  /// May block on the disk. The buffer needs room for at least two octets.
  Chunk read(ByteBuffer into);

  @Override
  void close();
}
