package org.popinjay.pop3.pop2.netty;

import io.netty.buffer.ByteBuf;
import org.popinjay.pop3.pop2.command.Pop2Command;
import org.popinjay.pop3.pop2.command.Pop2CommandParser;
import org.popinjay.pop3.pop2.command.Pop2Input;
import org.popinjay.wire.LineFault;
import org.popinjay.wire.LineReader;

/// Makes commands out of lines (RFC 937). No line with a password stays behind in the buffer.
final class Pop2CommandDecoder implements LineReader {
  private static final Pop2Input TOO_LONG = new Pop2Input.TooLong();
  private static final Pop2Input ENCRYPTED = new Pop2Input.Encrypted();
  private static final Pop2Input INVALID_OCTET = new Pop2Input.Rejected("invalid octet");

  private final Pop2CommandParser parser = new Pop2CommandParser();

  @Override
  public Pop2Input read(ByteBuf octets, int from, int length) {
    var input = parser.parse(octets, from, length);
    if (input instanceof Pop2Input.Parsed(Pop2Command.Helo _)) {
      octets.setZero(from, length);
    }
    return input;
  }

  @Override
  public Pop2Input fault(LineFault fault) {
    return switch (fault) {
      case TOO_LONG, ENDLESS -> TOO_LONG;
      case INVALID_OCTET -> INVALID_OCTET;
      case TLS -> ENCRYPTED;
    };
  }
}
