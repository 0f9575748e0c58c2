package org.popinjay.wire;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.popinjay.config.Cidr;
import org.popinjay.wire.SessionEvents.Limit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the client's address from a proxy that announces it, in version 1 or 2 of the PROXY
/// protocol, and makes way. Until then the connection has not begun for anybody else.
///
/// Whoever is not among the proxies could announce any address, so that a connection from elsewhere
/// is closed without a word, as is one with a malformed announcement.
final class ProxyProtocolHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(ProxyProtocolHandler.class);

  /// Room for what proxies add: names of hosts and certificates.
  private static final int ADDITIONS_OCTETS_MAX = 4096;

  private final Connection connection;
  private final List<Cidr> proxies;
  private final SessionEvents events;
  private boolean refused;

  ProxyProtocolHandler(Connection connection, List<Cidr> proxies, SessionEvents events) {
    this.connection = connection;
    this.proxies = List.copyOf(proxies);
    this.events = events;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    ctx.pipeline().addBefore(ctx.name(), null, new HAProxyMessageDecoder(ADDITIONS_OCTETS_MAX));
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (proxies.stream().noneMatch(proxy -> proxy.contains(connection.address()))) {
      refuse(ctx, "not among the proxies of this listener");
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof HAProxyMessage announcement) || refused) {
      ReferenceCountUtil.release(message);
      return;
    }
    try {
      announced(announcement).ifPresent(connection::announced);
    } catch (IllegalArgumentException _) {
      refuse(ctx, "an address that is none");
      return;
    } finally {
      announcement.release();
    }
    ctx.fireChannelActive();
    ctx.pipeline().remove(this);
  }

  /// The client; nothing where the proxy speaks for itself, as it does to see whether we live.
  private static Optional<InetAddress> announced(HAProxyMessage announcement) {
    return announcement.command() == HAProxyCommand.LOCAL
        ? Optional.empty()
        : Optional.ofNullable(announcement.sourceAddress()).map(InetAddress::ofLiteral);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable fault) {
    refuse(ctx, String.valueOf(fault.getMessage()));
  }

  private void refuse(ChannelHandlerContext ctx, String why) {
    if (!refused) {
      refused = true;
      events.limitReached(Limit.PROXY);
      LOG.debug("connection from {} refused: {}", connection.address().getHostAddress(), why);
      var _ = ctx.close();
    }
  }
}
