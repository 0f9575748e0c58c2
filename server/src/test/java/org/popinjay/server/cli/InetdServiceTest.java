package org.popinjay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.popinjay.config.BindAddress;
import org.popinjay.config.Cidr;
import org.popinjay.config.ListenerConfig;
import org.popinjay.config.ListenerConfig.Access;
import org.popinjay.config.ListenerConfig.Protocol;
import org.popinjay.config.ListenerConfig.Responses;
import org.popinjay.config.ListenerConfig.Tls;
import org.popinjay.server.supervisor.InheritedSocket;

class InetdServiceTest {
  private static final List<Cidr> LAN = List.of(Cidr.parse("192.0.2.0/24"));
  private static final List<Cidr> PROXIES = List.of(Cidr.parse("198.51.100.1"));

  private ServerSocketChannel socket;
  private int port;

  @BeforeEach
  void listen() throws IOException {
    socket =
        ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
  }

  @AfterEach
  void close() throws IOException {
    socket.close();
  }

  private ListenerConfig given(String name, ListenerConfig... configured) {
    var inherited = new InheritedSocket("", new NioServerSocketChannel(socket));
    return InetdService.of(name, inherited, Duration.ofMinutes(5)).listener(List.of(configured));
  }

  private static ListenerConfig configured(Protocol protocol, int port, Tls tls, Responses words) {
    return new ListenerConfig(
        protocol, new BindAddress("*", port), tls, PROXIES, words, new Access(LAN, List.of()));
  }

  @Test
  void aServiceIsTheListenerOfItsProtocolWhereInetdListens() {
    var listener =
        given(
            "pop3",
            configured(Protocol.IMAP, port, Tls.NONE, Responses.UW),
            configured(Protocol.POP3, 995, Tls.IMPLICIT, Responses.UW),
            configured(Protocol.POP3, 110, Tls.NONE, Responses.QPOPPER));
    assertThat(listener)
        .isEqualTo(
            new ListenerConfig(
                Protocol.POP3,
                new BindAddress("127.0.0.1", port),
                Tls.NONE,
                PROXIES,
                Responses.QPOPPER,
                new Access(LAN, List.of())));
  }

  @Test
  void ofSeveralTheOneOnThatPortCounts() {
    var listener =
        given(
            "pop3s",
            configured(Protocol.POP3, 995, Tls.IMPLICIT, Responses.POPINJAY),
            configured(Protocol.POP3, port, Tls.NONE, Responses.UW),
            configured(Protocol.POP3, port, Tls.IMPLICIT, Responses.POPPER));
    assertThat(listener.responses()).isEqualTo(Responses.POPPER);
    assertThat(listener.tls()).isEqualTo(Tls.IMPLICIT);
  }

  @Test
  void withoutOneOfItsKindNothingIsSaid() {
    var listener = given("pop3", configured(Protocol.POP3, port, Tls.IMPLICIT, Responses.UW));
    assertThat(listener)
        .isEqualTo(ListenerConfig.plain(Protocol.POP3, new BindAddress("127.0.0.1", port)));
  }
}
