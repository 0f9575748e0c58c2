package org.popinjay.auth;

import java.net.InetAddress;
import java.util.List;
import org.popinjay.config.AuthConfig;
import org.popinjay.config.AuthConfig.Cleartext;
import org.popinjay.config.Cidr;

/// Where a password may travel in the clear (RFC 8314, section 3).
///
/// @param cleartext the general rule
/// @param networks treated like this machine by [Cleartext#LOOPBACK] and [Cleartext#WITHOUT_SECRET]
public record CleartextPolicy(Cleartext cleartext, List<Cidr> networks) {

  /// Copies the list.
  public CleartextPolicy {
    networks = List.copyOf(networks);
  }

  /// The policy of the settings.
  public static CleartextPolicy of(AuthConfig auth) {
    return new CleartextPolicy(auth.cleartext(), auth.cleartextNetworks());
  }

  /// Whether a client may send its password, as far as can be said before it names its user.
  ///
  /// @param encrypted whether the connection is under TLS
  public boolean allows(InetAddress client, boolean encrypted) {
    return encrypted
        || switch (cleartext) {
          case NEVER -> false;
          case ALWAYS, WITHOUT_SECRET -> true;
          case LOOPBACK -> trusts(client);
        };
  }

  /// Whether a client must not send the password of a user who could sign in without sending it.
  ///
  /// @param encrypted whether the connection is under TLS
  boolean spares(InetAddress client, boolean encrypted) {
    return sparesSome() && !encrypted && !trusts(client);
  }

  /// Whether users with a secret are treated otherwise than those without.
  boolean sparesSome() {
    return cleartext == Cleartext.WITHOUT_SECRET;
  }

  private boolean trusts(InetAddress client) {
    return client.isLoopbackAddress()
        || networks.stream().anyMatch(network -> network.contains(client));
  }
}
