package org.popinjay.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.wire.names.DnsHostNames;
import org.popinjay.wire.names.TestDns;
import org.popinjay.wire.transcript.Awaited;
import org.popinjay.wire.transcript.LogWitness;

/// Names of clients in the log of a whole server, out of a DNS that the test plays.
@Timeout(180)
class LoggedNamesTest {
  private static final String BEHIND_A_PROXY =
      """
      listeners:
        - { protocol: pop3, bind: "127.0.0.1:0", proxyProtocol: [127.0.0.0/8] }
        - { protocol: imap, bind: "127.0.0.1:0", proxyProtocol: [127.0.0.0/8] }\
      """;
  private static final String IN_CLEAR = "auth: { failureDelay: 0s, cleartext: always }";

  @TempDir Path folder;

  private final LogWitness log = new LogWitness("popinjay", Level.INFO);
  private final TestDns dns = new TestDns();

  /// Who asks for the first time loads much code, and a server waits for two seconds only.
  @BeforeEach
  void askForTheFirstTime() throws Exception {
    dns.put("PTR 1.2.0.192.in-addr.arpa.", TestDns.name("first", "example", "org"));
    dns.put("A first.example.org.", new byte[] {(byte) 192, 0, 2, 1});
    var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try (var names =
        DnsHostNames.open(dns.resolvConf(folder), loops.next(), NioDatagramChannel.class)) {
      names
          .nameOf(InetAddress.ofLiteral("192.0.2.1"))
          .thenCompose(names::addressesOf)
          .handle((_, _) -> "heard or not")
          .toCompletableFuture()
          .join();
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  @AfterEach
  void stop() {
    log.close();
    dns.close();
  }

  private long count(Level level, String pattern) {
    return log.lines(level).stream().filter(line -> line.matches(pattern)).count();
  }

  private Served start(String reverse) throws Exception {
    var settings =
        Served.settings(folder, BEHIND_A_PROXY, IN_CLEAR, "dns: { reverse: " + reverse + " }");
    var server = Popinjay.start(settings, () -> 0, List.of(), dns.resolvConf(folder));
    return new Served(folder, settings, server);
  }

  private static void pop3(Served served, String address) throws IOException {
    try (var client = served.connect()) {
      client.say("PROXY TCP4 " + address + " 127.0.0.1 1000 110\r\n");
      assertThat(client.signIn("tea").ask("QUIT")).startsWith("+OK");
      assertThat(client.hear()).isEqualTo(Conversation.CLOSED);
    }
  }

  private static void imap(Served served, String address) throws IOException {
    try (var client = new Conversation(served.imap())) {
      client.say("PROXY TCP4 " + address + " 127.0.0.1 1000 143\r\n");
      assertThat(client.hear()).startsWith("* OK");
      assertThat(client.ask("a LOGIN pot kettle")).startsWith("a OK");
      assertThat(client.ask("b LOGOUT")).startsWith("* BYE");
    }
  }

  /// Nobody waits for a name, so that the first session of a client may be over before it is known.
  @Test
  void aNameThatLeadsBackEndsTheLineOfASessionOfEitherProtocol() throws Exception {
    dns.put("PTR 7.2.0.192.in-addr.arpa.", TestDns.name("tea", "example", "org"));
    dns.put("A tea.example.org.", new byte[] {(byte) 192, 0, 2, 7});
    try (var served = start("log")) {
      for (var protocol : List.of("pop3", "imap")) {
        var named =
            "protocol="
                + protocol
                + " .* address=192\\.0\\.2\\.7 .* end=signed-off name=tea\\.example\\.org tls=none"
                + " commands=1";
        for (int sessions = 1; count(Level.INFO, named) == 0; sessions++) {
          if (protocol.equals("pop3")) {
            pop3(served, "192.0.2.7");
          } else {
            imap(served, "192.0.2.7");
          }
          int ended = sessions;
          Awaited.until(() -> count(Level.INFO, "protocol=" + protocol + " .*") == ended);
        }
      }
    }
  }

  @Test
  void whatDoesNotLeadBackIsWarnedOfAndNotBelieved() throws Exception {
    dns.put("PTR 8.2.0.192.in-addr.arpa.", TestDns.name("bank", "example", "org"));
    dns.put("A bank.example.org.", new byte[] {(byte) 192, 0, 2, 99});
    try (var served = start("warn")) {
      pop3(served, "192.0.2.8");
      imap(served, "192.0.2.9");
      Awaited.until(() -> count(Level.WARN, ".*") == 2);
      pop3(served, "192.0.2.8");
      Awaited.until(() -> count(Level.INFO, "protocol=.*") == 3);
    }
    assertThat(log.lines(Level.WARN))
        .contains(
            "Client at \"192.0.2.8\" resolves to an unknown host name \"bank.example.org\"",
            "Unable to get canonical name of client 192.0.2.9");
    assertThat(log.lines()).noneMatch(line -> line.contains(" name="));
  }
}
