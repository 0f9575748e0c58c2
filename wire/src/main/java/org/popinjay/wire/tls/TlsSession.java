package org.popinjay.wire.tls;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.popinjay.auth.sasl.ChannelBinding;

/// What a session may know of the TLS that it runs under.
///
/// @param version `TLSv1.3`
/// @param cipher the cipher suite
/// @param clientName who the client is by its verified certificate: its mail address, else its
///   common name; nothing where it showed none
/// @param binding what ties a sign-in to this connection
public record TlsSession(
    String version, String cipher, Optional<String> clientName, ChannelBinding binding) {
  private static final String EXPORTER_LABEL = "EXPORTER-Channel-Binding";
  private static final int EXPORTER_OCTETS = 32;

  static TlsSession of(SSLSession session, ServerCertificate shown) {
    return new TlsSession(
        session.getProtocol(),
        session.getCipherSuite(),
        client(session).flatMap(ClientNames::of),
        new Binding(session, shown));
  }

  private static Optional<X509Certificate> client(SSLSession session) {
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate certificate
          ? Optional.of(certificate)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException _) {
      return Optional.empty();
    }
  }

  /// The exporter is there in TLS 1.3 only, where it is unique (RFC 9266, section 1), and if the
  /// engine has it: the JDK's does, BoringSSL's does not.
  private record Binding(SSLSession session, ServerCertificate shown) implements ChannelBinding {

    @Override
    public List<String> types() {
      var types = new ArrayList<String>();
      for (var type : List.of(TLS_EXPORTER, TLS_SERVER_END_POINT)) {
        if (data(type).isPresent()) {
          types.add(type);
        }
      }
      return List.copyOf(types);
    }

    @Override
    public Optional<byte[]> data(String type) {
      return switch (type) {
        case TLS_EXPORTER -> exported();
        case TLS_SERVER_END_POINT -> Optional.of(shown.endPoint());
        default -> Optional.empty();
      };
    }

    private Optional<byte[]> exported() {
      if (!session.getProtocol().equals("TLSv1.3")
          || !(session instanceof ExtendedSSLSession exporting)) {
        return Optional.empty();
      }
      try {
        return Optional.ofNullable(
            exporting.exportKeyingMaterialData(EXPORTER_LABEL, new byte[0], EXPORTER_OCTETS));
      } catch (SSLException | UnsupportedOperationException _) {
        return Optional.empty();
      }
    }
  }
}
