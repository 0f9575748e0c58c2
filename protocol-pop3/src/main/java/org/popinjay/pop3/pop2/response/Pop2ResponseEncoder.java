package org.popinjay.pop3.pop2.response;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.popinjay.pop3.response.Ascii;

/// Writes answers of one line as octets (RFC 937). Decides nothing.
public final class Pop2ResponseEncoder {
  private static final int CRLF = '\r' << 8 | '\n';

  private Pop2ResponseEncoder() {}

  /// Writes an answer.
  public static void encode(Pop2Response.Line response, ByteBuf out) {
    switch (response) {
      case Pop2Response.Plus(String text) -> line('+', text, out);
      case Pop2Response.Minus(String text) -> line('-', text, out);
      case Pop2Response.Count(int messages, String text) -> numbered('#', messages, text, out);
      case Pop2Response.Length(long octets, String text) -> numbered('=', octets, text, out);
    }
  }

  private static void numbered(char mark, long number, String text, ByteBuf out) {
    var digits = new byte[Ascii.digits(number)];
    Ascii.decimal(number, digits, 0);
    out.writeByte(mark).writeBytes(digits);
    rest(text, out);
  }

  private static void line(char mark, String text, ByteBuf out) {
    out.writeByte(mark);
    rest(text, out);
  }

  private static void rest(String text, ByteBuf out) {
    out.writeByte(' ');
    ByteBufUtil.writeAscii(out, text);
    out.writeShort(CRLF);
  }
}
