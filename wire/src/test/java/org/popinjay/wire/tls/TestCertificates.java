package org.popinjay.wire.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.TlsConfig;

/// Certificates made for a test, and files of them.
public final class TestCertificates {
  private TestCertificates() {}

  /// A self-signed certificate for hosts, the first of which is its common name.
  public static X509Bundle of(String... hosts) {
    return hosts[0].startsWith("*") ? wildcard(hosts[0]) : make(builder(hosts), null);
  }

  /// Netty's builder takes no `*`.
  private static X509Bundle wildcard(String host) {
    try {
      var keys = make(builder("any.example"), null).getKeyPair();
      var name = new X500Name("CN=any.example");
      var now = Instant.now();
      var certificate =
          new JcaX509v3CertificateBuilder(
                  name,
                  BigInteger.ONE,
                  Date.from(now.minusSeconds(60)),
                  Date.from(now.plusSeconds(3600)),
                  name,
                  keys.getPublic())
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
              .addExtension(
                  Extension.subjectAlternativeName,
                  false,
                  new GeneralNames(new GeneralName(GeneralName.dNSName, host)))
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
      return X509Bundle.fromRootCertificateAuthority(
          new JcaX509CertificateConverter().getCertificate(certificate), keys);
    } catch (Exception e) {
      throw new AssertionError("making a certificate", e);
    }
  }

  /// One on an elliptic curve or an RSA key.
  static X509Bundle of(CertificateBuilder.Algorithm algorithm, String... hosts) {
    return make(builder(hosts).algorithm(algorithm), null);
  }

  /// One that has ended.
  static X509Bundle ended(Instant end, String... hosts) {
    return make(builder(hosts).notBefore(end.minusSeconds(1000)).notAfter(end), null);
  }

  /// Something that signs certificates.
  public static X509Bundle authority(String name) {
    return make(
        new CertificateBuilder().subject("CN=" + name).setIsCertificateAuthority(true), null);
  }

  /// The certificate of a host.
  public static X509Bundle host(X509Bundle authority, String host) {
    return make(
        new CertificateBuilder()
            .subject("CN=" + host)
            .addSanDnsName(host)
            .addExtendedKeyUsageServerAuth(),
        authority);
  }

  /// The certificate of a person.
  ///
  /// @param mail mail address in it; none where empty
  public static X509Bundle person(X509Bundle authority, String name, String mail) {
    var builder = new CertificateBuilder().subject("CN=" + name).addExtendedKeyUsageClientAuth();
    return make(mail.isEmpty() ? builder : builder.addSanRfc822Name(mail), authority);
  }

  private static CertificateBuilder builder(String... hosts) {
    var builder = new CertificateBuilder().subject("CN=" + hosts[0].replace("*", "any"));
    for (var host : hosts) {
      builder.addSanDnsName(host);
    }
    return builder.setIsCertificateAuthority(true);
  }

  private static X509Bundle make(CertificateBuilder builder, @Nullable X509Bundle issuer) {
    try {
      return issuer == null ? builder.buildSelfSigned() : builder.buildIssuedBy(issuer);
    } catch (Exception e) {
      throw new AssertionError("making a certificate", e);
    }
  }

  /// Writes a certificate and its key as `NAME.pem` and `NAME.key`, each in one step.
  public static TlsConfig.Certificate write(Path folder, String name, X509Bundle bundle) {
    var certificate = folder.resolve(name + ".pem");
    var key = folder.resolve(name + ".key");
    write(key, bundle.getPrivateKeyPEM());
    write(certificate, bundle.getCertificatePathPEM());
    return new TlsConfig.Certificate(certificate, key, Optional.empty());
  }

  /// Writes a file that only its owner can read, in one step.
  public static Path write(Path file, String text) {
    try {
      var next = Files.writeString(Path.of(file + ".new"), text);
      Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
      return Files.move(
          next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new AssertionError("writing " + file, e);
    }
  }
}
