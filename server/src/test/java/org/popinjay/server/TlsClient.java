package org.popinjay.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.X509Bundle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// A client that can turn to TLS, by the JDK's. Gives up after a minute of silence.
final class TlsClient implements AutoCloseable {
  /// The ports, in the order of the listeners.
  enum Port {
    POP3(0, "CAPA", "STLS", "USER tea", "pop3"),
    IMAP(1, "a CAPABILITY", "a STARTTLS", "a NOOP", "imap"),
    POP3S(2, "CAPA", "STLS", "USER tea", "pop3"),
    IMAPS(3, "a CAPABILITY", "a STARTTLS", "a NOOP", "imap");

    private final int listener;
    final String capabilities;
    final String upgrade;
    final String harmless;
    final String alpn;

    Port(int listener, String capabilities, String upgrade, String harmless, String alpn) {
      this.listener = listener;
      this.capabilities = capabilities;
      this.upgrade = upgrade;
      this.harmless = harmless;
      this.alpn = alpn;
    }

    /// The listeners to go with them.
    static final String LISTENERS =
        """
        listeners:
          - { protocol: pop3, bind: "127.0.0.1:0" }
          - { protocol: imap, bind: "127.0.0.1:0" }
          - { protocol: pop3, bind: "127.0.0.1:0", tls: implicit }
          - { protocol: imap, bind: "127.0.0.1:0", tls: implicit }\
        """;

    /// The one of a server's addresses, which are in the order of [#LISTENERS].
    InetSocketAddress of(List<InetSocketAddress> server) {
      return server.get(listener);
    }

    boolean implicit() {
      return this == POP3S || this == IMAPS;
    }

    boolean imap() {
      return this == IMAP || this == IMAPS;
    }
  }

  private final Port port;
  Socket socket;
  private BufferedReader in;

  /// @param server its addresses, in the order of [Port#LISTENERS]
  TlsClient(List<InetSocketAddress> server, Port port) throws IOException {
    this.port = port;
    var at = port.of(server);
    socket = new Socket(at.getAddress(), at.getPort());
    socket.setSoTimeout(60_000);
    in = reader();
  }

  private BufferedReader reader() throws IOException {
    return new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
  }

  /// Reaches TLS in the way of the port, and reads the greeting wherever it comes.
  TlsClient secured(SSLContext context, String host) throws IOException {
    if (!port.implicit()) {
      hear();
      assertThat(ask(port.upgrade)).matches("(a OK|\\+OK) begin TLS.*");
    }
    handshake(context, host, port.alpn);
    if (port.implicit()) {
      assertThat(hear()).matches("(\\* OK|\\+OK POP3) .*");
    }
    return this;
  }

  TlsClient secured() throws IOException {
    return secured(trusting(), "");
  }

  SSLSocket handshake(SSLContext context, String host, String alpn) throws IOException {
    var tls =
        (SSLSocket)
            context.getSocketFactory().createSocket(socket, "127.0.0.1", socket.getPort(), true);
    var parameters = tls.getSSLParameters();
    if (!host.isEmpty()) {
      parameters.setServerNames(List.of(new SNIHostName(host)));
    }
    parameters.setApplicationProtocols(new String[] {alpn});
    tls.setSSLParameters(parameters);
    socket = tls;
    tls.startHandshake();
    in = reader();
    return tls;
  }

  void say(String text) throws IOException {
    send(text.getBytes(ISO_8859_1));
  }

  void send(byte[] octets) throws IOException {
    socket.getOutputStream().write(octets);
  }

  String ask(String line) throws IOException {
    say(line + "\r\n");
    return hear();
  }

  String hear() throws IOException {
    return Objects.requireNonNullElse(in.readLine(), Conversation.CLOSED);
  }

  /// Whatever the server says until it closes; a reset is a close.
  String hearAll() {
    var all = new StringBuilder();
    try {
      for (var line = hear(); !line.equals(Conversation.CLOSED); line = hear()) {
        all.append(line).append('\n');
      }
    } catch (IOException _) {
      // As good as an end.
    }
    return all.toString();
  }

  String capabilities() throws IOException {
    var all = new StringBuilder(ask(port.capabilities));
    for (var line = hear(); !line.equals(".") && !line.startsWith("a "); line = hear()) {
      all.append(' ').append(line);
    }
    return all.append(' ').toString();
  }

  String signIn() throws IOException {
    return port.imap() ? ask("b LOGIN tea kettle") : ask("USER tea") + " " + ask("PASS kettle");
  }

  /// Begins a sign-in by SASL with a first response.
  String authenticate(String mechanism, String response) throws IOException {
    return ask((port.imap() ? "a AUTHENTICATE " : "AUTH ") + mechanism + ' ' + response);
  }

  X509Certificate shown() throws IOException {
    return (X509Certificate) ((SSLSocket) socket).getSession().getPeerCertificates()[0];
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /// Trusts everybody and has no certificate.
  static SSLContext trusting() {
    return context(null);
  }

  /// Trusts everybody.
  ///
  /// @param own the client's certificate
  static SSLContext context(@Nullable X509Bundle own) {
    return context(own, InsecureTrustManagerFactory.INSTANCE);
  }

  static SSLContext context(@Nullable X509Bundle own, TrustManagerFactory trusted) {
    try {
      var context = SSLContext.getInstance("TLS");
      var keys = own == null ? new KeyManager[0] : own.toKeyManagerFactory().getKeyManagers();
      context.init(keys, trusted.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
