package org.popinjay.wire.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.popinjay.config.TlsConfig;

/// What carries TLS out, and how it is set: versions, suites and curves of RFC 9325, section 4;
/// neither compression nor renegotiation.
enum TlsEngine {
  /// The one that comes with the server's native parts.
  BORINGSSL(SslProvider.OPENSSL),
  /// The JDK's, three times as slow, where those do not fit the machine.
  JDK(SslProvider.JDK);

  /// How long a session can be taken up again by its ticket, and the age at which keys of tickets
  /// are changed.
  static final Duration TICKET_LIFE = Duration.ofHours(24);

  /// Of TLS 1.3, then of TLS 1.2: with forward secrecy and authenticated encryption only (RFC 9325,
  /// section 4.2; RFC 7905).
  private static final List<String> SUITES =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  static {
    // The JDK's engine would renegotiate; BoringSSL never does.
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }

  private final SslProvider provider;

  TlsEngine(SslProvider provider) {
    this.provider = provider;
  }

  /// The best there is on this machine.
  static TlsEngine best() {
    return OpenSsl.isAvailable() ? BORINGSSL : JDK;
  }

  /// Makes the context of one certificate and one protocol.
  ///
  /// @param alpn the protocol's name (RFC 7301, section 3)
  /// @param authorities that sign certificates of clients
  SslContext context(
      TlsConfig settings,
      ServerCertificate certificate,
      List<X509Certificate> authorities,
      String alpn)
      throws SSLException {
    var builder =
        SslContextBuilder.forServer(certificate.key(), certificate.chain())
            .sslProvider(provider)
            .protocols(versions(settings.minVersion()))
            .ciphers(SUITES, SupportedCipherSuiteFilter.INSTANCE)
            .sessionTimeout(TICKET_LIFE.toSeconds())
            .clientAuth(clientAuth(settings.clientCertificates()))
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    alpn));
    if (settings.clientCertificates() != TlsConfig.ClientCertificates.OFF) {
      builder.trustManager(authorities);
    }
    if (this == BORINGSSL) {
      builder.option(
          OpenSslContextOption.GROUPS, new String[] {"X25519", "P-256", "P-384", "P-521"});
    }
    var context = builder.build();
    if (context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
      // Tickets are kept by the clients; a cache of ours would only cost memory.
      sessions.setSessionCacheEnabled(false);
    }
    return context;
  }

  /// Has tickets given out from now on, and those of the key before still taken.
  static void tickets(SslContext context, OpenSslSessionTicketKey... keys) {
    if (context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
      sessions.setTicketKeys(keys);
    }
  }

  /// What a context cannot be told.
  void finish(SSLEngine engine) {
    if (this == JDK) {
      var parameters = engine.getSSLParameters();
      parameters.setUseCipherSuitesOrder(true);
      parameters.setNamedGroups(new String[] {"x25519", "secp256r1", "secp384r1", "secp521r1"});
      engine.setSSLParameters(parameters);
    }
  }

  private static List<String> versions(TlsConfig.Version least) {
    return switch (least) {
      case TLS_1_2 -> List.of("TLSv1.3", "TLSv1.2");
      case TLS_1_3 -> List.of("TLSv1.3");
    };
  }

  private static ClientAuth clientAuth(TlsConfig.ClientCertificates wanted) {
    return switch (wanted) {
      case OFF -> ClientAuth.NONE;
      case REQUEST -> ClientAuth.OPTIONAL;
      case REQUIRE -> ClientAuth.REQUIRE;
    };
  }
}
