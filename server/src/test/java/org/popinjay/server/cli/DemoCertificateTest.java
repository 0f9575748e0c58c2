package org.popinjay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.TlsConfig;
import org.popinjay.wire.tls.TestCertificates;
import org.popinjay.wire.tls.TlsContexts;

class DemoCertificateTest {
  private static final Instant NOW = Instant.parse("2027-03-01T12:00:00Z");

  @TempDir private Path folder;
  private DemoCertificate demo = new DemoCertificate(Path.of("none"), Path.of("none"));

  @BeforeEach
  void place() {
    demo = new DemoCertificate(folder.resolve("cert.pem"), folder.resolve("key.pem"));
  }

  @Test
  void itIsForThisMachineAndSignsNoOther() throws Exception {
    demo.ensure(NOW);
    var made = read();
    made.verify(made.getPublicKey());
    assertThat(((ECPublicKey) made.getPublicKey()).getParams().getOrder().bitLength())
        .isEqualTo(256);
    assertThat(made.getSubjectAlternativeNames())
        .<Object>extracting(name -> name.get(1))
        .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
    assertThat(made.getBasicConstraints()).isEqualTo(-1);
    assertThat(made.getSerialNumber()).isPositive();
    assertThat(made.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThatCode(() -> made.checkValidity(Date.from(NOW))).doesNotThrowAnyException();
    assertThat(made.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(730)));
  }

  @Test
  void theServerTakesIt() throws IOException {
    demo.ensure(Instant.now());
    assertThat(TlsContexts.faults(settings())).isEmpty();
    for (var file : List.of(demo.certificate(), demo.key())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void itIsKeptUntilItHasEnded() throws Exception {
    demo.ensure(NOW);
    var first = read();
    demo.ensure(NOW.plus(DemoCertificate.LIFE));
    assertThat(read()).isEqualTo(first);
    var later = NOW.plus(DemoCertificate.LIFE).plusSeconds(1);
    demo.ensure(later);
    assertThat(read()).isNotEqualTo(first);
    assertThat(read().getPublicKey()).isNotEqualTo(first.getPublicKey());
    assertThat(read().getNotAfter().toInstant()).isAfter(later);
    assertThat(TlsContexts.faults(settings())).isEmpty();
  }

  @Test
  void anotherIsMadeWhereHalfOfItIsMissing() throws Exception {
    demo.ensure(NOW);
    var first = read();
    Files.delete(demo.key());
    demo.ensure(NOW);
    assertThat(read()).isNotEqualTo(first);
    Files.delete(demo.certificate());
    demo.ensure(NOW);
    assertThat(TlsContexts.faults(settings())).isEmpty();
  }

  @Test
  void oneOfSomebodyElseStaysAsItIs() throws IOException {
    var others = TestCertificates.of("mail.example");
    Files.writeString(demo.certificate(), others.getCertificatePEM());
    Files.writeString(demo.key(), others.getPrivateKeyPEM());
    demo.ensure(NOW.plus(Duration.ofDays(100_000)));
    assertThat(demo.certificate()).hasContent(others.getCertificatePEM());
    Files.writeString(demo.certificate(), "rubbish");
    demo.ensure(NOW);
    assertThat(demo.certificate()).hasContent("rubbish");
  }

  private X509Certificate read() throws Exception {
    try (var in = Files.newInputStream(demo.certificate())) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private TlsConfig settings() {
    return new TlsConfig(
        Optional.of(demo.certificate()),
        Optional.of(demo.key()),
        Optional.empty(),
        List.of(),
        TlsConfig.Version.TLS_1_2,
        TlsConfig.ClientCertificates.OFF,
        Optional.empty(),
        Duration.ofSeconds(30));
  }
}
