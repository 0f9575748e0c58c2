package org.popinjay.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.server.TlsClient.Port;
import org.popinjay.wire.tls.TestCertificates;

/// How handshakes begin and end on real sockets, whatever comes in place of a proper one.
class TlsHandshakeTest {
  /// Record type, version and length, then the type and length of a message.
  private static final int HELLO_AT = 5 + 4;

  @TempDir private static Path folder;
  private static Served served;

  @BeforeAll
  static void start() throws Exception {
    TestCertificates.write(folder, "one", TestCertificates.of("one.example"));
    served = Served.start(folder, Port.LISTENERS, "tls: { certificate: one.pem, key: one.key }");
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  /// Where a handshake may begin.
  private static TlsClient atItsBeginning(Port port) throws IOException {
    return atItsBeginning(served, port);
  }

  private static TlsClient atItsBeginning(Served at, Port port) throws IOException {
    var client = new TlsClient(at.server().addresses(), port);
    if (!port.implicit()) {
      client.hear();
      assertThat(client.ask(port.upgrade)).contains("begin TLS");
    }
    return client;
  }

  @ParameterizedTest
  @ValueSource(ints = {0x0300, 0x0301, 0x0302})
  void versionsBeforeTheTwoAreRefusedByAnAlert(int version) throws Exception {
    for (var port : Port.values()) {
      try (var client = atItsBeginning(port)) {
        client.send(hello(version));
        var answer = client.socket.getInputStream().readAllBytes();
        // Fatal: protocol_version.
        assertThat(answer).as(port.name()).hasSize(7).startsWith(21, 3).endsWith(0, 2, 2, 70);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void helloOfSslTwoIsNotAnswered(Port port) throws Exception {
    // Two octets of length, CLIENT-HELLO, version 2, one suite, no session, 16 octets of challenge.
    var hello = new byte[30];
    hello[0] = (byte) 0x80;
    hello[1] = 28;
    hello[2] = 1;
    hello[4] = 2;
    hello[6] = 3;
    hello[10] = 16;
    hello[11] = 1;
    hello[13] = (byte) 0x80;
    try (var client = atItsBeginning(port)) {
      client.send(hello);
      assertThat(end(client)).isLessThan(8);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOversizedFirstMessageEndsTheConnection(Port port) throws Exception {
    try (var client = atItsBeginning(port)) {
      // The first record of a message of 1 MiB.
      var record = new byte[5 + 16384];
      System.arraycopy(new byte[] {22, 3, 1, 64, 0, 1, 16}, 0, record, 0, 7);
      client.send(record);
      assertThat(end(client)).isLessThan(8);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOversizedRecordEndsTheConnectionAtOnce(Port port) throws Exception {
    try (var client = atItsBeginning(port)) {
      client.send(new byte[] {22, 3, 1, 64, 1, 1, 0, 64, 0});
      var answer = client.socket.getInputStream().readAllBytes();
      // Fatal: record_overflow.
      assertThat(answer).hasSize(7).startsWith(21, 3).endsWith(0, 2, 2, 22);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHandshakeMayComeOctetByOctet(Port port) throws Exception {
    try (var drip = new Dripping(port.of(served.server().addresses()));
        var client = new TlsClient(drip.addresses(), port).secured()) {
      var tls = (SSLSocket) client.socket;
      assertThat(tls.getSession().getProtocol()).isEqualTo("TLSv1.3");
      assertThat(client.capabilities()).contains("PLAIN");
      assertThat(client.signIn()).contains("OK");
    }
  }

  @Test
  void aHandshakeThatNeverEndsIsClosedInTime(@TempDir Path another) throws Exception {
    TestCertificates.write(another, "one", TestCertificates.of("one.example"));
    var tls = "tls: { certificate: one.pem, key: one.key, handshakeTimeout: 1s }";
    try (var hasty = Served.start(another, Port.LISTENERS, tls)) {
      for (var port : List.of(Port.POP3S, Port.IMAP)) {
        long began = System.nanoTime();
        try (var silent = atItsBeginning(hasty, port);
            var half = atItsBeginning(hasty, port);
            var dripping = atItsBeginning(hasty, port)) {
          half.send(new byte[] {22, 3, 1, 1});
          dripForever(dripping);
          assertThat(end(silent)).isZero();
          assertThat(end(half)).isZero();
        }
        assertThat(System.nanoTime() - began).isGreaterThan(900_000_000L);
      }
    }
  }

  /// Sends the first message of a handshake octet by octet, until the server closes.
  private static void dripForever(TlsClient client) throws Exception {
    var hello = hello(0x0303);
    hello[3] = 60;
    hello[7] = 50;
    for (int at = 0; at < 10_000; at++) {
      try {
        client.send(new byte[] {hello[Math.min(at, hello.length - 1)]});
      } catch (IOException _) {
        return;
      }
      Thread.sleep(20);
    }
    throw new AssertionError("still open");
  }

  @ParameterizedTest
  @EnumSource(names = {"POP3", "IMAP"})
  void wholeSessionsBehindTheUpgradeInOneSegmentAreNotHeard(Port port) throws Exception {
    try (var client = new TlsClient(served.server().addresses(), port)) {
      client.hear();
      client.say(
          port.upgrade
              + "\r\n"
              + (port.imap()
                  ? "b LOGIN pot kettle\r\nc SELECT INBOX\r\n"
                  : "USER pot\r\nPASS kettle\r\n"));
      assertThat(client.hearAll()).isEmpty();
    }
  }

  /// Octets until the end of the connection.
  private static int end(TlsClient client) {
    try {
      return client.socket.getInputStream().readAllBytes().length;
    } catch (SocketTimeoutException e) {
      throw new AssertionError("still open", e);
    } catch (IOException _) {
      // Reset, since something was left unread.
      return 0;
    }
  }

  /// A ClientHello of an old version with two suites of its time.
  private static byte[] hello(int version) {
    var octets = new byte[HELLO_AT + 2 + 32 + 1 + 2 + 4 + 2];
    octets[0] = 22;
    octets[1] = 3;
    octets[2] = (byte) Math.min(version & 0xff, 1);
    octets[4] = (byte) (octets.length - 5);
    octets[5] = 1;
    octets[8] = (byte) (octets.length - HELLO_AT);
    octets[9] = (byte) (version >> 8);
    octets[10] = (byte) version;
    int suites = HELLO_AT + 2 + 32 + 1;
    var rest = new byte[] {0, 4, (byte) 0xc0, 0x13, 0, 0x2f, 1, 0};
    System.arraycopy(rest, 0, octets, suites, rest.length);
    return octets;
  }

  /// Stands in front of a server and sends it every octet of a client by itself.
  private static final class Dripping implements AutoCloseable {
    private final ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

    Dripping(InetSocketAddress server) throws IOException {
      var _ = Thread.startVirtualThread(() -> serve(server));
    }

    /// As if it were each of the listeners.
    List<InetSocketAddress> addresses() {
      var at = new InetSocketAddress(door.getInetAddress(), door.getLocalPort());
      return List.of(at, at, at, at);
    }

    private void serve(InetSocketAddress server) {
      try (var client = door.accept();
          var there = new Socket(server.getAddress(), server.getPort())) {
        there.setTcpNoDelay(true);
        var _ = Thread.startVirtualThread(() -> back(there, client));
        drip(client.getInputStream(), there.getOutputStream());
      } catch (IOException _) {
        // The test is over.
      }
    }

    private static void drip(InputStream from, OutputStream to) throws IOException {
      for (int octet = from.read(); octet >= 0; octet = from.read()) {
        to.write(octet);
      }
    }

    private static void back(Socket there, Socket client) {
      try {
        there.getInputStream().transferTo(client.getOutputStream());
      } catch (IOException _) {
        // The test is over.
      }
    }

    @Override
    public void close() throws IOException {
      door.close();
    }
  }
}
