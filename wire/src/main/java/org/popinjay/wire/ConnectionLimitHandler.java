package org.popinjay.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.popinjay.wire.AddressLimits.Admission;
import org.popinjay.wire.AddressLimits.Place;

/// Refuses connections that are one too many, in the protocol's words and before any other work,
/// and lists the others.
final class ConnectionLimitHandler extends ChannelInboundHandlerAdapter {
  private final Connection connection;
  private final AddressLimits limits;
  private final Reserves reserves;
  private final OpenSessions sessions;
  private final SessionEvents events;
  private final Consumer<ByteBuf> refusal;
  private @Nullable Place place;

  /// @param refusal writes the first and last words to a client that is refused
  ConnectionLimitHandler(
      Connection connection,
      AddressLimits limits,
      Reserves reserves,
      OpenSessions sessions,
      SessionEvents events,
      Consumer<ByteBuf> refusal) {
    this.connection = connection;
    this.limits = limits;
    this.reserves = reserves;
    this.sessions = sessions;
    this.events = events;
    this.refusal = refusal;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    var shortage = reserves.shortage();
    var admission =
        shortage.isPresent()
            ? new Admission.Refused(shortage.get())
            : limits.admit(connection.address());
    switch (admission) {
      case Admission.Admitted(Place admitted) -> {
        place = admitted;
        events.opened();
        sessions.opened(connection);
        ctx.fireChannelActive();
      }
      case Admission.Refused(var limit) -> {
        events.limitReached(limit);
        var words = ctx.alloc().buffer();
        refusal.accept(words);
        var _ = ctx.writeAndFlush(words).addListener(ChannelFutureListener.CLOSE);
      }
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (place == null) {
      ReferenceCountUtil.release(message);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (place != null) {
      if (event == AuthenticationHandler.SignedIn.SIGNED_IN) {
        place.signedIn();
      }
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (place != null) {
      place.leave();
      events.closed();
      sessions.closed(connection);
    }
    ctx.fireChannelInactive();
  }
}
