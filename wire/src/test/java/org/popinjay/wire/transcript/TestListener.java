package org.popinjay.wire.transcript;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A real socket of this machine for a server that is tested, and the threads it needs.
public final class TestListener implements AutoCloseable {
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final ExecutorService lanes = Executors.newVirtualThreadPerTaskExecutor();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private @Nullable Channel listener;

  /// The server's side of connections that are open.
  public ChannelGroup connections() {
    return connections;
  }

  /// Runs what may block; every test has its own.
  public ExecutorService lanes() {
    return lanes;
  }

  /// Begins to listen.
  ///
  /// @param connected puts the pipeline of a connection together
  public void listen(Consumer<Channel> connected) {
    listener =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.add(channel);
                    connected.accept(channel);
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  /// Where it listens.
  public InetSocketAddress address() {
    return (InetSocketAddress) listening().localAddress();
  }

  private Channel listening() {
    return Objects.requireNonNull(listener, "does not listen");
  }

  /// Waits until the event loop has done what it was about to do.
  public void settle() {
    loops.submit(() -> {}).syncUninterruptibly();
  }

  /// Ends all threads, whose work comes to its end: connections first, then the lanes, which give
  /// their sessions back to the event loop, and what those hold is let go there.
  @Override
  public void close() {
    listening().close().syncUninterruptibly();
    connections.close().awaitUninterruptibly();
    settle();
    lanes.close();
    loops.shutdownGracefully(0, 1, TimeUnit.MINUTES).syncUninterruptibly();
  }
}
