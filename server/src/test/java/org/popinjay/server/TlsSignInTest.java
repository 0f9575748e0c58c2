package org.popinjay.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.popinjay.auth.ScramClient;
import org.popinjay.server.TlsClient.Port;
import org.popinjay.wire.tls.TestCertificates;

/// Ways to sign in that only TLS makes possible, on every port and with both of the engines that
/// can carry TLS out.
///
/// The JDK's is the client of all; where it is the server's too, that runs in a process of its own.
class TlsSignInTest {
  private static final String PASSWORD = "Tr0ub4dor-tls";
  private static final String PLUS = "SCRAM-SHA-256-PLUS";
  private static final String EXPORTER = "tls-exporter";
  private static final String END_POINT = "tls-server-end-point";

  private static final X509Bundle AUTHORITY = TestCertificates.authority("people");
  private static final X509Bundle TEA = TestCertificates.person(AUTHORITY, "tea", "");
  private static final X509Bundle NOBODY = TestCertificates.person(AUTHORITY, "nobody", "");

  @TempDir private static Path folder;

  private static final Map<Engine, List<InetSocketAddress>> SERVERS = new EnumMap<>(Engine.class);
  private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();

  /// What carries TLS out in the server.
  enum Engine {
    BORINGSSL,
    JDK;

    /// The types of channel binding that it has in TLS 1.3.
    List<String> bindings() {
      return this == JDK ? List.of(EXPORTER, END_POINT) : List.of(END_POINT);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    var here = Files.createDirectory(folder.resolve("here"));
    var loaded = Served.load(settings(here));
    var served = new Served(here, loaded, Popinjay.start(loaded, () -> 0));
    OPEN.add(served);
    SERVERS.put(Engine.BORINGSSL, served.server().addresses());
    var jdk = settings(Files.createDirectory(folder.resolve("there")));
    var process = ServerProcess.start(jdk, "-Dio.netty.handler.ssl.noOpenSsl=true");
    OPEN.add(process);
    assertThat(process.log()).content().contains("TLS by jdk");
    SERVERS.put(Engine.JDK, process.addresses());
  }

  private static Path settings(Path of) throws IOException {
    TestCertificates.write(of, "mail", TestCertificates.host(AUTHORITY, "mail.example"));
    TestCertificates.write(of.resolve("ca.pem"), AUTHORITY.getCertificatePEM());
    var file =
        Served.write(
            of,
            Port.LISTENERS,
            "auth: { failureDelay: 0s, cleartext: never,"
                + " mechanisms: [PLAIN, SCRAM-SHA-256, SCRAM-SHA-256-PLUS, EXTERNAL] }",
            "tls: { certificate: mail.pem, key: mail.key,"
                + " clientCa: ca.pem, clientCertificates: request }",
            "mail: { spool: \"spool/{user}\", state: state, identity: process, asRoot: true }",
            "metrics: { bind: null }");
    var users = new StringBuilder();
    for (var user : List.of("tea", "pot")) {
      var salt = user + "-0123456789abc";
      var stored = ScramClient.stored("SHA-256", PASSWORD, salt.getBytes(UTF_8), 4096);
      users.append(user).append(':').append(stored).append('\n');
    }
    Files.writeString(of.resolve("users"), users);
    Files.setPosixFilePermissions(
        of.resolve("users"), PosixFilePermissions.fromString("rw-r-----"));
    Spool.write(of.resolve("spool/tea"), Spool.AWKWARD);
    return file;
  }

  @AfterAll
  static void stop() throws Exception {
    for (var one : OPEN) {
      one.close();
    }
  }

