package org.popinjay.wire.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/// Whom a verified certificate of a client names.
final class ClientNames {
  private static final int MAIL_ADDRESS = 1;

  private ClientNames() {}

  /// Its mail address (RFC 5280, section 4.2.1.6), else the common name of its subject.
  static Optional<String> of(X509Certificate certificate) {
    return mailAddress(certificate).or(() -> commonName(certificate));
  }

  private static Optional<String> mailAddress(X509Certificate certificate) {
    try {
      var names = certificate.getSubjectAlternativeNames();
      return names == null
          ? Optional.empty()
          : names.stream()
              .filter(name -> name.getFirst().equals(MAIL_ADDRESS))
              .map(name -> String.valueOf(List.copyOf(name).get(1)))
              .findFirst();
    } catch (CertificateParsingException _) {
      return Optional.empty();
    }
  }

  private static Optional<String> commonName(X509Certificate certificate) {
    try {
      var subject = new LdapName(certificate.getSubjectX500Principal().getName());
      return subject.getRdns().reversed().stream()
          .filter(part -> part.getType().equalsIgnoreCase("CN"))
          .map(part -> String.valueOf(part.getValue()))
          .findFirst();
    } catch (InvalidNameException _) {
      return Optional.empty();
    }
  }
}
