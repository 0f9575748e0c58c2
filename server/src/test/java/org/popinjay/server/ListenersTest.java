package org.popinjay.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.config.BindAddress;
import org.popinjay.config.ListenerConfig;
import org.popinjay.server.supervisor.InheritedSocket;
import org.popinjay.wire.Farewell;

class ListenersTest {
  private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
  private final BlockingQueue<Farewell> farewells = new LinkedBlockingQueue<>();
  private EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, Transport.nio().loops());

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @ChannelHandler.Sharable
  private final class Noting extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      accepted.add(ctx.channel());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof Farewell farewell) {
        farewells.add(farewell);
        var _ = ctx.close();
      }
    }
  }

  private Listeners open(Transport transport) throws Exception {
    loops = new MultiThreadIoEventLoopGroup(1, transport.loops());
    var first = new Noting();
    var listeners = new Listeners(transport, loops, loops, first);
    listeners.listen(
        List.of(
            ListenerConfig.plain(ListenerConfig.Protocol.IMAP, new BindAddress("127.0.0.1", 0))),
        _ -> new Quiet());
    return listeners;
  }

  @ChannelHandler.Sharable
  private static final class Quiet extends ChannelInboundHandlerAdapter {}

  private static Socket connect(Listeners listeners) throws Exception {
    int port = listeners.sockets().getFirst().address().getPort();
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "nio"})
  void theSystemFindsOutThatASilentClientIsGone(String kind) throws Exception {
    var transport = kind.equals("nio") ? Transport.nio() : Transport.best();
    var listeners = open(transport);
    try (var _ = connect(listeners)) {
      var config = accepted.take().config();
      assertThat(config.getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
      assertThat(transport.keepAlive().values()).containsExactlyInAnyOrder(240, 60, 4);
      transport
          .keepAlive()
          .forEach((option, value) -> assertThat(config.getOption(option)).isEqualTo(value));
    }
    listeners.close();
  }

  @Test
  void clientsThatWaitAreToldOneAfterTheOther() throws Exception {
    var listeners = open(Transport.best());
    try (var _ = connect(listeners);
        var _ = connect(listeners);
        var _ = connect(listeners)) {
      for (int i = 0; i < 3; i++) {
        accepted.take();
      }
      Shutdown.send(listeners, Duration.ofMillis(15));
      // They may be told later than the time of grace.
      assertThat(List.of(farewells.take(), farewells.take(), farewells.take()))
          .extracting(farewell -> farewell.waiting().toMillis())
          .containsExactlyInAnyOrder(0L, 4L, 8L);
    }
  }

  @Test
  void socketsThatWereOpenBeforeGoToTheListenersThatFit() throws Exception {
    var byAddress = inherited("x");
    var byName = inherited("imaps");
    var unwanted = inherited("z");
    var listeners = inheriting(byAddress, byName, unwanted);
    var pop3 = plain(ListenerConfig.Protocol.POP3, byAddress.address().getPort());
    var imaps =
        new ListenerConfig(
            ListenerConfig.Protocol.IMAP,
            new BindAddress("127.0.0.1", 1),
            ListenerConfig.Tls.IMPLICIT,
            List.of(),
            ListenerConfig.Responses.POPINJAY,
            ListenerConfig.Access.DEFAULTS);
    listeners.listen(List.of(imaps, pop3, plain(ListenerConfig.Protocol.POP3, 0)), Saying::new);

    assertThat(said(byAddress)).isEqualTo("pop3");
    assertThat(said(byName)).isEqualTo("imap");
    assertThat(said(unwanted)).isEmpty();
    assertThat(listeners.sockets()).hasSize(3);
    listeners.close();
  }

  @Test
  void aSocketOfSomebodyElseIsNeverClosedAndServesAgainWhenItIsWanted() throws Exception {
    var socket = inherited("");
    var listeners = inheriting(socket);
    var pop3 = plain(ListenerConfig.Protocol.POP3, socket.address().getPort());
    var imap = plain(ListenerConfig.Protocol.IMAP, socket.address().getPort());
    listeners.listen(List.of(pop3), Saying::new);
    assertThat(said(socket)).isEqualTo("pop3");
    listeners.listen(List.of(), Saying::new);
    assertThat(said(socket)).isEmpty();
    listeners.listen(List.of(imap), Saying::new);
    assertThat(said(socket)).isEqualTo("imap");
    listeners.close();
  }

  @Test
  void everyFamilysSocketGoesToTheListenerOfAllAddresses() throws Exception {
    var six = inherited(InetAddress.ofLiteral("::"), 0, StandardProtocolFamily.INET6);
    var four = inherited(InetAddress.ofLiteral("0.0.0.0"), 0, StandardProtocolFamily.INET);
    int port = six.address().getPort();
    assertThat(six.listensOn(InetAddress.ofLiteral("::"), port)).isTrue();
    assertThat(six.listensOn(InetAddress.ofLiteral("127.0.0.1"), port)).isFalse();
    assertThat(four.listensOn(InetAddress.ofLiteral("::"), four.address().getPort())).isTrue();
    assertThat(four.listensOn(InetAddress.ofLiteral("::"), port)).isFalse();
    inheriting(six, four).close();
  }

  /// Says what its listener speaks, and closes.
  @ChannelHandler.Sharable
  private static final class Saying extends ChannelInboundHandlerAdapter {
    private final String protocol;

    Saying(ListenerConfig listener) {
      protocol = listener.protocol().toString();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      var _ =
          ctx.writeAndFlush(ByteBufUtil.writeAscii(ctx.alloc(), protocol))
              .addListener(ChannelFutureListener.CLOSE);
    }
  }

  private Listeners inheriting(InheritedSocket... sockets) {
    loops = new MultiThreadIoEventLoopGroup(1, Transport.nio().loops());
    var listeners = new Listeners(Transport.nio(), loops, loops, new Quiet());
    listeners.inherit(List.of(sockets));
    return listeners;
  }

  private static ListenerConfig plain(ListenerConfig.Protocol protocol, int port) {
    return ListenerConfig.plain(protocol, new BindAddress("127.0.0.1", port));
  }

  private static InheritedSocket inherited(String name) throws IOException {
    var socket = inherited(InetAddress.ofLiteral("127.0.0.1"), 0, StandardProtocolFamily.INET);
    return new InheritedSocket(name, socket.channel());
  }

  private static InheritedSocket inherited(InetAddress host, int port, ProtocolFamily family)
      throws IOException {
    var socket = ServerSocketChannel.open(family);
    return new InheritedSocket(
        "", new NioServerSocketChannel(socket.bind(new InetSocketAddress(host, port))));
  }

  private static String said(InheritedSocket socket) throws IOException {
    try (var client = new Socket(InetAddress.getLoopbackAddress(), socket.address().getPort())) {
      client.setSoTimeout(60_000);
      return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
