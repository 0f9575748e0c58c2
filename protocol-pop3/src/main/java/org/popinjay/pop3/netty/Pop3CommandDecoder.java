package org.popinjay.pop3.netty;

import io.netty.buffer.ByteBuf;
import org.popinjay.pop3.command.ParseResult;
import org.popinjay.pop3.command.ParseResult.Encrypted;
import org.popinjay.pop3.command.ParseResult.Fatal;
import org.popinjay.pop3.command.ParseResult.Parsed;
import org.popinjay.pop3.command.ParseResult.TooLong;
import org.popinjay.pop3.command.Pop3Command;
import org.popinjay.pop3.command.Pop3CommandParser;
import org.popinjay.wire.LineFault;
import org.popinjay.wire.LineReader;

/// Makes commands out of lines (RFC 1939, section 3) and answers out of lines that are none.
final class Pop3CommandDecoder implements LineReader {
  private static final ParseResult TOO_LONG = new TooLong(false);
  private static final ParseResult ENDLESS = new TooLong(true);
  private static final ParseResult ENCRYPTED = new Encrypted();
  private static final ParseResult INVALID_OCTET = new Fatal("invalid octet");

  private final Pop3CommandParser parser = new Pop3CommandParser();
  private final int authLineOctets;

  /// @param authLineOctets longest line of AUTH, whose argument may be a token
  Pop3CommandDecoder(int authLineOctets) {
    this.authLineOctets = authLineOctets;
  }

  @Override
  public ParseResult read(ByteBuf octets, int from, int length) {
    var result = parser.parse(octets, from, length);
    if (result instanceof Parsed(Pop3Command command) && command.secret()) {
      octets.setZero(from, length);
    }
    return result;
  }

  @Override
  public ParseResult fault(LineFault fault) {
    return switch (fault) {
      case TOO_LONG -> TOO_LONG;
      case ENDLESS -> ENDLESS;
      case INVALID_OCTET -> INVALID_OCTET;
      case TLS -> ENCRYPTED;
    };
  }

  @Override
  public int longestLine(ByteBuf octets, int from, int available) {
    return Pop3CommandParser.isAuth(octets, from, available) ? authLineOctets : 0;
  }
}
