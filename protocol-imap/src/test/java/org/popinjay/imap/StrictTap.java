package org.popinjay.imap;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.Queue;
import org.popinjay.imap.strict.ResponseViolation;
import org.popinjay.imap.strict.StrictClient;

/// Shows what passes to a strict client; stands next to the socket.
final class StrictTap extends ChannelDuplexHandler {
  private final StrictClient client = new StrictClient();
  private final Queue<ResponseViolation> violations;

  /// @param violations where complaints go
  StrictTap(Queue<ResponseViolation> violations) {
    this.violations = violations;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf octets) {
      judge(() -> client.heard(ByteBufUtil.getBytes(octets)));
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf octets) {
      judge(() -> client.said(ByteBufUtil.getBytes(octets)));
    }
    var _ = ctx.write(message, promise);
  }

  private void judge(Runnable reading) {
    try {
      reading.run();
    } catch (ResponseViolation violation) {
      violations.add(violation);
    }
  }
}
