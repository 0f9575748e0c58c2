package org.popinjay.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// A range of addresses: `192.0.2.0/24`, `2001:db8::/32`; an address alone means itself only.
///
/// @param network the lowest address of the range
/// @param prefix leading bits that decide, 0 to 32 for IPv4, 0 to 128 for IPv6
public record Cidr(InetAddress network, int prefix) {

  /// Refuses a prefix out of range and a network with bits set behind it.
  public Cidr {
    int bits = network.getAddress().length * 8;
    if (prefix < 0 || prefix > bits) {
      throw new SettingException(
          "network", network.getHostAddress() + '/' + prefix, "0 to " + bits);
    }
    var masked = masked(network, prefix);
    if (!masked.equals(network)) {
      throw new SettingException(
          "network",
          network.getHostAddress() + '/' + prefix,
          masked.getHostAddress() + '/' + prefix);
    }
  }

  /// Reads a range or a single address; never asks a name service.
  ///
  /// @throws SettingException for any other text
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    var host = slash < 0 ? text : text.substring(0, slash);
    try {
      var address = IpLiteral.parse(host);
      int bits = address.getAddress().length * 8;
      return new Cidr(
          address, slash < 0 ? bits : Integer.parseUnsignedInt(text.substring(slash + 1)));
    } catch (SettingException e) {
      throw e;
    } catch (IllegalArgumentException _) {
      throw new SettingException(
          "network", text, "a network such as 192.0.2.0/24 or 2001:db8::/32");
    }
  }

  /// Whether an address lies within. An IPv4 address mapped into IPv6 counts as the IPv4 one, as
  /// dual-stack sockets report it.
  public boolean contains(InetAddress address) {
    return address instanceof Inet4Address == network instanceof Inet4Address
        && masked(address, prefix).equals(network);
  }

  /// The text that [#parse] reads.
  @Override
  public String toString() {
    return network.getHostAddress() + '/' + prefix;
  }

  private static InetAddress masked(InetAddress address, int prefix) {
    byte[] octets = address.getAddress();
    for (int i = 0; i < octets.length; i++) {
      int kept = Math.clamp(prefix - 8L * i, 0, 8);
      octets[i] &= (byte) (0xFF00 >>> kept);
    }
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + octets.length + " octets", e);
    }
  }
}
