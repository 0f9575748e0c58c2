package org.popinjay.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.Errors;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.popinjay.config.BindAddress;
import org.popinjay.config.ListenerConfig;
import org.popinjay.config.ListenerConfig.Protocol;
import org.popinjay.config.ListenerConfig.Tls;
import org.popinjay.server.cli.ExitCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sockets that clients connect to, and the connections that came of them.
///
/// When the process runs out of descriptors, Netty's acceptor pauses for a second at a time instead
/// of spinning; with `limits.connections` left at its default it does not come to that.
final class Listeners {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  /// Connections that the kernel keeps for us while we are busy; it lowers the number to its own
  /// maximum.
  private static final int BACKLOG = 4096;

  private static final int EADDRINUSE = -98;
  private static final int EADDRNOTAVAIL = -99;
  private static final int EACCES = -13;

  private final Transport transport;
  private final EventLoopGroup acceptor;
  private final EventLoopGroup workers;
  private final ChannelHandler first;
  private final Function<ListenerConfig, ChannelHandler> pipelines;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final List<Listening> sockets = new ArrayList<>();

  /// A socket that listens.
  ///
  /// @param protocol what is spoken there
  /// @param tls when TLS starts there
  /// @param wanted the address of the settings
  /// @param channel the socket
  record Listening(Protocol protocol, Tls tls, BindAddress wanted, Channel channel) {

    /// Where it really listens; differs from `wanted` in a port of 0.
    InetSocketAddress address() {
      return (InetSocketAddress) channel.localAddress();
    }

    /// As the line about readiness has it: `pop3 *:110`, `pop3s *:995`.
    @Override
    public String toString() {
      return protocol
          + (tls == Tls.IMPLICIT ? "s " : " ")
          + new BindAddress(wanted.host(), address().getPort());
    }
  }

  /// @param acceptor one event loop that accepts
  /// @param workers event loops that serve
  /// @param first shared handler that stands next to the socket
  /// @param pipelines gives what makes the pipelines of a listener's connections; sharable
  Listeners(
      Transport transport,
      EventLoopGroup acceptor,
      EventLoopGroup workers,
      ChannelHandler first,
      Function<ListenerConfig, ChannelHandler> pipelines) {
    this.transport = transport;
    this.acceptor = acceptor;
    this.workers = workers;
    this.first = first;
    this.pipelines = pipelines;
  }

  /// Opens every listener, or none.
  ///
  /// What cannot be spoken yet is left out with a warning; port 109 speaks POP3.
  void open(List<ListenerConfig> wanted) throws StartException {
    try {
      for (var listener : wanted) {
        if (listener.protocol() == Protocol.POP2) {
          LOG.warn("not listening on {} {}: not built yet", listener.protocol(), listener.bind());
        } else {
          var channel = bind(listener.bind(), pipelines.apply(listener));
          sockets.add(new Listening(listener.protocol(), listener.tls(), listener.bind(), channel));
        }
      }
    } catch (StartException e) {
      close();
      throw e;
    }
  }

  /// What listens.
  List<Listening> sockets() {
    return List.copyOf(sockets);
  }

  /// The connections that are open.
  ChannelGroup connections() {
    return connections;
  }

  /// Accepts nobody any more; connections stay.
  void close() {
    sockets.forEach(socket -> socket.channel().close().syncUninterruptibly());
    sockets.clear();
  }

  private Channel bind(BindAddress address, ChannelHandler pipeline) throws StartException {
    if (!address.host().equals(BindAddress.ANY)) {
      return bind(address, InetAddress.ofLiteral(address.host()), pipeline);
    }
    try {
      return bind(address, InetAddress.ofLiteral("::"), pipeline);
    } catch (StartException e) {
      if (e.exitCode() != ExitCode.SETTINGS) {
        throw e;
      }
      LOG.info("no IPv6 here: {} listens on IPv4 alone", address);
      return bind(address, InetAddress.ofLiteral("0.0.0.0"), pipeline);
    }
  }

  private Channel bind(BindAddress wanted, InetAddress address, ChannelHandler pipeline)
      throws StartException {
    var bootstrap =
        new ServerBootstrap()
            .group(acceptor, workers)
            .channel(transport.listening())
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(new Connections(pipeline));
    transport.keepAlive().forEach(bootstrap::childOption);
    var bound =
        bootstrap.bind(new InetSocketAddress(address, wanted.port())).awaitUninterruptibly();
    if (bound.isSuccess()) {
      return bound.channel();
    }
    throw refusal(wanted, bound.cause());
  }

  /// Says which port it is and what it needs.
  static StartException refusal(BindAddress wanted, Throwable cause) {
    return switch (errno(cause)) {
      case EADDRINUSE ->
          new StartException(
              ExitCode.UNAVAILABLE,
              "cannot listen on "
                  + wanted
                  + ": port "
                  + wanted.port()
                  + " is in use by another process; `ss -ltnp` names it");
      case EACCES ->
          new StartException(
              ExitCode.NO_PERMISSION,
              "cannot listen on "
                  + wanted
                  + ": port "
                  + wanted.port()
                  + " needs the capability CAP_NET_BIND_SERVICE");
      case EADDRNOTAVAIL ->
          new StartException(
              ExitCode.SETTINGS, "cannot listen on " + wanted + ": no address of this machine");
      default ->
          new StartException(
              ExitCode.SETTINGS, "cannot listen on " + wanted + ": " + cause.getMessage());
    };
  }

  /// The negative errno; NIO has none and is read by its words.
  private static int errno(Throwable cause) {
    if (cause instanceof Errors.NativeIoException nativeFailure) {
      return nativeFailure.expectedErr();
    }
    var words = cause instanceof IOException ? String.valueOf(cause.getMessage()) : "";
    return words.contains("already in use")
        ? EADDRINUSE
        : words.contains("ermission denied") ? EACCES : 0;
  }

  /// Puts each new connection on the list and hands it to its protocol.
  @ChannelHandler.Sharable
  private final class Connections extends ChannelInitializer<Channel> {
    private final ChannelHandler pipeline;

    Connections(ChannelHandler pipeline) {
      this.pipeline = pipeline;
    }

    @Override
    protected void initChannel(Channel channel) {
      connections.add(channel);
      channel.pipeline().addLast(first, pipeline);
    }
  }
}
