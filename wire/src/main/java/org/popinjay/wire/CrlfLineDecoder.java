package org.popinjay.wire;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ByteProcessor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Cuts the stream into lines and hands each to a [LineReader]; what that makes of it goes down the
/// pipeline.
///
/// Lines end with CRLF; LF alone is accepted, for people at a terminal and old telephones. Every
/// octet is looked at once, however the stream is cut. Holds a buffer only while part of a line, or
/// lines that must wait, are there.
public final class CrlfLineDecoder extends ChannelInboundHandlerAdapter implements Intake {

  /// How much of an overlong line is swallowed in the hope of its end, in octets.
  public static final int SWALLOWED_OCTETS_MAX = 64 * 1024;

  /// Buffers above this are not kept for the beginning of a line.
  private static final int LARGE_OCTETS = 1024;

  /// How long a line that was begun may stay as it is.
  public static final Duration LINE_STALL_MAX = Duration.ofSeconds(30);

  /// Sent down the pipeline when a line that was begun did not grow for [#LINE_STALL_MAX].
  public enum Stalled {
    /// There is one kind only.
    STALLED
  }

  private enum Mode {
    LINES,
    SWALLOWING,
    STOPPED
  }

  private final Scanner scanner = new Scanner();
  private final int limit;
  private LineReader reader;

  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuf pending;
  private @Nullable Object end;
  private Mode mode = Mode.LINES;

  /// A bit for each [Reason] that holds now.
  private int paused;

  /// Octets behind the reader index that were looked at already, or were swallowed.
  private int seen;

  private int lineLimit;

  /// Counts up with each piece of input.
  private int pieces;

  private boolean watching;
  private boolean decoding;

  /// @param limit longest line in octets with its line end
  /// @param reader what makes something of lines
  public CrlfLineDecoder(int limit, LineReader reader) {
    this.limit = limit;
    this.lineLimit = limit;
    this.reader = reader;
  }

