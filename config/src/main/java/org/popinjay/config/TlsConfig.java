package org.popinjay.config;

import java.nio.file.Path;
import java.util.Optional;

/// Certificate and versions of TLS.
public record TlsConfig(
    @Setting(
            "Certificate with its chain, PEM. Watched and reloaded by itself. None: no "
                + "TLS is offered.")
        Optional<Path> certificate,
    @Setting("Private key of the certificate, PEM; readable by the server alone.")
        Optional<Path> key,
    @Setting("Oldest version that is spoken (RFC 9325).") Version minVersion) {

  /// No TLS.
  public static final TlsConfig DEFAULTS =
      new TlsConfig(Optional.empty(), Optional.empty(), Version.TLS_1_2);

  /// Refuses a certificate without its key and a key without its certificate.
  public TlsConfig {
    if (certificate.isPresent() && key.isEmpty()) {
      throw new SettingException("tls.key", "nothing", "the key of tls.certificate");
    }
    if (key.isPresent() && certificate.isEmpty()) {
      throw new SettingException("tls.certificate", "nothing", "the certificate of tls.key");
    }
  }

  /// Versions of TLS that are not known to be broken.
  public enum Version {
    /// RFC 5246.
    TLS_1_2("1.2"),
    /// RFC 8446.
    TLS_1_3("1.3");

    private final String word;

    Version(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }
}
