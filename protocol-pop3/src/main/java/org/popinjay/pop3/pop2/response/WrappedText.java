package org.popinjay.pop3.pop2.response;

import java.nio.ByteBuffer;
import org.popinjay.mailstore.MessageContent;

/// The octets of a message as POP2 sends them: those that every protocol sends, and the [Wrapping]
/// around them. Exactly [#octets] of them.
///
/// Read front to back by one thread.
public final class WrappedText implements AutoCloseable {
  private final MessageContent content;
  private final ByteBuffer before;
  private final ByteBuffer behind;
  private final long octets;
  private long left;

  /// @param content closed with this
  /// @param seen whether the message was read in an earlier session
  public WrappedText(MessageContent content, Wrapping wrapping, boolean seen) {
    this.content = content;
    this.before = ByteBuffer.wrap(wrapping.before(seen));
    this.behind = ByteBuffer.wrap(wrapping.behind());
    this.left = content.octets();
    this.octets = left + wrapping.octets(seen);
  }

  /// Octets of all.
  public long octets() {
    return octets;
  }

  /// Puts the next octets into a direct buffer; may leave room. May block on the disk.
  ///
  /// @param into has room for sixteen octets at least
  public MessageContent.Chunk read(ByteBuffer into) {
    if (before.hasRemaining()) {
      return whole(before, into);
    }
    if (left > 0) {
      var chunk = content.read(into);
      if (chunk instanceof MessageContent.Chunk.Octets(int count)) {
        left -= count;
      }
      return chunk;
    }
    return whole(behind, into);
  }

  private static MessageContent.Chunk whole(ByteBuffer from, ByteBuffer into) {
    int count = from.remaining();
    into.put(from);
    return new MessageContent.Chunk.Octets(count);
  }

  @Override
  public void close() {
    content.close();
  }
}
