package org.popinjay.wire;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Whether a connection takes more output, as something a lane can wait for, and the end of those
/// that do not take any for too long.
///
/// A full socket costs a parked virtual thread and one timer. The timer runs only while output
/// waits; when nothing at all was taken for the whole time allowed, the connection is closed.
public final class WriteGate extends ChannelInboundHandlerAdapter {

  /// Sent down the pipeline when a client did not read for too long, just before the close.
  public enum Stalled {
    /// There is one kind only.
    STALLED
  }

  private Duration stallTimeout;

  private volatile @Nullable ChannelHandlerContext context;
  private volatile @Nullable Thread waiting;
  private volatile boolean gone;

  private @Nullable ScheduledFuture<?> timer;

  /// @param stallTimeout how long a client may read nothing while output waits for it
  public WriteGate(Duration stallTimeout) {
    this.stallTimeout = stallTimeout;
  }

  /// Has another time be too long from now on. On the event loop.
  void allow(Duration stall) {
    stallTimeout = stall;
  }

  /// Waits until the connection takes more; for the thread of the lane, one at a time.
  ///
  /// @return false once the connection is gone
  public boolean await() {
    if (open()) {
      return true;
    }
    waiting = Thread.currentThread();
    try {
      while (!gone) {
        if (open()) {
          return true;
        }
        LockSupport.park(this);
      }
      return false;
    } finally {
      waiting = null;
    }
  }

  /// Whether the lane is waiting for the client to read. From any thread.
  public boolean awaited() {
    return waiting != null;
  }

  /// Whether more output would be taken now. From any thread.
  public boolean open() {
    var ctx = context;
    return !gone && ctx != null && ctx.channel().isWritable();
  }

  /// Whether the connection is lost. From any thread.
  public boolean gone() {
    return gone;
  }

  /// Watches over what is still to be written although nothing more will follow, as before a close.
  /// On the event loop.
  public void watch() {
    var ctx = context;
    if (ctx != null && timer == null) {
      arm(ctx);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      disarm();
      wake();
    } else {
      watch();
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone = true;
    disarm();
    wake();
    ctx.fireChannelInactive();
  }

  private void arm(ChannelHandlerContext ctx) {
    var output = ctx.channel().unsafe().outboundBuffer();
    if (output == null) {
      return;
    }
    long octets = output.totalPendingWriteBytes();
    long progress = output.currentProgress();
    timer =
        ctx.executor()
            .schedule(() -> check(ctx, octets, progress), stallTimeout.toNanos(), NANOSECONDS);
  }

  private void check(ChannelHandlerContext ctx, long octetsBefore, long progressBefore) {
    timer = null;
    var output = ctx.channel().unsafe().outboundBuffer();
    if (output == null || output.totalPendingWriteBytes() == 0) {
      return;
    }
    if (output.totalPendingWriteBytes() == octetsBefore
        && output.currentProgress() == progressBefore) {
      ctx.fireUserEventTriggered(Stalled.STALLED);
      var _ = ctx.channel().close();
    } else {
      arm(ctx);
    }
  }

  private void disarm() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void wake() {
    LockSupport.unpark(waiting);
  }
}
