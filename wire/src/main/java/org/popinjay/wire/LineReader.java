package org.popinjay.wire;

import io.netty.buffer.ByteBuf;

/// Turns one complete line into what the handlers behind the decoder get. Pure, but for being able
/// to hold the mode of a dialogue.
public interface LineReader {

  /// Reads a line.
  ///
  /// @param octets where the line lies; must not be kept, moved or released
  /// @param from its first octet
  /// @param length its octets without the line end
  Object read(ByteBuf octets, int from, int length);

  /// Makes something of a line that cannot be read.
  Object fault(LineFault fault);

  /// How long a line may be that begins so, in octets with its line end.
  ///
  /// Asked once for a line that does not end within the decoder's own limit, for the commands whose
  /// argument is longer than any other's.
  ///
  /// @param available octets of it that are there, at least the decoder's limit
  default int longestLine(ByteBuf octets, int from, int available) {
    return 0;
  }
}
