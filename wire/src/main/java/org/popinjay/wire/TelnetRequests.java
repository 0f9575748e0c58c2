package org.popinjay.wire;

import io.netty.buffer.ByteBuf;

/// Finds the option requests of a telnet program (RFC 854), which have nothing to do with what its
/// user types.
final class TelnetRequests {
  /// What goes on has still to come.
  static final int UNFINISHED = -1;

  /// Octets of a subnegotiation that is looked through for its end.
  private static final int LONGEST = 512;

  private static final int IAC = 0xFF;
  private static final int SE = 0xF0;
  private static final int SB = 0xFA;
  private static final int WILL = 0xFB;

  private TelnetRequests() {}

  /// How many octets of requests stand at the start of a line: 0 for none, [#UNFINISHED] if that
  /// cannot be said yet.
  ///
  /// @param available octets that are there
  static int length(ByteBuf octets, int from, int available) {
    int length = 0;
    while (length < available && octets.getUnsignedByte(from + length) == IAC) {
      int next = one(octets, from + length, available - length);
      if (next <= 0) {
        return next == 0 ? length : UNFINISHED;
      }
      length += next;
    }
    return length;
  }

  /// How many octets the request has that begins here; 0 if an octet of data does.
  private static int one(ByteBuf octets, int from, int available) {
    if (available < 2) {
      return UNFINISHED;
    }
    int command = octets.getUnsignedByte(from + 1);
    if (command == IAC) {
      return 0;
    }
    if (command == SB) {
      return subnegotiation(octets, from, available);
    }
    int length = command >= WILL ? 3 : 2;
    return length <= available ? length : UNFINISHED;
  }

  private static int subnegotiation(ByteBuf octets, int from, int available) {
    int end = Math.min(available, LONGEST);
    for (int i = 2; i + 1 < end; i++) {
      if (octets.getUnsignedByte(from + i) == IAC && octets.getUnsignedByte(from + i + 1) == SE) {
        return i + 2;
      }
    }
    return available < LONGEST ? UNFINISHED : 0;
  }
}
