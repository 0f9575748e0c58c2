package org.popinjay.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScrapeEndpointTest {
  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Metrics metrics = new Metrics("1", "c");
  private volatile String trouble = "";
  private Channel listening;

  @BeforeEach
  void listen() throws Exception {
    listening =
        new ScrapeEndpoint(metrics, () -> trouble, Thread::startVirtualThread)
            .bind(
                loop,
                NioServerSocketChannel.class,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void close() {
    listening.close().syncUninterruptibly();
    var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    metrics.close();
  }

  @Test
  void metricsAreServedWithTheirType() throws IOException {
    assertThat(ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .containsIgnoringCase("content-type: text/plain; version=0.0.4; charset=utf-8\r\n")
        .containsIgnoringCase("connection: close\r\n")
        .contains("\npopinjay_connections_opened_total 0.0\n");
  }

  @ParameterizedTest(name = "{0} gives {1}")
  @CsvSource({
    "GET /live, 200 OK",
    "GET /ready, 200 OK",
    "GET /, 404 Not Found",
    "GET /metrics/, 404 Not Found",
    "GET /../etc/passwd, 404 Not Found",
    "POST /metrics, 405 Method Not Allowed",
    "HEAD /metrics, 405 Method Not Allowed",
    "DELETE /live, 405 Method Not Allowed",
  })
  void onlyThreePathsAndOneMethod(String request, String status) throws IOException {
    assertThat(ask(request + " HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 " + status);
  }

  @Test
  void troubleIsToldButNotExplained() throws IOException {
    trouble = "no folder /var/mail";
    assertThat(ask("GET /ready HTTP/1.1\r\n\r\n"))
        .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
        .doesNotContain("/var/mail");
    assertThat(ask("GET /live HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 OK\r\n");
  }

  @Test
  void aLongRequestIsRefused() throws IOException {
    assertThat(ask("GET /" + "x".repeat(2000) + " HTTP/1.1\r\n\r\n"))
        .startsWith("HTTP/1.1 400 Bad Request\r\n");
    assertThat(ask("GET /live HTTP/1.1\r\nA: " + "x".repeat(9000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 400 Bad Request\r\n");
  }

  @Test
  void sixteenConnectionsAreEnough() throws IOException {
    var sockets = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 16; i++) {
        sockets.add(connect());
      }
      try (var oneMore = connect()) {
        assertThat(oneMore.getInputStream().read()).isEqualTo(-1);
      }
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  private String ask(String request) throws IOException {
    try (var socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Socket connect() throws IOException {
    var address = (InetSocketAddress) listening.localAddress();
    var socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(60_000);
    return socket;
  }
}
