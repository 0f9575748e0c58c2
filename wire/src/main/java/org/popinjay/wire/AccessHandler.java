package org.popinjay.wire;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import org.popinjay.config.ListenerConfig.Access;
import org.popinjay.wire.SessionEvents.Limit;

/// Closes connections from addresses that a listener does not admit, without a word, as the wrapper
/// of inetd did; makes way for the others.
final class AccessHandler extends ChannelInboundHandlerAdapter {
  private final Connection connection;
  private final Access access;
  private final SessionEvents events;

  AccessHandler(Connection connection, Access access, SessionEvents events) {
    this.connection = connection;
    this.access = access;
    this.events = events;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (access.admits(connection.address())) {
      ctx.fireChannelActive();
      ctx.pipeline().remove(this);
    } else {
      events.limitReached(Limit.ACCESS);
      var _ = ctx.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }
}
