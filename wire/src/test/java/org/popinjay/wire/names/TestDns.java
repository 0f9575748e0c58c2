package org.popinjay.wire.names;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// A server of the DNS on a port of this machine, which says what the test says.
public final class TestDns implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Map<String, byte[]> zone = new ConcurrentHashMap<>();
  private final Channel server;

  /// Begins to answer.
  public TestDns() {
    server =
        new Bootstrap()
            .group(loops)
            .channel(NioDatagramChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel made) {
                    made.pipeline()
                        .addLast(new DatagramDnsQueryDecoder())
                        .addLast(new DatagramDnsResponseEncoder())
                        .addLast(new Answers());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  /// Says what the zone has.
  private final class Answers extends SimpleChannelInboundHandler<DatagramDnsQuery> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramDnsQuery query) {
      DnsQuestion question = query.recordAt(DnsSection.QUESTION);
      var asked = query.recipient();
      var asking = query.sender();
      var response = new DatagramDnsResponse(asked, asking, query.id());
      response.addRecord(DnsSection.QUESTION, question);
      var found = zone.get(question.type().name() + " " + question.name());
      if (found == null) {
        response.setCode(DnsResponseCode.NXDOMAIN);
      } else {
        response.addRecord(
            DnsSection.ANSWER,
            new DefaultDnsRawRecord(
                question.name(), question.type(), 60, Unpooled.wrappedBuffer(found)));
      }
      var _ = ctx.writeAndFlush(response);
    }
  }

  /// Has it answer from now on.
  ///
  /// @param question a type and a name, as `A tea.example.org.`
  public void put(String question, byte[] answer) {
    zone.put(question, answer);
  }

  /// A name as it stands in an answer.
  public static byte[] name(String... labels) {
    var octets = new ByteArrayOutputStream();
    for (var label : labels) {
      octets.write(label.length());
      octets.writeBytes(label.getBytes(StandardCharsets.ISO_8859_1));
    }
    octets.write(0);
    return octets.toByteArray();
  }

  /// Writes the file by which it is found.
  public Path resolvConf(Path folder) throws IOException {
    var port = ((InetSocketAddress) server.localAddress()).getPort();
    return Files.writeString(
        folder.resolve("resolv.conf"), "search example.net\nnameserver 127.0.0.1." + port + "\n");
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 500, TimeUnit.MILLISECONDS).awaitUninterruptibly(2000);
  }
}
