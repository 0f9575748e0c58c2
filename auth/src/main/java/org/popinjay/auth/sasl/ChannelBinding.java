package org.popinjay.auth.sasl;

import java.util.List;
import java.util.Optional;

/// What ties a sign-in to the TLS connection that it runs over, so that nobody in between can pass
/// it on (RFC 5056, section 2).
///
/// Made by who speaks TLS. Safe for use by one exchange at a time.
public interface ChannelBinding {

  /// Of a connection in the clear.
  ChannelBinding NONE =
      new ChannelBinding() {
        @Override
        public List<String> types() {
          return List.of();
        }

        @Override
        public Optional<byte[]> data(String type) {
          return Optional.empty();
        }
      };

  /// What the connection itself says of one session (RFC 9266, section 2). The strongest there is.
  String TLS_EXPORTER = "tls-exporter";

  /// What the certificate of the server says (RFC 5929, section 4).
  String TLS_SERVER_END_POINT = "tls-server-end-point";

  /// Types that this connection has, the strongest first; empty where there is none.
  List<String> types();

  /// The binding of a type, or nothing where the connection does not have it.
  Optional<byte[]> data(String type);
}
