package org.popinjay.pop3.netty;

import io.netty.buffer.ByteBuf;
import org.popinjay.pop3.command.ParseResult;
import org.popinjay.pop3.command.ParseResult.Fatal;
import org.popinjay.pop3.command.ParseResult.Parsed;
import org.popinjay.pop3.command.ParseResult.Rejected;
import org.popinjay.pop3.command.Pop3Command;
import org.popinjay.pop3.command.Pop3CommandParser;
import org.popinjay.wire.LineFault;
import org.popinjay.wire.LineReader;
import org.popinjay.wire.SessionEvents;
import org.popinjay.wire.SessionEvents.Limit;

/// Makes commands out of lines (RFC 1939, section 3) and answers out of lines that are none.
final class Pop3CommandDecoder implements LineReader {
  private static final ParseResult TOO_LONG = new Rejected("line too long");
  private static final ParseResult ENDLESS = new Fatal("line too long");
  private static final ParseResult INVALID_OCTET = new Fatal("invalid octet");

  private final Pop3CommandParser parser = new Pop3CommandParser();
  private final int authLineOctets;
  private final SessionEvents events;

  /// @param authLineOctets longest line of AUTH, whose argument may be a token
  /// @param events hears of lines that are too long
  Pop3CommandDecoder(int authLineOctets, SessionEvents events) {
    this.authLineOctets = authLineOctets;
    this.events = events;
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
    if (fault != LineFault.INVALID_OCTET) {
      events.limitReached(Limit.LINE);
    }
    return switch (fault) {
      case TOO_LONG -> TOO_LONG;
      case ENDLESS -> ENDLESS;
      case INVALID_OCTET -> INVALID_OCTET;
    };
  }

  @Override
  public int longestLine(ByteBuf octets, int from, int available) {
    return Pop3CommandParser.isAuth(octets, from, available) ? authLineOctets : 0;
  }
}
