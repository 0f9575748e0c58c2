package org.popinjay.pop3.handler;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.MessageContent.Chunk;
import org.popinjay.mailstore.StoreFailure;

/// The octets of a message, one after the other, for handlers that look into them. Blocks on the
/// disk.
final class MessageOctets implements AutoCloseable {

  /// What [#next] gives where there are no more.
  static final int END = -1;

  private static final int PIECE_OCTETS = 16 * 1024;

  private final MessageContent content;
  private final ByteBuf buffer;
  private final ByteBuffer piece;
  private @Nullable StoreFailure failure;

  /// @param content closed with this
  MessageOctets(MessageContent content) {
    this.content = content;
    this.buffer = PooledByteBufAllocator.DEFAULT.directBuffer(PIECE_OCTETS, PIECE_OCTETS);
    this.piece = buffer.nioBuffer(0, PIECE_OCTETS).limit(0);
  }

  /// The next octet, or [#END].
  int next() {
    return piece.hasRemaining() || more() ? piece.get() & 0xFF : END;
  }

  private boolean more() {
    if (failure != null) {
      return false;
    }
    piece.clear();
    if (content.read(piece) instanceof Chunk.Lost(StoreFailure why)) {
      failure = why;
    }
    piece.flip();
    return piece.hasRemaining();
  }

  /// Why octets are missing at the end; null if none are.
  @Nullable StoreFailure failure() {
    return failure;
  }

  @Override
  public void close() {
    buffer.release();
    content.close();
  }
}
