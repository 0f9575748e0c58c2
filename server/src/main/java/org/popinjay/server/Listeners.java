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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private volatile List<Listening> sockets = List.of();
  private boolean closed;

  /// A socket that listens.
  ///
  /// @param wanted what the settings say of it
  /// @param channel the socket
  /// @param entrance where its connections come in
  record Listening(ListenerConfig wanted, Channel channel, Entrance entrance) {

    /// Where it really listens; differs from what is wanted in a port of 0.
    InetSocketAddress address() {
      return (InetSocketAddress) channel.localAddress();
    }

    /// As the line about readiness has it: `pop3 *:110`, `pop3s *:995`.
    @Override
    public String toString() {
      return wanted.protocol()
          + (wanted.tls() == Tls.IMPLICIT ? "s " : " ")
          + new BindAddress(wanted.bind().host(), address().getPort());
    }
  }

  /// @param acceptor one event loop that accepts
  /// @param workers event loops that serve
  /// @param first shared handler that stands next to the socket
  Listeners(
      Transport transport, EventLoopGroup acceptor, EventLoopGroup workers, ChannelHandler first) {
    this.transport = transport;
    this.acceptor = acceptor;
    this.workers = workers;
    this.first = first;
  }

  /// Has the server listen on these, and on nothing else.
  ///
  /// A socket that is open already stays so, without a moment of refusal; its next connection gets
  /// the new pipeline. What cannot be spoken yet is left out with a warning; port 109 speaks POP3.
  ///
  /// @param pipelines gives what makes the pipelines of a listener's connections; sharable
  /// @throws StartException for the first that cannot be opened; all is as before then
  synchronized void listen(
      List<ListenerConfig> wanted, Function<ListenerConfig, ChannelHandler> pipelines)
      throws StartException {
    if (closed) {
      throw new StartException(ExitCode.UNAVAILABLE, "the server is stopping");
    }
    var built = wanted.stream().filter(Listeners::isBuilt).toList();
    var made = built.stream().map(pipelines).toList();
    var left = new ArrayList<>(sockets);
    var kept = kept(built, left);
    var fresh = new ArrayList<Listening>();
    var next = new ArrayList<Listening>();
    try {
      for (int i = 0; i < built.size(); i++) {
        var open = kept.get(i);
        if (open == null) {
          open = bind(built.get(i));
          fresh.add(open);
        }
        next.add(new Listening(built.get(i), open.channel, open.entrance));
      }
    } catch (StartException e) {
      fresh.forEach(Listeners::close);
      throw e;
    }
    // Nothing can fail from here on.
    for (int i = 0; i < next.size(); i++) {
      next.get(i).entrance.pipeline = made.get(i);
    }
    sockets = List.copyOf(next);
    fresh.forEach(socket -> socket.channel.config().setAutoRead(true));
    left.forEach(Listeners::close);
  }

  /// What listens, in the order of the settings.
  List<Listening> sockets() {
    return sockets;
  }

  /// The connections that are open.
  ChannelGroup connections() {
    return connections;
  }

  /// Accepts nobody any more; connections stay.
  synchronized void close() {
    closed = true;
    sockets.forEach(Listeners::close);
    sockets = List.of();
  }

  private static void close(Listening socket) {
    socket.channel.close().syncUninterruptibly();
  }

  private static boolean isBuilt(ListenerConfig listener) {
    boolean built = listener.protocol() != Protocol.POP2;
    if (!built) {
      LOG.warn("not listening on {} {}: not built yet", listener.protocol(), listener.bind());
    }
    return built;
  }

  /// Sockets that stay, by the place of their listener. Equal listeners come first, so that no
  /// other takes their socket.
  ///
  /// @param left the sockets that are open; those that are left over remain
  private static Map<Integer, Listening> kept(List<ListenerConfig> wanted, List<Listening> left) {
    var kept = new LinkedHashMap<Integer, Listening>();
    BiPredicate<ListenerConfig, ListenerConfig> equal = ListenerConfig::equals;
    for (var fit : List.of(equal, equal.or(Listeners::fits))) {
      for (int i = 0; i < wanted.size(); i++) {
        var listener = wanted.get(i);
        if (!kept.containsKey(i)) {
          int place = i;
          left.stream()
              .filter(open -> fit.test(open.wanted, listener))
              .findFirst()
              .ifPresent(open -> {
                left.remove(open);
                kept.put(place, open);
              });
        }
      }
    }
    return kept;
  }

  /// Whether the socket of one listener can be that of another. One on a free port was chosen for
  /// what is spoken there.
  private static boolean fits(ListenerConfig open, ListenerConfig wanted) {
    return open.bind().equals(wanted.bind())
        && (open.bind().port() != 0
            || (open.protocol() == wanted.protocol() && open.tls() == wanted.tls()));
  }

  private Listening bind(ListenerConfig wanted) throws StartException {
    var address = wanted.bind();
    if (!address.host().equals(BindAddress.ANY)) {
      return bind(wanted, InetAddress.ofLiteral(address.host()));
    }
    try {
      return bind(wanted, InetAddress.ofLiteral("::"));
    } catch (StartException e) {
      if (e.exitCode() != ExitCode.SETTINGS) {
        throw e;
      }
      LOG.info("no IPv6 here: {} listens on IPv4 alone", address);
      return bind(wanted, InetAddress.ofLiteral("0.0.0.0"));
    }
  }

  private Listening bind(ListenerConfig wanted, InetAddress host) throws StartException {
    var entrance = new Entrance();
    var bound =
        bootstrap(entrance)
            .channel(transport.listening())
            .bind(new InetSocketAddress(host, wanted.bind().port()))
            .awaitUninterruptibly();
    if (bound.isSuccess()) {
      return new Listening(wanted, bound.channel(), entrance);
    }
    throw refusal(wanted.bind(), bound.cause());
  }

  /// Nobody is accepted before the socket has a pipeline and is read from.
  private ServerBootstrap bootstrap(Entrance entrance) {
    var bootstrap =
        new ServerBootstrap()
            .group(acceptor, workers)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(entrance);
    transport.keepAlive().forEach(bootstrap::childOption);
    return bootstrap;
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
  private final class Entrance extends ChannelInitializer<Channel> {
    private volatile @Nullable ChannelHandler pipeline;

    @Override
    protected void initChannel(Channel channel) {
      connections.add(channel);
      channel.pipeline().addLast(first, Objects.requireNonNull(pipeline));
    }
  }
}
