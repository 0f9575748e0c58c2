package org.popinjay.server;

import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.List;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.popinjay.server.supervisor.InheritedSocket;

/// How sockets are served: by epoll, or by NIO where its native part does not fit the machine.
///
/// @param name for the log
/// @param loops makes event loops
/// @param listening makes listening sockets
/// @param datagrams makes sockets of UDP
/// @param keepAlive has the system find out that a client is gone that says nothing, in some eight
///   minutes: a client may wait for news for days (RFC 9051, section 6.3.13)
record Transport(
    String name,
    IoHandlerFactory loops,
    Class<? extends ServerChannel> listening,
    Class<? extends DatagramChannel> datagrams,
    Map<ChannelOption<Integer>, Integer> keepAlive) {

  private static final int KEEP_ALIVE_IDLE_SECONDS = 240;
  private static final int KEEP_ALIVE_INTERVAL_SECONDS = 60;
  private static final int KEEP_ALIVE_PROBES = 4;

  /// Copies the options.
  Transport {
    keepAlive = Map.copyOf(keepAlive);
  }

  /// The best there is.
  static Transport best() {
    return Epoll.isAvailable() ? epoll() : nio();
  }

  /// The best that can serve sockets which were open before.
  static Transport fit(List<InheritedSocket> inherited) {
    return inherited.stream().allMatch(one -> one.channel() instanceof EpollServerSocketChannel)
        ? best()
        : nio();
  }

  private static Transport epoll() {
    return new Transport(
        "epoll",
        EpollLoop.newFactory(),
        EpollServerSocketChannel.class,
        EpollDatagramChannel.class,
        Map.of(
            EpollChannelOption.TCP_KEEPIDLE,
            KEEP_ALIVE_IDLE_SECONDS,
            EpollChannelOption.TCP_KEEPINTVL,
            KEEP_ALIVE_INTERVAL_SECONDS,
            EpollChannelOption.TCP_KEEPCNT,
            KEEP_ALIVE_PROBES));
  }

  /// NIO, wherever this runs.
  static Transport nio() {
    return new Transport(
        "nio",
        NioIoHandler.newFactory(),
        NioServerSocketChannel.class,
        NioDatagramChannel.class,
        Map.of(
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
            KEEP_ALIVE_IDLE_SECONDS,
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
            KEEP_ALIVE_INTERVAL_SECONDS,
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT),
            KEEP_ALIVE_PROBES));
  }
}
