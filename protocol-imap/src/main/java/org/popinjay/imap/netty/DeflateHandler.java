package org.popinjay.imap.netty;

import static io.netty.buffer.Unpooled.EMPTY_BUFFER;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/// Compresses what is sent and expands what comes (RFC 4978): raw deflate, flushed behind each
/// batch of answers.
///
/// A client that pauses reading pauses expanding too: compressed input waits as it came, so that a
/// few octets never become many that nobody asked for.
final class DeflateHandler extends ChannelDuplexHandler {

  /// Sent down the pipeline when what comes is not worth expanding any further.
  enum Refused {
    /// It is not deflated data.
    MALFORMED,
    /// It grows more than any mail command does.
    BOMB
  }

  /// Honest commands shrink to a fifth; nothing but zeros to a thousandth.
  private static final long RATIO_MAX = 1000;

  /// Below so much in all, ratios are not judged.
  private static final long BOMB_OCTETS_MIN = 1 << 20;

  private static final int PIECE_OCTETS = 16 * 1024;

  private final Inflater inflater = new Inflater(true);
  private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);

  /// Input that was not expanded yet.
  private @Nullable ByteBuf waiting;

  /// Whether more may come out of what the inflater was given.
  private boolean more;

  private boolean expanding;
  private boolean stopped;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf octets)) {
      ctx.fireChannelRead(message);
      return;
    }
    if (stopped) {
      octets.release();
      return;
    }
    waiting =
        waiting == null
            ? octets
            : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), waiting, octets);
    expand(ctx);
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (!behind() || expanding || stopped) {
      ctx.read();
      return;
    }
    // What is here already goes first; the reading goes on behind it.
    ctx.executor()
        .execute(() -> {
          expand(ctx);
          ctx.fireChannelReadComplete();
          if (!behind()) {
            ctx.read();
          }
        });
  }

  /// Whether there is input that was not expanded to its end.
  private boolean behind() {
    return more || waiting != null;
  }

  private void expand(ChannelHandlerContext ctx) {
    if (expanding) {
      return;
    }
    expanding = true;
    try {
      while (behind() && !stopped && ctx.channel().config().isAutoRead()) {
        piece(ctx);
      }
    } catch (DataFormatException _) {
      refuse(ctx, Refused.MALFORMED);
    } finally {
      expanding = false;
    }
  }

  /// Expands one piece and hands it on.
  private void piece(ChannelHandlerContext ctx) throws DataFormatException {
    if (!more) {
      feed();
    }
    var octets = new byte[PIECE_OCTETS];
    int grown = inflater.inflate(octets);
    if (inflater.finished() || inflater.needsDictionary()) {
      throw new DataFormatException("an end where there is none");
    }
    more = grown == PIECE_OCTETS || !inflater.needsInput();
    long total = inflater.getBytesWritten();
    if (total > BOMB_OCTETS_MIN && total > RATIO_MAX * inflater.getBytesRead()) {
      refuse(ctx, Refused.BOMB);
    } else if (grown > 0) {
      ctx.fireChannelRead(ctx.alloc().buffer(grown).writeBytes(octets, 0, grown));
    }
  }

  private void feed() {
    var input = waiting;
    if (input == null) {
      return;
    }
    var octets = new byte[Math.min(PIECE_OCTETS, input.readableBytes())];
    input.readBytes(octets);
    inflater.setInput(octets);
    if (!input.isReadable()) {
      input.release();
      waiting = null;
    }
  }

  private void refuse(ChannelHandlerContext ctx, Refused why) {
    stopped = true;
    drop();
    ctx.fireUserEventTriggered(why);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (!(message instanceof ByteBuf octets)) {
      var _ = ctx.write(message, promise);
      return;
    }
    try {
      var _ =
          ctx.write(octets.isReadable() ? compressed(ctx.alloc(), octets) : EMPTY_BUFFER, promise);
    } finally {
      octets.release();
    }
  }

  private ByteBuf compressed(ByteBufAllocator allocator, ByteBuf octets) {
    var out = allocator.directBuffer(64 + octets.readableBytes() / 3);
    deflater.setInput(octets.nioBuffer());
    while (true) {
      out.ensureWritable(64);
      int room = out.writableBytes();
      int length = deflater.deflate(out.nioBuffer(out.writerIndex(), room), Deflater.SYNC_FLUSH);
      out.writerIndex(out.writerIndex() + length);
      if (length < room) {
        return out;
      }
      out.ensureWritable(Math.max(64, out.readableBytes()));
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    stopped = true;
    drop();
    inflater.end();
    deflater.end();
  }

  private void drop() {
    if (waiting != null) {
      waiting.release();
      waiting = null;
    }
  }
}
