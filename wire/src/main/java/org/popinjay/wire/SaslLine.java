package org.popinjay.wire;

import java.util.Arrays;

/// A line of a SASL exchange, not yet decoded. Nobody may print it.
public final class SaslLine {
  private final byte[] octets;

  /// @param octets not copied; the caller keeps no other reference
  public SaslLine(byte[] octets) {
    this.octets = octets;
  }

  /// The octets themselves, not a copy.
  public byte[] octets() {
    return octets;
  }

  /// Whether the client gives the exchange up (RFC 5034, section 4; RFC 9051, section 6.2.2).
  public boolean cancels() {
    return octets.length == 1 && octets[0] == '*';
  }

  /// Overwrites the octets.
  public void wipe() {
    Arrays.fill(octets, (byte) 0);
  }

  @Override
  public String toString() {
    return "<hidden>";
  }
}
