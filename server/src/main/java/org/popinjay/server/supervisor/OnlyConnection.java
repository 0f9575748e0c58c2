package org.popinjay.server.supervisor;

import io.netty.channel.AbstractServerChannel;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DefaultServerSocketChannelConfig;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.ServerSocketChannelConfig;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// A listening socket to which one client has come already, and nobody comes after.
final class OnlyConnection extends AbstractServerChannel implements ServerSocketChannel {
  private final SocketChannel client;
  private final InetSocketAddress address;
  private final ServerSocketChannelConfig config;

  private boolean open = true;
  private boolean given;

  /// @param client which is connected
  OnlyConnection(SocketChannel client) throws IOException {
    client.configureBlocking(false);
    this.client = client;
    this.address = (InetSocketAddress) client.getLocalAddress();
    this.config = new DefaultServerSocketChannelConfig(this, new ServerSocket());
  }

  @Override
  protected void doBeginRead() {
    if (!given) {
      given = true;
      pipeline().fireChannelRead(new NioSocketChannel(this, client));
      pipeline().fireChannelReadComplete();
    }
  }

  @Override
  protected void doBind(SocketAddress wanted) {
    throw new UnsupportedOperationException("bound already");
  }

  @Override
  protected void doClose() {
    open = false;
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected SocketAddress localAddress0() {
    return address;
  }

  @Override
  public InetSocketAddress localAddress() {
    return address;
  }

  /// None, as of every socket that listens.
  @Override
  public @Nullable InetSocketAddress remoteAddress() {
    return null;
  }

  @Override
  public ServerSocketChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return open;
  }
}
