package org.popinjay.auth;

import java.net.InetAddress;

/// Where an attempt to sign in comes from.
///
/// @param address the client's
/// @param protocol `pop3`, `imap`, as the log line says it
/// @param mechanism a SASL mechanism, or the command that carried the password, as the log line
///   says it
/// @param encrypted whether it comes under TLS
public record Origin(InetAddress address, String protocol, String mechanism, boolean encrypted) {

  /// An attempt in the clear.
  public Origin(InetAddress address, String protocol, String mechanism) {
    this(address, protocol, mechanism, false);
  }
}