  static Stream<Arguments> everywhere() {
    return Stream.of(Engine.values())
        .flatMap(engine -> Stream.of(Port.values()).map(port -> Arguments.of(engine, port)));
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void scramIsBoundToTheConnection(Engine engine, Port port) throws Exception {
    for (var type : engine.bindings()) {
      try (var client = connect(engine, port, null)) {
        assertThat(client.capabilities()).contains(PLUS + ' ');
        assertThat(scram(client, PLUS, "p=" + type + ",,", binding(client, type)))
            .as(type)
            .matches(granted(port));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void theBindingOfAnotherConnectionIsRefused(Engine engine, Port port) throws Exception {
    for (var type : engine.bindings()) {
      try (var client = connect(engine, port, null);
          var another = connect(engine, port, null)) {
        var foreign = binding(another, type);
        if (type.equals(END_POINT)) {
          // The server shows one certificate; a man in the middle would show his own.
          foreign = hash(TEA.getCertificate().getEncoded());
        }
        assertThat(scram(client, PLUS, "p=" + type + ",,", foreign))
            .as(type)
            .isEqualTo(malformed(port));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void aBindingThatIsNotThereIsRefused(Engine engine, Port port) throws Exception {
    for (var type : List.of(EXPORTER, "tls-unique", "no-such")) {
      if (!engine.bindings().contains(type)) {
        try (var client = connect(engine, port, null)) {
          assertThat(scram(client, PLUS, "p=" + type + ",,", new byte[32]))
              .as(type)
              .isEqualTo(malformed(port));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void aClientThatWasToldThatThereIsNoBindingIsRefused(Engine engine, Port port) throws Exception {
    try (var client = connect(engine, port, null)) {
      assertThat(scram(client, "SCRAM-SHA-256", "y,,", new byte[0])).isEqualTo(malformed(port));
    }
    try (var client = connect(engine, port, null)) {
      assertThat(scram(client, PLUS, "n,,", new byte[0])).isEqualTo(malformed(port));
    }
    try (var client = connect(engine, port, null)) {
      assertThat(scram(client, "SCRAM-SHA-256", "n,,", new byte[0])).matches(granted(port));
    }
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void theOldVersionIsBoundToTheCertificateOnly(Engine engine, Port port) throws Exception {
    var context = SSLContext.getInstance("TLSv1.2");
    context.init(null, AUTHORITY.toTrustManagerFactory().getTrustManagers(), null);
    try (var client = new TlsClient(at(engine), port).secured(context, "")) {
      assertThat(scram(client, PLUS, "p=tls-exporter,,", new byte[32])).isEqualTo(malformed(port));
    }
    try (var client = new TlsClient(at(engine), port).secured(context, "")) {
      assertThat(scram(client, PLUS, "p=" + END_POINT + ",,", binding(client, END_POINT)))
          .matches(granted(port));
    }
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void whoShowsACertificateNeedsNoPassword(Engine engine, Port port) throws Exception {
    try (var client = connect(engine, port, TEA)) {
      assertThat(client.capabilities()).contains("EXTERNAL ");
      assertThat(client.authenticate("EXTERNAL", "=")).matches(granted(port));
      assertThat(client.ask(port.imap() ? "b STATUS INBOX (MESSAGES)" : "STAT"))
          .contains(" " + Spool.AWKWARD.size());
    }
    try (var client = connect(engine, port, TEA)) {
      assertThat(client.authenticate("EXTERNAL", base64("tea"))).matches(granted(port));
    }
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void nobodyIsSomebodyElseByCertificate(Engine engine, Port port) throws Exception {
    var refused = wrongPassword(engine, port);
    try (var client = connect(engine, port, TEA)) {
      assertThat(client.authenticate("EXTERNAL", base64("pot"))).isEqualTo(refused);
    }
    try (var client = connect(engine, port, NOBODY)) {
      assertThat(client.authenticate("EXTERNAL", "=")).isEqualTo(refused);
    }
    try (var client = connect(engine, port, null)) {
      assertThat(client.capabilities()).doesNotContain("EXTERNAL");
      assertThat(client.authenticate("EXTERNAL", "=")).matches("(a NO|-ERR) .*");
    }
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void aCertificateOfAnotherAuthorityEndsTheHandshake(Engine engine, Port port) {
    // Of the same name, since the client keeps a certificate that nobody asks for to itself.
    var impostor = TestCertificates.authority("people");
    var person = TestCertificates.person(impostor, "tea", "");
    assertThatThrownBy(
            () -> {
              try (var client = connect(engine, port, person)) {
                client.capabilities();
              }
            })
        // An alert, or where the client had more to say, that nobody hears it any more.
        .isInstanceOf(IOException.class);
  }

  private static List<InetSocketAddress> at(Engine engine) {
    return Objects.requireNonNull(SERVERS.get(engine));
  }

  private static TlsClient connect(Engine engine, Port port, @Nullable X509Bundle own)
      throws IOException {
    var context = TlsClient.context(own, AUTHORITY.toTrustManagerFactory());
    return new TlsClient(at(engine), port).secured(context, "mail.example");
  }

  /// The end of a sign-in by SCRAM, or what came instead of a challenge.
  private static String scram(TlsClient client, String mechanism, String header, byte[] channel)
      throws IOException {
    var scram = new ScramClient("SHA-256", "tea", PASSWORD, header, channel);
    var answer = client.authenticate(mechanism, base64(scram.first()));
    if (answer.startsWith("+ ")) {
      var first = decoded(answer);
      answer = client.ask(base64(scram.last(first)));
      if (answer.startsWith("+ ")) {
        assertThat(decoded(answer)).isEqualTo(scram.serverLast(first));
        answer = client.ask("");
      }
    }
    return answer;
  }

  private static byte[] binding(TlsClient client, String type) throws Exception {
    var session = (ExtendedSSLSession) ((SSLSocket) client.socket).getSession();
    return type.equals(EXPORTER)
        ? session.exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32)
        : hash(client.shown().getEncoded());
  }

  private static byte[] hash(byte[] octets) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(octets);
  }

  private static String wrongPassword(Engine engine, Port port) throws IOException {
    try (var client = connect(engine, port, null)) {
      var answer = client.authenticate("PLAIN", base64("\0tea\0" + PASSWORD + "-not"));
      assertThat(answer).matches("(a NO|-ERR) \\[AUTH.*");
      return answer;
    }
  }

  private static String granted(Port port) {
    return port.imap() ? "a OK \\[CAPABILITY .*" : "\\+OK " + Spool.AWKWARD.size() + " messages .*";
  }

  private static String malformed(Port port) {
    return port.imap() ? "a BAD malformed response" : "-ERR malformed response";
  }

  private static String base64(String text) {
    return base64(text.getBytes(UTF_8));
  }

  private static String base64(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }

  private static String decoded(String challenge) {
    return new String(Base64.getDecoder().decode(challenge.substring(2)), UTF_8);
  }
}
