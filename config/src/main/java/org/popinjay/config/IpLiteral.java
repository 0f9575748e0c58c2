package org.popinjay.config;

import java.net.InetAddress;

/// IP addresses as they are written, without brackets. Never asks a name service.
final class IpLiteral {
  private IpLiteral() {}

  /// Reads an IPv6 address or an IPv4 address of four parts; the JDK alone would take `127.1` too.
  ///
  /// @throws IllegalArgumentException for any other text
  static InetAddress parse(String text) {
    if (text.indexOf(':') < 0 && text.chars().filter(c -> c == '.').count() != 3) {
      throw new IllegalArgumentException("no address of four parts");
    }
    return InetAddress.ofLiteral(text);
  }
}
