package org.popinjay.wire;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import org.popinjay.wire.SessionEvents.Limit;

/// Keeps a connection from taking memory when all together have taken what there is: one that is
/// not signed in is closed at the next octet that it sends, one that is signed in is not read for a
/// while.
final class MemoryGuard extends ChannelInboundHandlerAdapter {
  private static final int PAUSE_MILLIS = 100;

  private final Connection connection;
  private final Reserves reserves;
  private boolean signedIn;
  private boolean paused;

  /// Octets of the command that was begun, as they are counted.
  private int counted;

  MemoryGuard(Connection connection, Reserves reserves) {
    this.connection = connection;
    this.reserves = reserves;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (reserves.memoryFull()) {
      connection.limitReached(Limit.BUFFER_MEMORY);
      if (!signedIn) {
        ReferenceCountUtil.release(message);
        var _ = ctx.close();
        return;
      }
      pause(ctx);
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    count(connection.intake().begunOctets());
    ctx.fireChannelReadComplete();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == AuthenticationHandler.SignedIn.SIGNED_IN) {
      signedIn = true;
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ctx.fireChannelInactive();
    count(0);
  }

  private void pause(ChannelHandlerContext ctx) {
    if (!paused) {
      paused = true;
      connection.intake().pause(Intake.Reason.MEMORY);
      var _ = ctx.executor().schedule(() -> lookAgain(ctx), PAUSE_MILLIS, MILLISECONDS);
    }
  }

  private void lookAgain(ChannelHandlerContext ctx) {
    if (!ctx.channel().isActive()) {
      return;
    }
    paused = false;
    if (reserves.memoryFull()) {
      pause(ctx);
    } else {
      connection.intake().resume(Intake.Reason.MEMORY);
    }
  }

  private void count(int octets) {
    reserves.change(octets - counted);
    counted = octets;
  }
}
