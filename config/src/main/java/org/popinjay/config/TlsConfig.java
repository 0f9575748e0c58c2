package org.popinjay.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Certificates and versions of TLS.
public record TlsConfig(
    @Setting(
            "Certificate with its chain, PEM. Watched and reloaded by itself. None: no "
                + "TLS is offered.")
        Optional<Path> certificate,
    @Setting(
            "Private key of the certificate, PEM (PKCS#8, PKCS#1 or EC); readable by the server"
                + " alone. May be the same file.")
        Optional<Path> key,
    @Setting("File whose first line is the password of an encrypted key (PKCS#8).")
        Optional<Path> keyPasswordFile,
    @Setting(
            "Further certificates. A client that names a host (SNI) gets the one with that name,"
                + " exactly or by `*`; every other client the first.")
        List<Certificate> additional,
    @Setting("Oldest version that is spoken (RFC 9325).") Version minVersion,
    @Setting(
            "Certificates of clients: `request` takes one that `tls.clientCa` signed and lets who"
                + " has none sign in otherwise; `require` turns away who has none.")
        ClientCertificates clientCertificates,
    @Setting("Authorities that sign certificates of clients, PEM. Reloaded with the others.")
        Optional<Path> clientCa,
    @Setting(value = "Time in which a client has to finish a handshake.", range = "1s..10m")
        Duration handshakeTimeout) {

  /// No TLS.
  public static final TlsConfig DEFAULTS =
      new TlsConfig(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Version.TLS_1_2,
          ClientCertificates.OFF,
          Optional.empty(),
          Duration.ofSeconds(30));

  /// Refuses what is only half there.
  public TlsConfig {
    additional = List.copyOf(additional);
    SettingRange.check(
        "tls",
        TlsConfig.class,
        certificate,
        key,
        keyPasswordFile,
        additional,
        minVersion,
        clientCertificates,
        clientCa,
        handshakeTimeout);
    if (certificate.isPresent() && key.isEmpty()) {
      throw new SettingException("tls.key", "nothing", "the key of tls.certificate");
    }
    if (key.isPresent() && certificate.isEmpty()) {
      throw new SettingException("tls.certificate", "nothing", "the certificate of tls.key");
    }
    if (!additional.isEmpty() && certificate.isEmpty()) {
      throw new SettingException(
          "tls.certificate", "nothing", "a first certificate beside tls.additional");
    }
    if (clientCertificates != ClientCertificates.OFF && clientCa.isEmpty()) {
      throw new SettingException(
          "tls.clientCa", "nothing", "a file, since tls.clientCertificates is not off");
    }
  }

  /// One more certificate.
  public record Certificate(
      @Setting(value = "Certificate with its chain, PEM.", required = true) Path certificate,
      @Setting(value = "Its private key, PEM.", required = true) Path key,
      @Setting("File whose first line is the password of an encrypted key.")
          Optional<Path> keyPasswordFile) {

    /// What does not have to be said. The paths always come from the file.
    public static final Certificate DEFAULTS =
        new Certificate(Path.of(""), Path.of(""), Optional.empty());
  }

  /// All certificates, the one for clients that name no host first.
  public List<Certificate> all() {
    if (certificate.isEmpty() || key.isEmpty()) {
      return List.of();
    }
    var all = new ArrayList<Certificate>();
    all.add(new Certificate(certificate.get(), key.get(), keyPasswordFile));
    all.addAll(additional);
    return List.copyOf(all);
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

  /// What is done about certificates of clients.
  public enum ClientCertificates {
    /// They are not asked for.
    OFF,
    /// They are asked for.
    REQUEST,
    /// There is no connection without.
    REQUIRE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
