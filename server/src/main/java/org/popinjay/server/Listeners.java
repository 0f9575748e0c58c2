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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.BindAddress;
import org.popinjay.config.ListenerConfig;
import org.popinjay.config.ListenerConfig.Tls;
import org.popinjay.server.cli.ExitCode;
import org.popinjay.server.supervisor.InheritedSocket;
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
  private List<OpenSocket> unwanted = List.of();
  private boolean closed;

  /// A listener of the settings, as it is served.
  ///
  /// @param open its sockets: one, but for `*` where somebody opened one a family for us
  record Listening(ListenerConfig wanted, List<OpenSocket> open) {
    Listening {
      open = List.copyOf(open);
    }

    /// Where it really listens; differs from what is wanted in a port of 0.
    InetSocketAddress address() {
      return open.getFirst().address();
    }

    /// As systemd calls the socket of such a listener: `pop3`, `pop3s`.
    static String name(ListenerConfig wanted) {
      return wanted.protocol() + (wanted.tls() == Tls.IMPLICIT ? "s" : "");
    }

    /// As the line about readiness has it: `pop3 *:110`, `pop3s *:995`.
    @Override
    public String toString() {
      return name(wanted) + ' ' + new BindAddress(wanted.bind().host(), address().getPort());
    }
  }

  /// A socket that listens.
  ///
  /// @param entrance where its connections come in
  /// @param inherited as what it came to us, if somebody else opened it
  record OpenSocket(Channel channel, Entrance entrance, Optional<InheritedSocket> inherited) {
    InetSocketAddress address() {
      return (InetSocketAddress) channel.localAddress();
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
  /// the new pipeline.
  ///
  /// @param pipelines gives what makes the pipelines of a listener's connections; sharable
  /// @throws StartException for the first that cannot be opened; all is as before then
  synchronized void listen(
      List<ListenerConfig> wanted, Function<ListenerConfig, ChannelHandler> pipelines)
      throws StartException {
    if (closed) {
      throw new StartException(ExitCode.UNAVAILABLE, "the server is stopping");
    }
    var made = wanted.stream().map(pipelines).toList();
    var left = new ArrayList<>(sockets);
    var free = new ArrayList<>(unwanted);
    var open = kept(wanted, left);
    inherit(wanted, open, free);
    var fresh = new ArrayList<OpenSocket>();
    try {
      for (int i = 0; i < wanted.size(); i++) {
        if (!open.containsKey(i)) {
          var bound = bind(wanted.get(i).bind());
          fresh.add(bound);
          open.put(i, List.of(bound));
        }
      }
    } catch (StartException e) {
      fresh.forEach(socket -> socket.channel.close().syncUninterruptibly());
      throw e;
    }
    // Nothing can fail from here on.
    var next = new ArrayList<Listening>();
    for (int i = 0; i < wanted.size(); i++) {
      var listening = new Listening(wanted.get(i), Objects.requireNonNull(open.get(i)));
      listening.open.forEach(openTo(made.get(i)));
      next.add(listening);
    }
    sockets = List.copyOf(next);
    left.forEach(listening -> listening.open.forEach(socket -> retire(socket, free)));
    unwanted = List.copyOf(free);
    tell(next, fresh);
  }

  /// Puts connections together that come in by another way than a listener.
  ///
  /// @param pipelines gives what makes the next one's pipeline
  ChannelHandler guests(Supplier<ChannelHandler> pipelines) {
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        connections.add(channel);
        channel.pipeline().addLast(first, pipelines.get());
      }
    };
  }

  /// Takes over sockets that were open before us; nobody is accepted until a listener wants them.
  /// They are never closed while the server runs: whoever opened them listens on.
  synchronized void inherit(List<InheritedSocket> inherited) {
    var registered = new ArrayList<OpenSocket>();
    for (var socket : inherited) {
      var entrance = new Entrance();
      bootstrap(entrance).channelFactory(socket::channel).register().syncUninterruptibly();
      registered.add(new OpenSocket(socket.channel(), entrance, Optional.of(socket)));
    }
    unwanted = List.copyOf(registered);
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
    Stream.concat(sockets.stream().flatMap(listening -> listening.open.stream()), unwanted.stream())
        .forEach(socket -> socket.channel.close().syncUninterruptibly());
    sockets = List.of();
    unwanted = List.of();
  }

  private static Consumer<OpenSocket> openTo(ChannelHandler pipeline) {
    return socket -> {
      socket.entrance.pipeline = pipeline;
      socket.channel.config().setAutoRead(true);
    };
  }

  private static void retire(OpenSocket socket, List<OpenSocket> free) {
    if (socket.inherited.isPresent()) {
      socket.entrance.pipeline = null;
      free.add(socket);
    } else {
      socket.channel.close().syncUninterruptibly();
    }
  }

  /// Says where listeners and inherited sockets do not fit.
  private void tell(List<Listening> listening, List<OpenSocket> fresh) {
    for (var socket : unwanted) {
      // A client would wait in vain for a greeting.
      socket.channel.config().setAutoRead(true);
      LOG.warn(
          "no listener wants the socket {} that the server was started with: clients are turned"
              + " away there",
          socket.inherited.orElseThrow());
    }
    boolean inherits =
        !unwanted.isEmpty()
            || listening.stream().anyMatch(one -> one.open.getFirst().inherited.isPresent());
    if (inherits) {
      listening.stream()
          .filter(one -> fresh.contains(one.open.getFirst()))
          .forEach(one ->
              LOG.warn(
                  "the server was started without a socket for {} and opened it itself: it is"
                      + " closed during a restart",
                  one));
    }
  }

  /// Sockets that stay, by the place of their listener. Equal listeners come first, so that no
  /// other takes their socket.
  ///
  /// @param left the sockets that are open; those that are left over remain
  private static Map<Integer, List<OpenSocket>> kept(
      List<ListenerConfig> wanted, List<Listening> left) {
    var kept = new HashMap<Integer, List<OpenSocket>>();
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
                kept.put(place, open.open);
              });
        }
      }
    }
    return kept;
  }

  /// Gives inherited sockets to listeners that have none: by their address, else by their name.
  ///
  /// @param free those that no listener has; what is left over remains
  private static void inherit(
      List<ListenerConfig> wanted, Map<Integer, List<OpenSocket>> open, List<OpenSocket> free) {
    BiPredicate<ListenerConfig, InheritedSocket> byAddress =
        (listener, socket) -> socket.listensOn(host(listener.bind()), listener.bind().port());
    BiPredicate<ListenerConfig, InheritedSocket> byName =
        (listener, socket) -> socket.name().equals(Listening.name(listener));
    for (var fit : List.of(byAddress, byName)) {
      for (int i = 0; i < wanted.size(); i++) {
        var listener = wanted.get(i);
        var found =
            free.stream()
                .filter(socket -> fit.test(listener, socket.inherited.orElseThrow()))
                .toList();
        if (!found.isEmpty() && open.putIfAbsent(i, found) == null) {
          free.removeAll(found);
        }
      }
    }
  }

  private static InetAddress host(BindAddress address) {
    return InetAddress.ofLiteral(address.host().equals(BindAddress.ANY) ? "::" : address.host());
  }

  /// Whether the socket of one listener can be that of another. One on a free port was chosen for
  /// what is spoken there.
  private static boolean fits(ListenerConfig open, ListenerConfig wanted) {
    return open.bind().equals(wanted.bind())
        && (open.bind().port() != 0
            || (open.protocol() == wanted.protocol() && open.tls() == wanted.tls()));
  }

  private OpenSocket bind(BindAddress wanted) throws StartException {
    try {
      return bind(wanted, host(wanted));
    } catch (StartException e) {
      if (!wanted.host().equals(BindAddress.ANY) || e.exitCode() != ExitCode.SETTINGS) {
        throw e;
      }
      LOG.info("no IPv6 here: {} listens on IPv4 alone", wanted);
      return bind(wanted, InetAddress.ofLiteral("0.0.0.0"));
    }
  }

  private OpenSocket bind(BindAddress wanted, InetAddress host) throws StartException {
    var entrance = new Entrance();
    var bound =
        bootstrap(entrance)
            .channel(transport.listening())
            .bind(new InetSocketAddress(host, wanted.port()))
            .awaitUninterruptibly();
    if (bound.isSuccess()) {
      return new OpenSocket(bound.channel(), entrance, Optional.empty());
    }
    throw refusal(wanted, bound.cause());
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
  final class Entrance extends ChannelInitializer<Channel> {
    /// Null where nobody is wanted.
    private volatile @Nullable ChannelHandler pipeline;

    private Entrance() {}

    @Override
    protected void initChannel(Channel channel) {
      var protocol = pipeline;
      if (protocol == null) {
        var _ = channel.close();
      } else {
        connections.add(channel);
        channel.pipeline().addLast(first, protocol);
      }
    }
  }
}
