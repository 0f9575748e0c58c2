package org.popinjay.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetAddress;
import java.net.Socket;
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
      assertThat(farewells)
          .extracting(farewell -> farewell.waiting().toMillis())
          .containsExactlyInAnyOrder(0L, 4L, 8L);
    }
  }
}
