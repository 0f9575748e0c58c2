package org.popinjay.wire.names;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsPtrRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.resolver.dns.UnixResolverDnsServerAddressStreamProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// Asks the servers that `/etc/resolv.conf` names, from another port each time. Names that
/// `/etc/hosts` has lead where it says.
public final class DnsHostNames implements HostNames {
  private static final int DNS_PORT = 53;

  private final DnsNameResolver resolver;

  private DnsHostNames(DnsNameResolver resolver) {
    this.resolver = resolver;
  }

  /// Reads which servers there are, and blocks for that. Without any it is the one of this machine,
  /// as resolver(5) has it.
  ///
  /// @param resolvConf `/etc/resolv.conf`
  /// @param sockets those that fit the event loop
  public static DnsHostNames open(
      Path resolvConf, EventLoop loop, Class<? extends DatagramChannel> sockets) {
    try {
      var servers = new UnixResolverDnsServerAddressStreamProvider(resolvConf.toString(), null);
      return asking(servers, loop, sockets);
    } catch (IOException | IllegalArgumentException e) {
      var own = new InetSocketAddress(InetAddress.getLoopbackAddress(), DNS_PORT);
      return asking(new SequentialDnsServerAddressStreamProvider(own), loop, sockets);
    }
  }

  /// Asks given servers. What they said is remembered by whoever asks.
  static DnsHostNames asking(
      DnsServerAddressStreamProvider servers,
      EventLoop loop,
      Class<? extends DatagramChannel> sockets) {
    return new DnsHostNames(
        new DnsNameResolverBuilder(loop)
            .datagramChannelType(sockets)
            .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
            .nameServerProvider(servers)
            .searchDomains(List.of())
            .resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED)
            .resolveCache(NoopDnsCache.INSTANCE)
            .cnameCache(NoopDnsCnameCache.INSTANCE)
            .build());
  }

  @Override
  public CompletionStage<String> nameOf(InetAddress address) {
    var question = new DefaultDnsQuestion(ReverseName.of(address), DnsRecordType.PTR);
    return stage(() -> resolver.resolveAll(question)).thenCompose(DnsHostNames::firstName);
  }

  private static CompletionStage<String> firstName(List<DnsRecord> records) {
    try {
      return records.stream()
          .filter(DnsPtrRecord.class::isInstance)
          .map(record -> withoutDot(((DnsPtrRecord) record).hostname()))
          .filter(name -> !name.isEmpty())
          .findFirst()
          .<CompletionStage<String>>map(CompletableFuture::completedFuture)
          .orElseGet(() -> CompletableFuture.failedFuture(new UnknownHostException("no name")));
    } finally {
      records.forEach(ReferenceCountUtil::release);
    }
  }

  private static String withoutDot(String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  @Override
  public CompletionStage<List<InetAddress>> addressesOf(String name) {
    return stage(() -> resolver.resolveAll(name));
  }

  /// What a future comes to; a question that cannot be put is one without an answer.
  private static <T> CompletionStage<T> stage(Supplier<Future<T>> asking) {
    var stage = new CompletableFuture<T>();
    try {
      var _ =
          asking
              .get()
              .addListener((Future<T> answer) -> {
                if (answer.isSuccess()) {
                  stage.complete(answer.getNow());
                } else {
                  stage.completeExceptionally(answer.cause());
                }
              });
    } catch (IllegalArgumentException e) {
      stage.completeExceptionally(e);
    }
    return stage;
  }

  @Override
  public void close() {
    resolver.close();
  }
}
