package org.popinjay.server.metrics;

import static io.netty.handler.codec.http.HttpHeaderNames.ALLOW;
import static io.netty.handler.codec.http.HttpHeaderNames.CACHE_CONTROL;
import static io.netty.handler.codec.http.HttpHeaderNames.CONNECTION;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_TYPE;
import static io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.netty.handler.codec.http.HttpResponseStatus.METHOD_NOT_ALLOWED;
import static io.netty.handler.codec.http.HttpResponseStatus.NOT_FOUND;
import static io.netty.handler.codec.http.HttpResponseStatus.OK;
import static io.netty.handler.codec.http.HttpResponseStatus.SERVICE_UNAVAILABLE;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The page for Prometheus and the two questions of service managers: `/metrics`, `/live` and
/// `/ready`, by GET alone.
///
/// Asks for no password and shows nothing about anybody, so it may be public; it listens on
/// loopback unless told otherwise. One request a connection, 16 connections, ten seconds, 8 KiB.
public final class ScrapeEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(ScrapeEndpoint.class);

  private static final int CONNECTIONS = 16;
  private static final int SECONDS = 10;
  private static final int LINE_OCTETS = 1024;
  private static final int HEADER_OCTETS = 7 * 1024;

  private final Metrics metrics;
  private final Supplier<String> trouble;
  private final Executor threads;

  private int open;
  private String lastTrouble = "";

  /// @param metrics what to show
  /// @param trouble what keeps the server from serving, in words for the log, or an empty string;
  ///   may block
  /// @param threads where `trouble` is asked
  public ScrapeEndpoint(Metrics metrics, Supplier<String> trouble, Executor threads) {
    this.metrics = metrics;
    this.trouble = trouble;
    this.threads = threads;
  }

  /// Starts to listen.
  ///
  /// @param loop one event loop of its own, so that a scrape never holds up a mail client
  /// @return the listening channel; closing it ends the endpoint
  /// @throws Exception what the bind threw, for instance that the port is in use
  public Channel bind(
      EventLoopGroup loop, Class<? extends ServerChannel> channels, InetSocketAddress address)
      throws Exception {
    return new ServerBootstrap()
        .group(loop)
        .channel(channels)
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(ChannelOption.SO_BACKLOG, CONNECTIONS)
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                accept(channel);
              }
            })
        .bind(address)
        .sync()
        .channel();
  }

  /// Runs on the one loop, as everything here, so that counting needs no lock.
  private void accept(Channel channel) {
    if (open == CONNECTIONS) {
      var _ = channel.close();
      return;
    }
    open++;
    var _ = channel.closeFuture().addListener(_ -> open--);
    channel
        .pipeline()
        .addLast(
            new ReadTimeoutHandler(SECONDS),
            new HttpServerCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(LINE_OCTETS)
                    .setMaxHeaderSize(HEADER_OCTETS)),
            new Requests());
  }

  private final class Requests extends SimpleChannelInboundHandler<HttpObject> {
    private boolean asked;

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
      if (asked || !(message instanceof HttpRequest request)) {
        return;
      }
      asked = true;
      if (request.decoderResult().isFailure()) {
        answer(ctx, BAD_REQUEST, "bad request\n");
      } else if (!request.method().equals(HttpMethod.GET)) {
        answer(ctx, METHOD_NOT_ALLOWED, "GET only\n");
      } else {
        switch (request.uri()) {
          case "/metrics" -> answer(ctx, OK, Metrics.PAGE_TYPE, metrics.page());
          case "/live" -> answer(ctx, OK, "alive\n");
          case "/ready" -> threads.execute(() -> ready(ctx));
          default -> answer(ctx, NOT_FOUND, "not found\n");
        }
      }
    }

    private void ready(ChannelHandlerContext ctx) {
      var found = trouble.get();
      ctx.executor()
          .execute(() -> {
            if (!found.equals(lastTrouble)) {
              lastTrouble = found;
              LOG.warn("{}", found.isEmpty() ? "ready again" : "not ready: " + found);
            }
            if (found.isEmpty()) {
              answer(ctx, OK, "ready\n");
            } else {
              answer(ctx, SERVICE_UNAVAILABLE, "not ready\n");
            }
          });
    }

    private static void answer(ChannelHandlerContext ctx, HttpResponseStatus status, String text) {
      answer(ctx, status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(
        ChannelHandlerContext ctx, HttpResponseStatus status, String type, byte[] body) {
      var response =
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
      response
          .headers()
          .set(CONTENT_TYPE, type)
          .set(CONTENT_LENGTH, body.length)
          .set(CONNECTION, "close")
          .set(CACHE_CONTROL, "no-store");
      if (status.equals(METHOD_NOT_ALLOWED)) {
        response.headers().set(ALLOW, "GET");
      }
      var _ = ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      LOG.debug("metrics connection ended", cause);
      var _ = ctx.close();
    }
  }
}
