package org.popinjay.wire;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.popinjay.wire.trace.Tap;

/// The way in of a connection: takes the stream as it comes, has a protocol cut it up as long as
/// nothing holds it back, and notices when a client does not go on with what it has begun.
///
/// Holds a buffer only while there is something in it. On the event loop.
public abstract class InputDecoder extends ChannelInboundHandlerAdapter implements Intake {

  /// How long what was begun may stay as it is.
  public static final Duration STALL_MAX = Duration.ofSeconds(30);

  /// Buffers above this are not kept for the beginning of something.
  private static final int LARGE_OCTETS = 1024;

  /// Sent down the pipeline when what a client has begun did not grow for [#STALL_MAX].
  public enum Stalled {
    /// There is one kind only.
    STALLED
  }

  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuf pending;

  /// The client's end, while something before it is held back.
  private @Nullable Object end;

  /// A bit for each reason why nothing may be handed on now.
  private int held;

  /// Counts up with each piece of input.
  private int pieces;

  private volatile long received;
  private @Nullable Tap tap;

  /// Whether what comes was overheard from the start of a command on.
  private boolean overheard;

  private boolean telnet;
  private boolean stopped;
  private boolean watching;
  private boolean decoding;

  // What a protocol adds.

  /// Takes one step with octets that are there; false when nothing more can be done with them.
  protected abstract boolean step(ChannelHandlerContext ctx, ByteBuf buffer);

  /// Whether the client has begun something, apart from octets that no step took.
  protected boolean begun() {
    return false;
  }

  /// Whether whoever looks on may see what comes.
  protected boolean overhears() {
    return true;
  }

  /// No more will come of what was begun.
  protected void cutShort() {}

  // What a protocol asks.

  /// Has the option requests of telnet programs dropped at the start of lines (RFC 854).
  public final void dropTelnetRequests() {
    telnet = true;
  }

  /// Takes option requests of a telnet program at the start of a line, where they are to be
  /// dropped; true while the rest of one has still to come.
  protected final boolean takesTelnetRequests(ByteBuf buffer) {
    if (!telnet) {
      return false;
    }
    int length = TelnetRequests.length(buffer, buffer.readerIndex(), buffer.readableBytes());
    buffer.skipBytes(Math.max(0, length));
    return length == TelnetRequests.UNFINISHED;
  }

  /// Holds everything back.
  protected final void hold(int reason) {
    held |= reason;
  }

  /// Whether something is held back for this reason.
  protected final boolean isHeld(int reason) {
    return (held & reason) != 0;
  }

  /// Takes reasons back without going on.
  protected final void letGo(int reasons) {
    held &= ~reasons;
  }

  /// Takes a reason back, and goes on if it was the last.
  protected final void release(int reason) {
    var ctx = context;
    held &= ~reason;
    pieces++;
    if (held != 0 || decoding || ctx == null) {
      return;
    }
    decode(ctx);
    ctx.fireChannelReadComplete();
    if (held == 0) {
      var event = end;
      end = null;
      if (event != null) {
        cutShort();
        ctx.fireUserEventTriggered(event);
      }
      ctx.channel().config().setAutoRead(true);
    }
  }

  /// Whatever comes from now on is thrown away.
  protected final void halt() {
    stopped = true;
  }

  /// Whether everything is thrown away.
  protected final boolean halted() {
    return stopped;
  }

  /// Whether octets are there that no step took.
  protected final boolean anyPending() {
    return pending != null && pending.isReadable();
  }

  // The pipeline.

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    cutShort();
    drop();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    cutShort();
    drop();
    ctx.fireChannelInactive();
  }

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
    arrived(octets);
    pieces++;
    pending =
        pending == null
            ? octets
            : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), pending, octets);
    if (held == 0) {
      decode(ctx);
    }
    if (held != 0 && pending != null) {
      ctx.channel().config().setAutoRead(false);
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // written on the event loop alone
  private void arrived(ByteBuf octets) {
    received += octets.readableBytes();
    var listening = tap;
    if (listening != null && overhears()) {
      overheard |= pending == null && !begun();
      if (overheard) {
        listening.heard(octets);
      }
    }
  }

  @Override
  public final long receivedOctets() {
    return received;
  }

  @Override
  public final void overheardBy(@Nullable Tap listening) {
    tap = listening;
    overheard = false;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      if (pending != null && held != 0) {
        end = event;
        return;
      }
      cutShort();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public final void pause(Reason reason) {
    hold(reason.bit());
  }

  @Override
  public final void resume(Reason reason) {
    release(reason.bit());
  }

  @Override
  public final void stop() {
    stopped = true;
    cutShort();
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
      while (held == 0
          && !stopped
          && pending != null
          && pending.isReadable()
          && step(ctx, pending)) {}
    } finally {
      decoding = false;
    }
    tidy(ctx);
  }

  /// Gives a used-up buffer back, moves the beginning of something out of a large one, and sees to
  /// it that what was begun goes on.
  private void tidy(ChannelHandlerContext ctx) {
    var buffer = pending;
    if (buffer != null) {
      if (stopped || !buffer.isReadable()) {
        drop();
      } else if (buffer.refCnt() == 1) {
        // Else pieces that were handed on share its octets, and must not be moved.
        pending = compacted(ctx, buffer);
      }
    }
    if (goesOn() && !watching) {
      watch(ctx);
    }
  }

  private ByteBuf compacted(ChannelHandlerContext ctx, ByteBuf buffer) {
    int octets = buffer.readableBytes();
    if (held != 0 || buffer.capacity() <= Math.max(LARGE_OCTETS, 2 * octets)) {
      return buffer.discardSomeReadBytes();
    }
    var small = ctx.alloc().buffer(octets).writeBytes(buffer);
    buffer.release();
    return small;
  }

  /// Whether the client has to go on.
  private boolean goesOn() {
    return held == 0 && !stopped && (pending != null || begun());
  }

  /// Comes back later to see whether what was begun has grown. A client that sends whole commands
  /// never causes a timer, one that sends octet by octet a single one at a time.
  private void watch(ChannelHandlerContext ctx) {
    watching = true;
    int before = pieces;
    var _ = ctx.executor().schedule(() -> lookAgain(ctx, before), STALL_MAX.toNanos(), NANOSECONDS);
  }

  private void lookAgain(ChannelHandlerContext ctx, int before) {
    watching = false;
    if (!goesOn()) {
      return;
    }
    if (pieces == before) {
      cutShort();
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
}
