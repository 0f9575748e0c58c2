package org.popinjay.wire.names;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HexFormat;

/// Where the DNS keeps the name of an address. Pure.
final class ReverseName {
  private static final HexFormat HEX = HexFormat.of();

  private ReverseName() {}

  /// The octets (RFC 1035, section 3.5) or half octets (RFC 3596, section 2.5) of the address, the
  /// last first.
  static String of(InetAddress address) {
    boolean four = address instanceof Inet4Address;
    var octets = address.getAddress();
    var name = new StringBuilder();
    for (int i = octets.length - 1; i >= 0; i--) {
      if (four) {
        name.append(octets[i] & 0xff).append('.');
      } else {
        name.append(HEX.toLowHexDigit(octets[i])).append('.');
        name.append(HEX.toHighHexDigit(octets[i])).append('.');
      }
    }
    return name.append(four ? "in-addr.arpa." : "ip6.arpa.").toString();
  }
}
