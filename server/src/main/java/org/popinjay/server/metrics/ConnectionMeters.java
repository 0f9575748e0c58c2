package org.popinjay.server.metrics;

import static org.popinjay.server.metrics.PopinjayMeters.RECEIVED;
import static org.popinjay.server.metrics.PopinjayMeters.SENT;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.concurrent.atomic.LongAdder;

/// Counts the octets of every connection; stands first in each pipeline, next to the socket.
///
/// One instance serves all: it keeps nothing of a connection. It costs one add a read and one a
/// write, and both are batches of commands.
@ChannelHandler.Sharable
final class ConnectionMeters extends ChannelDuplexHandler {
  private final LongAdder received;
  private final LongAdder sent;

  ConnectionMeters(Board board) {
    received = board.counter(RECEIVED);
    sent = board.counter(SENT);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf octets) {
      received.add(octets.readableBytes());
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf octets) {
      sent.add(octets.readableBytes());
    }
    var _ = ctx.write(message, promise);
  }
}