  /// Lets another reader have the lines from the next one on, for the rounds of a SASL exchange.
  public void readBy(LineReader next) {
    reader = next;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    drop();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    drop();
    ctx.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf octets)) {
      ctx.fireChannelRead(message);
      return;
    }
    if (mode == Mode.STOPPED) {
      octets.release();
      return;
    }
    pieces++;
    pending =
        pending == null
            ? octets
            : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), pending, octets);
    if (paused == 0) {
      decode(ctx);
    } else {
      ctx.channel().config().setAutoRead(false);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent && pending != null && paused != 0) {
      end = event;
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void pause(Reason reason) {
    paused |= reason.bit();
  }

  @Override
  public void resume(Reason reason) {
    var ctx = context;
    paused &= ~reason.bit();
    if (paused != 0 || decoding || ctx == null) {
      return;
    }
    decode(ctx);
    ctx.fireChannelReadComplete();
    if (paused == 0) {
      var event = end;
      end = null;
      if (event != null) {
        ctx.fireUserEventTriggered(event);
      }
      ctx.channel().config().setAutoRead(true);
    }
  }

  @Override
  public void stop() {
    mode = Mode.STOPPED;
    if (!decoding) {
      drop();
    }
    if (context != null) {
      context.channel().config().setAutoRead(true);
    }
  }

  private void decode(ChannelHandlerContext ctx) {
    if (decoding) {
      return;
    }
    decoding = true;
    try {
      while (paused == 0 && pending != null && next(ctx, pending)) {}
    } finally {
      decoding = false;
    }
    tidy(ctx);
  }

  /// Takes one step; false when nothing more can be done with what is there.
  private boolean next(ChannelHandlerContext ctx, ByteBuf buffer) {
    return switch (mode) {
      case LINES -> line(ctx, buffer);
      case SWALLOWING -> swallow(ctx, buffer);
      case STOPPED -> false;
    };
  }

  private boolean line(ChannelHandlerContext ctx, ByteBuf buffer) {
    int from = buffer.readerIndex();
    int available = buffer.readableBytes();
    int stop = available > seen ? buffer.forEachByte(from + seen, available - seen, scanner) : -1;
    int length = stop < 0 ? available : stop + 1 - from;
    boolean ends = stop >= 0 && buffer.getByte(stop) == '\n';
    if (tooLong(buffer, from, length, ends)) {
      seen = length;
      buffer.skipBytes(length);
      return ends ? tooLong(ctx) : swallowFromHere();
    }
    if (stop < 0) {
      seen = length;
      return false;
    }
    if (!ends) {
      return fault(ctx, LineFault.INVALID_OCTET);
    }
    nextLine();
    buffer.skipBytes(length);
    boolean crlf = length > 1 && buffer.getByte(stop - 1) == '\r';
    ctx.fireChannelRead(reader.read(buffer, from, crlf ? length - 2 : length - 1));
    return true;
  }

  /// Whether a line of at least so many octets is over the limit.
  private boolean tooLong(ByteBuf buffer, int from, int length, boolean ends) {
    int least = ends ? length : length + 1;
    if (least > lineLimit) {
      lineLimit = Math.max(lineLimit, reader.longestLine(buffer, from, length));
    }
    return least > lineLimit;
  }

  private boolean swallowFromHere() {
    mode = Mode.SWALLOWING;
    return true;
  }

  private boolean swallow(ChannelHandlerContext ctx, ByteBuf buffer) {
    int end = buffer.indexOf(buffer.readerIndex(), buffer.writerIndex(), (byte) '\n');
    int length = end < 0 ? buffer.readableBytes() : end + 1 - buffer.readerIndex();
    seen += length;
    buffer.skipBytes(length);
    if (seen > SWALLOWED_OCTETS_MAX) {
      return fault(ctx, LineFault.ENDLESS);
    }
    return end >= 0 && tooLong(ctx);
  }

  private boolean tooLong(ChannelHandlerContext ctx) {
    nextLine();
    ctx.fireChannelRead(reader.fault(LineFault.TOO_LONG));
    return true;
  }

  private void nextLine() {
    mode = Mode.LINES;
    seen = 0;
    lineLimit = limit;
    scanner.afterCr = false;
  }

  private boolean fault(ChannelHandlerContext ctx, LineFault fault) {
    mode = Mode.STOPPED;
    ctx.fireChannelRead(reader.fault(fault));
    return false;
  }

  /// Gives a used-up buffer back, and moves the beginning of a line out of a large one.
  private void tidy(ChannelHandlerContext ctx) {
    var buffer = pending;
    if (buffer == null) {
      return;
    }
    if (mode == Mode.STOPPED || !buffer.isReadable()) {
      drop();
    } else if (paused == 0
        && buffer.capacity() > LARGE_OCTETS
        && buffer.capacity() > 2 * buffer.readableBytes()) {
      var small = ctx.alloc().buffer(buffer.readableBytes());
      small.writeBytes(buffer);
      buffer.release();
      pending = small;
    } else {
      buffer.discardSomeReadBytes();
    }
    if (pending != null && paused == 0 && !watching) {
      watch(ctx);
    }
  }

  /// Comes back later to see whether the line that was begun has grown. A client that sends whole
  /// lines never causes a timer, one that sends octet by octet a single one at a time.
  private void watch(ChannelHandlerContext ctx) {
    watching = true;
    int before = pieces;
    var _ =
        ctx.executor()
            .schedule(() -> lookAgain(ctx, before), LINE_STALL_MAX.toNanos(), NANOSECONDS);
  }

  private void lookAgain(ChannelHandlerContext ctx, int before) {
    watching = false;
    if (pending == null || paused != 0) {
      return;
    }
    if (pieces == before) {
      ctx.fireUserEventTriggered(Stalled.STALLED);
    } else {
      watch(ctx);
    }
  }

  private void drop() {
    if (pending != null) {
      pending.release();
      pending = null;
    }
  }

  /// Stops at the end of a line and at octets that may not be in one.
  private static final class Scanner implements ByteProcessor {
    boolean afterCr;

    @Override
    public boolean process(byte octet) {
      if (octet == '\n') {
        afterCr = false;
        return false;
      }
      if (octet == 0 || afterCr) {
        return false;
      }
      afterCr = octet == '\r';
      return true;
    }
  }
}
