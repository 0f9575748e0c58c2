package org.popinjay.wire;

import io.netty.buffer.ByteBuf;

/// Takes lines as the responses of a SASL exchange, and leaves none of them behind in the buffer.
///
/// @param longestOctets longest response in octets with its line end; tokens are long
public record SaslLineReader(int longestOctets) implements LineReader {

  @Override
  public SaslLine read(ByteBuf octets, int from, int length) {
    var line = new byte[length];
    octets.getBytes(from, line);
    octets.setZero(from, length);
    return new SaslLine(line);
  }

  @Override
  public LineFault fault(LineFault fault) {
    return fault;
  }

  @Override
  public int longestLine(ByteBuf octets, int from, int available) {
    return longestOctets;
  }
}
