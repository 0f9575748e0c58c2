package org.popinjay.wire.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Questions to a server of the DNS that the test plays.
class DnsHostNamesTest {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");
  private static final InetAddress OTHER = InetAddress.ofLiteral("2001:db8::7");

  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Map<String, byte[]> zone = new ConcurrentHashMap<>();
  private Channel server;
  private DnsHostNames names;

  @BeforeEach
  void serve(@TempDir Path folder) throws Exception {
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
            .sync()
            .channel();
    var port = ((InetSocketAddress) server.localAddress()).getPort();
    var conf = folder.resolve("resolv.conf");
    Files.writeString(conf, "search example.net\nnameserver 127.0.0.1." + port + "\n");
    names = DnsHostNames.open(conf, loops.next(), NioDatagramChannel.class);
  }

  @AfterEach
  void stop() {
    names.close();
    loops.shutdownGracefully(0, 500, TimeUnit.MILLISECONDS).awaitUninterruptibly(2000);
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

  private static byte[] name(String... labels) throws IOException {
    var octets = new ByteArrayOutputStream();
    for (var label : labels) {
      octets.write(label.length());
      octets.write(label.getBytes(StandardCharsets.ISO_8859_1));
    }
    octets.write(0);
    return octets.toByteArray();
  }

  private static <T> T answer(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  @Test
  void bothKindsOfAddressesHaveNames() throws IOException {
    zone.put("PTR 7.2.0.192.in-addr.arpa.", name("tea", "example", "org"));
    zone.put(
        "PTR 7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.",
        name("kettle", "example", "org"));
    assertThat(answer(names.nameOf(CLIENT))).isEqualTo("tea.example.org");
    assertThat(answer(names.nameOf(OTHER))).isEqualTo("kettle.example.org");
  }

  @Test
  void namesHaveAddressesOfBothKinds() {
    zone.put("A tea.example.org.", CLIENT.getAddress());
    zone.put("AAAA tea.example.org.", OTHER.getAddress());
    assertThat(answer(names.addressesOf("tea.example.org")))
        .containsExactlyInAnyOrder(CLIENT, OTHER);
  }

  @Test
  void whatIsNotThereFails() {
    zone.put("A tea.example.net.", CLIENT.getAddress());
    assertThatThrownBy(() -> answer(names.nameOf(CLIENT)))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(UnknownHostException.class);
    assertThatThrownBy(() -> answer(names.addressesOf("tea")))
        .as("domains to search in are not tried")
        .hasCauseInstanceOf(UnknownHostException.class);
    assertThatThrownBy(() -> answer(names.addressesOf("x".repeat(64) + ".example")))
        .isInstanceOf(CompletionException.class);
  }

  @Test
  void aHostileNameIsHandedOnAsItIs() throws IOException {
    zone.put("PTR 7.2.0.192.in-addr.arpa.", name("a\r\nb\u001b[2J", "example"));
    assertThat(answer(names.nameOf(CLIENT))).isEqualTo("a\r\nb\u001b[2J.example");
  }

  @Test
  void nothingIsRememberedHere() throws IOException {
    zone.put("PTR 7.2.0.192.in-addr.arpa.", name("tea", "example"));
    assertThat(answer(names.nameOf(CLIENT))).isEqualTo("tea.example");
    zone.put("PTR 7.2.0.192.in-addr.arpa.", name("other", "example"));
    assertThat(answer(names.nameOf(CLIENT))).isEqualTo("other.example");
  }
}
