package org.popinjay.auth.sasl;

import java.net.InetAddress;
import java.util.Optional;
import org.popinjay.auth.Origin;

/// What an exchange may know of its connection.
///
/// @param address the client's
/// @param protocol `pop3` or `imap`
/// @param host name of this server
/// @param passwordsAllowed whether the client may send a password as it is
/// @param binding of the TLS connection
/// @param certificateName the user named in a certificate of the client that TLS has verified
public record SaslSurroundings(
    InetAddress address,
    String protocol,
    String host,
    boolean passwordsAllowed,
    ChannelBinding binding,
    Optional<String> certificateName) {

  Origin origin(String mechanism) {
    return new Origin(address, protocol, mechanism);
  }
}
