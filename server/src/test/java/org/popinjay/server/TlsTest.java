package org.popinjay.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.popinjay.server.TlsClient.Port;
import org.popinjay.server.cli.ExitCode;
import org.popinjay.wire.tls.TestCertificates;
import org.popinjay.wire.transcript.LogWitness;

/// TLS as clients meet it, on real sockets and for both protocols.
class TlsTest {
  @TempDir Path folder;

  private Served serve(String... changes) throws Exception {
    TestCertificates.write(folder, "one", TestCertificates.of("one.example"));
    return start("tls: { certificate: one.pem, key: one.key }", changes);
  }

  private Served start(String tls, String... changes) throws Exception {
    Files.createDirectories(folder.resolve("spool"));
    Spool.write(folder.resolve("spool/tea"), Spool.AWKWARD);
    var all = new ArrayList<>(List.of(Port.LISTENERS, tls));
    all.addAll(List.of(changes));
    return Served.start(folder, all.toArray(new String[0]));
  }

  @ParameterizedTest
  @EnumSource
  void aSessionUnderTls(Port port) throws Exception {
    try (var served = serve("auth: { cleartext: never }");
        var client = new TlsClient(served.server().addresses(), port).secured()) {
      var tls = (SSLSocket) client.socket;
      assertThat(tls.getSession().getProtocol()).isEqualTo("TLSv1.3");
      assertThat(tls.getApplicationProtocol()).isEqualTo(port.alpn);
      var inside = client.capabilities();
      assertThat(inside).doesNotContain("STARTTLS", "STLS", "LOGINDISABLED").contains("PLAIN");
      assertThat(client.ask(port.upgrade)).startsWith(port.imap() ? "a BAD" : "-ERR");
      assertThat(client.signIn()).contains("OK");
      assertThat(client.ask(port.upgrade)).startsWith(port.imap() ? "a BAD" : "-ERR");
      client.say(port.imap() ? "q LOGOUT\r\n" : "QUIT\r\n");
      // The end is told by TLS itself; else the JDK would complain here.
      assertThat(client.hear()).matches("(\\* BYE|\\+OK) .*");
      if (port.imap()) {
        assertThat(client.hear()).startsWith("q OK");
      }
      assertThat(client.hear()).isEqualTo(Conversation.CLOSED);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"POP3", "IMAP"})
  void inTheClearNoPasswordIsTakenAndNoneAnnounced(Port port) throws Exception {
    try (var served = serve("auth: { cleartext: never }");
        var client = new TlsClient(served.server().addresses(), port)) {
      client.hear();
      assertThat(client.capabilities())
          .doesNotContain("PLAIN", "AUTH=LOGIN", "USER")
          .contains(port.imap() ? "STARTTLS" : "STLS")
          .contains(port.imap() ? "LOGINDISABLED" : "TOP");
      assertThat(client.signIn())
          .isEqualTo(
              port.imap()
                  ? "b NO [PRIVACYREQUIRED] passwords may not come in the clear"
                  : "-ERR TLS required -ERR TLS required");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"POP3", "IMAP"})
  void aCommandBehindTheUpgradeInOneSegmentEndsTheConnection(Port port) throws Exception {
    try (var served = serve();
        var client = new TlsClient(served.server().addresses(), port)) {
      client.hear();
      client.say(port.upgrade + "\r\n" + port.harmless + "\r\n");
      assertThat(client.hearAll()).isEmpty();
      assertThat(metrics(served))
          .contains("popinjay_limit_total{limit=\"cleartext_behind_starttls\"} 1.0");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"POP3", "IMAP"})
  void aHandshakeThatDoesNotWaitForTheAnswerEndsTheConnection(Port port) throws Exception {
    try (var served = serve();
        var client = new TlsClient(served.server().addresses(), port)) {
      client.hear();
      client.say(port.upgrade + "\r\n\u0016\u0003\u0001");
      assertThat(client.hearAll()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"POP3", "IMAP"})
  void halfACommandBehindTheUpgradeEndsTheConnection(Port port) throws Exception {
    try (var served = serve();
        var client = new TlsClient(served.server().addresses(), port)) {
      client.hear();
      client.say(port.upgrade + "\r\nx");
      assertThat(client.hearAll()).isEmpty();
    }
  }

  @Test
  void whatWasSaidInTheClearIsForgotten() throws Exception {
    try (var served = serve();
        var client = new TlsClient(served.server().addresses(), Port.POP3)) {
      client.hear();
      assertThat(client.ask("USER tea")).startsWith("+OK");
      assertThat(client.ask("STLS")).startsWith("+OK");
      client.handshake(TlsClient.trusting(), "", "pop3");
      assertThat(client.ask("PASS kettle")).startsWith("-ERR");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"POP3S", "IMAPS"})
  void plainTextOnAPortOfTlsIsNotAnswered(Port port) throws Exception {
    try (var served = serve();
        var client = new TlsClient(served.server().addresses(), port)) {
      client.say(port.harmless + "\r\n");
      assertThat(client.hearAll()).isEmpty();
      assertThat(metrics(served)).contains("popinjay_tls_handshakes_total{result=\"no_tls\"} 1.0");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"POP3S", "IMAP"})
  void nobodyNegotiatesAnew(Port port) throws Exception {
    try (var served = serve();
        var client = new TlsClient(served.server().addresses(), port)) {
      var context = SSLContext.getInstance("TLSv1.2");
      context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
      client.secured(context, "");
      assertThat(client.capabilities()).isNotEmpty();
      assertThatThrownBy(
              () -> {
                ((SSLSocket) client.socket).startHandshake();
                client.ask(port.harmless);
              })
          .isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theLineOfASessionTellsTheVersion(Port port) throws Exception {
    try (var log = new LogWitness("popinjay.session", Level.INFO);
        var served = serve()) {
      for (var version : List.of("TLSv1.3", "TLSv1.2")) {
        var context = SSLContext.getInstance(version);
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        try (var client =
            new TlsClient(served.server().addresses(), port).secured(context, "one.example")) {
          assertThat(client.signIn()).contains("OK");
          client.say(port.imap() ? "q LOGOUT\r\n" : "QUIT\r\n");
          assertThat(client.hear()).matches("(\\* BYE|\\+OK) .*");
        }
        var line = log.await(said -> said.contains(" tls=" + version + " "));
        assertThat(line)
            .startsWith("protocol=" + port.alpn + " ")
            .endsWith(" end=signed-off tls=" + version + " commands=1");
      }
      assertThat(log.lines()).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"POP3S", "IMAP"})
  void theHostThatTheClientNamesDecides(Port port) throws Exception {
    TestCertificates.write(folder, "two", TestCertificates.of("two.example"));
    TestCertificates.write(folder, "one", TestCertificates.of("one.example"));
    try (var served =
        start(
            "tls: { certificate: one.pem, key: one.key,"
                + " additional: [{ certificate: two.pem, key: two.key }] }")) {
      for (var host : List.of("two.example", "one.example", "three.example", "")) {
        try (var client =
            new TlsClient(served.server().addresses(), port).secured(TlsClient.trusting(), host)) {
          assertThat(client.shown().getSubjectX500Principal().getName())
              .as(host)
              .isEqualTo(host.equals("two.example") ? "CN=two.example" : "CN=one.example");
        }
      }
    }
  }

  @Test
  void newCertificatesAreShownToNewClientsAndOldSessionsGoOn() throws Exception {
    try (var served = serve();
        var before = new TlsClient(served.server().addresses(), Port.IMAPS).secured()) {
      TestCertificates.write(folder, "one", TestCertificates.of("next.example"));
      served.server().take(served.settings());
      try (var after = new TlsClient(served.server().addresses(), Port.IMAPS).secured()) {
        assertThat(after.shown().getSubjectX500Principal().getName()).isEqualTo("CN=next.example");
      }
      assertThat(before.signIn()).startsWith("b OK");
      TestCertificates.write(folder.resolve("one.key"), "no key at all");
      assertThatThrownBy(() -> served.server().take(served.settings()))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("one.key");
      try (var after = new TlsClient(served.server().addresses(), Port.POP3).secured()) {
        assertThat(after.shown().getSubjectX500Principal().getName()).isEqualTo("CN=next.example");
      }
      // The server itself looks at the files every few seconds.
      assertThat(metrics(served))
          .containsPattern("popinjay_tls_reloads_total\\{result=\"taken\"} [1-9]")
          .containsPattern("popinjay_tls_reloads_total\\{result=\"refused\"} [1-9]")
          .containsPattern("popinjay_tls_certificate_expiry_seconds [0-9]");
    }
  }

  @Test
  void anotherCertificateOfTheSettingsIsShownAndNoneTakesTlsAway() throws Exception {
    TestCertificates.write(folder, "two", TestCertificates.of("two.example"));
    try (var served = serve();
        var before = new TlsClient(served.server().addresses(), Port.IMAPS).secured()) {
      var other = "tls: { certificate: two.pem, key: two.key }";
      served.server().take(Served.settings(folder, Port.LISTENERS, other));
      try (var after = new TlsClient(served.server().addresses(), Port.POP3S).secured()) {
        assertThat(after.shown().getSubjectX500Principal().getName()).isEqualTo("CN=two.example");
      }
      served.server().take(Served.settings(folder));
      try (var after = new TlsClient(served.server().addresses(), Port.POP3)) {
        assertThat(after.hear()).startsWith("+OK");
        assertThat(after.ask(Port.POP3.upgrade)).startsWith("-ERR");
      }
      assertThat(before.signIn()).startsWith("b OK");
      assertThat(metrics(served)).doesNotContain("popinjay_tls_certificate_expiry_seconds ");
    }
  }

  @Test
  void aClientWithoutACertificateIsTurnedAwayWhereOneIsRequired() throws Exception {
    var authority = TestCertificates.authority("people");
    TestCertificates.write(folder.resolve("ca.pem"), authority.getCertificatePEM());
    TestCertificates.write(folder, "one", TestCertificates.of("one.example"));
    var tls = "tls: { certificate: one.pem, key: one.key, clientCa: ca.pem, clientCertificates: ";
    try (var served = start(tls + "require }")) {
      var known = TlsClient.context(TestCertificates.person(authority, "tea", ""));
      try (var client = new TlsClient(served.server().addresses(), Port.IMAPS).secured(known, "")) {
        assertThat(client.signIn()).startsWith("b OK");
      }
      assertThat(refused(served, TlsClient.trusting())).isTrue();
      var stranger = TestCertificates.person(TestCertificates.authority("others"), "tea", "");
      assertThat(refused(served, TlsClient.context(stranger))).isTrue();
    }
    try (var served = start(tls + "request }");
        var client = new TlsClient(served.server().addresses(), Port.IMAPS).secured()) {
      assertThat(client.signIn()).startsWith("b OK");
    }
  }

  private static boolean refused(Served served, SSLContext context) throws IOException {
    try (var client = new TlsClient(served.server().addresses(), Port.IMAPS)) {
      client.secured(context, "");
      return false;
    } catch (IOException | AssertionError _) {
      // In TLS 1.3 the client hears of it only when it reads.
      return true;
    }
  }

  @Test
  void aSessionIsTakenUpAgainByItsTicket() throws Exception {
    try (var served = serve()) {
      var context = TlsClient.trusting();
      long first;
      try (var client =
          new TlsClient(served.server().addresses(), Port.IMAPS).secured(context, "one.example")) {
        first = ((SSLSocket) client.socket).getSession().getCreationTime();
        client.capabilities();
      }
      try (var client =
          new TlsClient(served.server().addresses(), Port.IMAPS).secured(context, "one.example")) {
        assertThat(((SSLSocket) client.socket).getSession().getCreationTime()).isEqualTo(first);
      }
    }
  }

  @Test
  void aServerWhoseCertificateCannotBeReadDoesNotStart() {
    assertThatThrownBy(() -> start("tls: { certificate: nowhere.pem, key: never.pem }"))
        .hasMessageContaining("tls.certificate")
        .hasMessageContaining("tls.key")
        .asInstanceOf(InstanceOfAssertFactories.type(StartException.class))
        .satisfies(e -> assertThat(e.exitCode()).isEqualTo(ExitCode.SETTINGS));
  }

  private static String metrics(Served served) throws IOException {
    var address = served.server().metricsAddress();
    try (var socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write("GET /metrics HTTP/1.0\r\n\r\n".getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}
