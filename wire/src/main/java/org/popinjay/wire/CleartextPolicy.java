package org.popinjay.wire;

import java.net.InetAddress;
import java.util.List;
import org.popinjay.config.AuthConfig;
import org.popinjay.config.Cidr;

/// Where a password may travel in the clear (RFC 8314, section 3).
///
/// @param cleartext the general rule
/// @param networks treated like this machine by [AuthConfig.Cleartext#LOOPBACK]
public record CleartextPolicy(AuthConfig.Cleartext cleartext, List<Cidr> networks) {

  /// Copies the list.
  public CleartextPolicy {
    networks = List.copyOf(networks);
  }

  /// The policy of the settings.
  public static CleartextPolicy of(AuthConfig auth) {
    return new CleartextPolicy(auth.cleartext(), auth.cleartextNetworks());
  }

  /// Whether a client may send its password.
  ///
  /// @param encrypted whether the connection is under TLS
  public boolean allows(InetAddress client, boolean encrypted) {
    return encrypted
        || switch (cleartext) {
          case NEVER -> false;
          case ALWAYS -> true;
          case LOOPBACK ->
              client.isLoopbackAddress()
                  || networks.stream().anyMatch(network -> network.contains(client));
        };
  }
}
