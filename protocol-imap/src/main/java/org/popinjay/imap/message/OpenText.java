package org.popinjay.imap.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.MessageContent.Chunk;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.Uid;

/// The message whose text a session read last, and where it stopped reading.
///
/// Clients fetch large texts in a loop of pieces; each piece goes on where the one before it ended,
/// without a look at what lies before. Contents can be read only forward: going back opens the
/// message anew. Between commands it holds no buffer. Used by one session at a time; may block.
final class OpenText implements AutoCloseable {

  /// Octets read at once of what is not sent right away.
  private static final int SCRATCH_OCTETS = 64 * 1024;

  /// Contents can be asked for so many octets at least.
  private static final int PAIR_OCTETS = 2;

  private static final int NONE = -1;

  private final IntFunction<StoreResult<MessageContent>> contents;
  private @Nullable MessageContent content;
  private int uid;

  /// Offset of the next octet that [#read] gives.
  private long at;

  /// An octet that was read because contents are read in pieces of two at least, or [#NONE].
  private int ahead = NONE;

  private @Nullable ByteBuf scratch;

  /// @param contents opens the message at a position
  OpenText(IntFunction<StoreResult<MessageContent>> contents) {
    this.contents = contents;
  }

  /// Stands at an offset of a message.
  ///
  /// @param offset at most the size of the message
  /// @return why that cannot be, or null
  @Nullable StoreFailure seek(int position, Uid ofMessage, long offset) {
    if (content == null || uid != ofMessage.bits() || at > offset) {
      close();
      switch (contents.apply(position)) {
        case StoreResult.Failed<MessageContent>(var failure) -> {
          return failure;
        }
        case StoreResult.Done<MessageContent>(var opened) -> {
          content = opened;
          uid = ofMessage.bits();
        }
      }
    }
    return at == offset ? null : skip(offset - at);
  }

  private @Nullable StoreFailure skip(long octets) {
    for (long left = octets; left > 0; ) {
      switch (read(scratch((int) Math.min(left, SCRATCH_OCTETS)))) {
        case Chunk.Lost(var failure) -> {
          return failure;
        }
        case Chunk.Octets(int count) -> left -= count;
      }
    }
    return null;
  }

  /// A direct buffer for octets that are not sent as they are; the same one each time.
  ///
  /// @param octets its size, at most 64 KiB
  ByteBuffer scratch(int octets) {
    return buffer().nioBuffer(0, octets);
  }

  private ByteBuf buffer() {
    var buffer = scratch;
    if (buffer == null) {
      buffer = ByteBufAllocator.DEFAULT.directBuffer(SCRATCH_OCTETS + PAIR_OCTETS);
      scratch = buffer;
    }
    return buffer;
  }

  /// Gives the buffer back; a command has come to its end. The place in the message is kept.
  void rest() {
    if (scratch != null) {
      scratch.release();
      scratch = null;
    }
  }

  /// Puts the next octets into a direct buffer, at least one unless the message is at its end.
  ///
  /// @param into with room for one octet at least
  Chunk read(ByteBuffer into) {
    int before = into.position();
    if (ahead != NONE) {
      into.put((byte) ahead);
      ahead = NONE;
      at++;
    }
    var chunk =
        switch (into.remaining()) {
          case 0 -> new Chunk.Octets(0);
          case 1 -> readOne(into);
          default -> opened().read(into);
        };
    return switch (chunk) {
      case Chunk.Lost lost -> {
        close();
        yield lost;
      }
      case Chunk.Octets(int count) -> {
        at += count;
        yield new Chunk.Octets(into.position() - before);
      }
    };
  }

  private Chunk readOne(ByteBuffer into) {
    var pair = buffer().nioBuffer(SCRATCH_OCTETS, PAIR_OCTETS);
    var chunk = opened().read(pair);
    pair.flip();
    return switch (chunk) {
      case Chunk.Lost lost -> lost;
      case Chunk.Octets(int count) -> {
        if (pair.hasRemaining()) {
          into.put(pair.get());
        }
        if (pair.hasRemaining()) {
          ahead = Byte.toUnsignedInt(pair.get());
        }
        yield new Chunk.Octets(Math.min(count, 1));
      }
    };
  }

  /// Octets of a message as a content of their own, which goes to them when it is first read. To be
  /// read before anything else is.
  ///
  /// @param octets how many from there on, all of them in the message
  MessageContent piece(int position, Uid ofMessage, long from, long octets) {
    return new Piece(position, ofMessage, from, octets);
  }

  private final class Piece implements MessageContent {
    private final int position;
    private final Uid ofMessage;
    private final long from;
    private final long octets;
    private long given;

    Piece(int position, Uid ofMessage, long from, long octets) {
      this.position = position;
      this.ofMessage = ofMessage;
      this.from = from;
      this.octets = octets;
    }

    @Override
    public long octets() {
      return octets;
    }

    @Override
    public Chunk read(ByteBuffer into) {
      if (given == octets) {
        return new Chunk.Octets(0);
      }
      var failure = seek(position, ofMessage, from + given);
      if (failure != null) {
        return new Chunk.Lost(failure);
      }
      int limit = into.limit();
      into.limit(into.position() + (int) Math.min(octets - given, into.remaining()));
      var chunk = OpenText.this.read(into);
      into.limit(limit);
      if (chunk instanceof Chunk.Octets(int count)) {
        given += count;
      }
      return chunk;
    }

    @Override
    public void close() {}
  }

  private MessageContent opened() {
    if (content == null) {
      throw new IllegalStateException("no text was opened");
    }
    return content;
  }

  /// Lets the message go; another can be opened.
  @Override
  public void close() {
    rest();
    if (content != null) {
      content.close();
    }
    content = null;
    at = 0;
    ahead = NONE;
  }
}
