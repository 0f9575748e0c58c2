package org.popinjay.wire.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
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
  private final TestDns zone = new TestDns();
  private DnsHostNames names;

  @BeforeEach
  void ask(@TempDir Path folder) throws IOException {
    names = DnsHostNames.open(zone.resolvConf(folder), loops.next(), NioDatagramChannel.class);
  }

  @AfterEach
  void stop() {
    names.close();
    zone.close();
    loops.shutdownGracefully(0, 500, TimeUnit.MILLISECONDS).awaitUninterruptibly(2000);
  }

  private static <T> T answer(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  @Test
  void bothKindsOfAddressesHaveNames() {
    zone.put("PTR 7.2.0.192.in-addr.arpa.", TestDns.name("tea", "example", "org"));
    zone.put(
        "PTR 7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.",
        TestDns.name("kettle", "example", "org"));
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
  void aHostileNameIsHandedOnAsItIs() {
    zone.put("PTR 7.2.0.192.in-addr.arpa.", TestDns.name("a\r\nb\u001b[2J", "example"));
    assertThat(answer(names.nameOf(CLIENT))).isEqualTo("a\r\nb\u001b[2J.example");
  }

  @Test
  void nothingIsRememberedHere() {
    zone.put("PTR 7.2.0.192.in-addr.arpa.", TestDns.name("tea", "example"));
    assertThat(answer(names.nameOf(CLIENT))).isEqualTo("tea.example");
    zone.put("PTR 7.2.0.192.in-addr.arpa.", TestDns.name("other", "example"));
    assertThat(answer(names.nameOf(CLIENT))).isEqualTo("other.example");
  }
}
