package org.popinjay.wire;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.ScheduledFuture;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Ends connections that take too long: before sign-in by one deadline for everything, however the
/// octets trickle; after it by the client's silence.
///
/// Silence is counted from the last octet that came or was taken. One timer a connection; traffic
/// only notes the time.
public final class AutologoutHandler extends ChannelInboundHandlerAdapter {

  /// Sent down the pipeline when the time is over. What is said then, and whether the connection is
  /// closed, is up to the protocol; a session that is at work ignores it and is asked again later.
  public enum Expired {
    /// The time for sign-in.
    LOGIN,
    /// The time that a client may be silent.
    SESSION
  }

  private static final Duration FOREVER = Duration.ofDays(365_000);

  private final long loginNanos;
  private long sessionNanos;

  private Ticker ticker = Ticker.systemTicker();
  private volatile long lastSign;
  private volatile boolean ended;
  private boolean signedIn;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ScheduledFuture<?> timer;

  /// @param times how long is too long
  public AutologoutHandler(IdleTimes times) {
    this.loginNanos = times.login().toNanos();
    this.sessionNanos = times.session().toNanos();
  }

  /// Notes that the client showed itself, by sending or by taking output. From any thread.
  public void signOfLife() {
    lastSign = ticker.nanoTime();
  }

  /// Has another silence be too long from now on. On the event loop.
  void allow(Duration silence) {
    sessionNanos = silence.toNanos();
    if (context != null && timer != null) {
      arm(context, sessionNanos);
    }
  }

  /// How long the client has shown no sign of life; a client that closed its side is silent for
  /// good. From any thread.
  public Duration silence() {
    return ended ? FOREVER : Duration.ofNanos(Math.max(0, ticker.nanoTime() - lastSign));
  }

  /// Whether the client closed its side, or is gone. From any thread.
  public boolean ended() {
    return ended;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    ticker = ctx.executor().ticker();
    signOfLife();
    if (ctx.channel().isActive()) {
      arm(ctx, loginNanos);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    arm(ctx, loginNanos);
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    signOfLife();
    ctx.fireChannelRead(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == AuthenticationHandler.SignedIn.SIGNED_IN) {
      signedIn = true;
      signOfLife();
    } else if (event instanceof ChannelInputShutdownEvent) {
      ended = true;
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ended = true;
    disarm();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    context = null;
    disarm();
  }

  private void arm(ChannelHandlerContext ctx, long nanos) {
    disarm();
    timer = ctx.executor().schedule(() -> check(ctx), nanos, NANOSECONDS);
  }

  private void disarm() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void check(ChannelHandlerContext ctx) {
    timer = null;
    if (!signedIn) {
      ctx.fireUserEventTriggered(Expired.LOGIN);
      return;
    }
    long left = sessionNanos - (ticker.nanoTime() - lastSign);
    arm(ctx, left > 0 ? left : sessionNanos);
    if (left <= 0) {
      ctx.fireUserEventTriggered(Expired.SESSION);
    }
  }
}
