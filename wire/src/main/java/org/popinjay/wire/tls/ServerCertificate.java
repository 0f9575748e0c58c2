package org.popinjay.wire.tls;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.popinjay.config.TlsConfig;

/// A certificate that this server shows, with what it takes to prove that it is its own.
///
/// @param source the settings that name its files
/// @param chain the certificate, then those that lead up to an authority
/// @param names the hosts that it is for, in lower case; `*.` in front stands for one label
/// @param key its private key
record ServerCertificate(
    TlsConfig.Certificate source, List<X509Certificate> chain, List<String> names, PrivateKey key) {
  private static final int DNS_NAME = 2;

  /// Copies the lists.
  ServerCertificate {
    chain = List.copyOf(chain);
    names = List.copyOf(names);
  }

  /// Of a chain and the key of its first certificate.
  ///
  /// @throws IllegalArgumentException when they do not belong together
  static ServerCertificate of(
      TlsConfig.Certificate source, List<X509Certificate> chain, PrivateKey key) {
    var own = chain.getFirst();
    if (!belong(own.getPublicKey(), key)) {
      throw new IllegalArgumentException("is not the key of the certificate");
    }
    return new ServerCertificate(source, chain, names(own), key);
  }

  /// The certificate itself.
  X509Certificate own() {
    return chain.getFirst();
  }

  /// When it ends.
  Instant notAfter() {
    return own().getNotAfter().toInstant();
  }

  /// Whether it names a host as it is.
  boolean names(String host) {
    return names.contains(host);
  }

  /// Whether a name of it with `*` takes a host in (RFC 9525, section 6.3): `*` is one whole label,
  /// the first.
  boolean coversByWildcard(String host) {
    int dot = host.indexOf('.');
    return dot > 0 && names.contains('*' + host.substring(dot));
  }

  /// The octets of `tls-server-end-point` (RFC 5929, section 4.1).
  byte[] endPoint() {
    var signature = own().getSigAlgName().toUpperCase(Locale.ROOT);
    var hash =
        signature.startsWith("SHA384")
            ? "SHA-384"
            : signature.startsWith("SHA512") ? "SHA-512" : "SHA-256";
    try {
      return MessageDigest.getInstance(hash).digest(own().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("hash of a certificate", e);
    }
  }

  private static List<String> names(X509Certificate certificate) {
    try {
      var all = certificate.getSubjectAlternativeNames();
      return all == null
          ? List.of()
          : all.stream()
              .filter(name -> name.getFirst().equals(DNS_NAME))
              .map(ServerCertificate::text)
              .toList();
    } catch (CertificateParsingException _) {
      return List.of();
    }
  }

  private static String text(Collection<?> name) {
    return String.valueOf(List.copyOf(name).get(1)).toLowerCase(Locale.ROOT);
  }

  /// Whether what the one signs the other verifies.
  private static boolean belong(PublicKey shown, PrivateKey key) {
    var algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    try {
      var signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update((byte) 1);
      var signature = signing.sign();
      signing.initVerify(shown);
      signing.update((byte) 1);
      return signing.verify(signature);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }
}
