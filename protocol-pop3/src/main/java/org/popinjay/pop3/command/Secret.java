package org.popinjay.pop3.command;

import java.util.Arrays;

/// Octets that nobody may print, and that are wiped once they were used.
///
/// Equal to itself alone, so that no comparison can take longer for a better guess.
public final class Secret {
  private final byte[] octets;

  /// @param octets not copied; the caller keeps no other reference
  public Secret(byte[] octets) {
    this.octets = octets;
  }

  /// The octets themselves, not a copy.
  public byte[] octets() {
    return octets;
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
