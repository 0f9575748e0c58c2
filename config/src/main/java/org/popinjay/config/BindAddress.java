package org.popinjay.config;

import java.net.InetAddress;

/// Where a socket listens: `*:110` on every address, `127.0.0.1:110`, `[::1]:110`, `*:pop3`.
///
/// @param host an IP address without brackets, or `*` for all: one dual-stack socket, IPv4 alone
///   where IPv6 is off. No name, since a start must not depend on a name service
/// @param port 1 to 65535; 0 takes any free one, for tests
public record BindAddress(String host, int port) {
  /// Every address of the machine.
  public static final String ANY = "*";

  /// Refuses a name and a port out of range.
  public BindAddress {
    if (port < 0 || port > 65_535) {
      throw new SettingException("port", Integer.toString(port), "0 to 65535");
    }
    if (!host.equals(ANY)) {
      literal(host);
    }
  }

  /// Reads `host:port`, with brackets around an IPv6 address. The port may be the name of a
  /// service, for which `/etc/services` may be read.
  ///
  /// @throws SettingException for any other text
  public static BindAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon > 0) {
      var host = text.substring(0, colon);
      var port = text.substring(colon + 1);
      boolean bracketed = host.startsWith("[") && host.endsWith("]") && host.indexOf(':') >= 0;
      boolean plain = host.indexOf(':') < 0 && host.indexOf('[') < 0;
      if ((bracketed || plain) && !port.isEmpty()) {
        int number = port(text, port);
        try {
          return new BindAddress(bracketed ? host.substring(1, host.length() - 1) : host, number);
        } catch (SettingException _) {
          throw unreadable(text);
        }
      }
    }
    throw unreadable(text);
  }

  /// Whether only this machine can reach it.
  public boolean isLoopback() {
    return !host.equals(ANY) && literal(host).isLoopbackAddress();
  }

  /// The text that [#parse] reads.
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + port;
  }

  private static int port(String text, String port) {
    if (isNumber(port, port.length())) {
      return Integer.parseInt(port);
    }
    return ServiceNames.port(port)
        .orElseThrow(() ->
            new SettingException(
                "address", text, "a number for its port, or one of " + ServiceNames.known()));
  }

  /// Whether the beginning of a text is a number of a port's length.
  static boolean isNumber(String text, int end) {
    return end > 0 && end <= 5 && text.chars().limit(end).allMatch(c -> c >= '0' && c <= '9');
  }

  private static InetAddress literal(String host) {
    try {
      return IpLiteral.parse(host);
    } catch (IllegalArgumentException _) {
      throw new SettingException("address", host, "an IP address or *");
    }
  }

  private static SettingException unreadable(String text) {
    return new SettingException("address", text, "*:110, 127.0.0.1:110 or [::1]:110");
  }
}
