package org.popinjay.pop3.response;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.popinjay.pop3.response.Pop3Response.Challenge;
import org.popinjay.pop3.response.Pop3Response.Err;
import org.popinjay.pop3.response.Pop3Response.Identified;
import org.popinjay.pop3.response.Pop3Response.Lines;
import org.popinjay.pop3.response.Pop3Response.Listed;
import org.popinjay.pop3.response.Pop3Response.Ok;
import org.popinjay.pop3.response.Pop3Response.OkAndSpace;
import org.popinjay.pop3.response.Pop3Response.SingleLine;

/// Writes responses as octets (RFC 1939, section 3). Decides nothing.
public final class Pop3ResponseEncoder {
  private static final byte[] OK = "+OK ".getBytes(US_ASCII);
  private static final byte[] OK_LINE = "+OK\r\n".getBytes(US_ASCII);
  private static final byte[] ERR = "-ERR ".getBytes(US_ASCII);

  private static final int CRLF = '\r' << 8 | '\n';
  private static final int TERMINATOR = '.' << 16 | CRLF;

  private Pop3ResponseEncoder() {}

  /// Writes an answer of one line.
  public static void encode(SingleLine response, ByteBuf out) {
    switch (response) {
      case Ok(String text) when text.isEmpty() -> out.writeBytes(OK_LINE);
      case Ok(String text) -> {
        out.writeBytes(OK);
        line(text, out);
      }
      case OkAndSpace _ -> out.writeBytes(OK).writeShort(CRLF);
      case Err err -> error(err, out);
      case Listed(long first, long octets) -> numbers(first, octets, out);
      case Challenge(String base64) -> {
        out.writeShort('+' << 8 | ' ');
        line(base64, out);
      }
      case Identified(int number, String id) -> {
        out.writeBytes(OK);
        decimal(number, out);
        out.writeByte(' ');
        line(id, out);
      }
    }
  }

  /// Writes a few lines and the terminating dot; dots at their start are doubled.
  public static void encode(Lines response, ByteBuf out) {
    encode(response.first(), out);
    for (var line : response.lines()) {
      if (line.startsWith(".")) {
        out.writeByte('.');
      }
      line(line, out);
    }
    terminate(out);
  }

  /// Writes the dot that ends an answer of several lines.
  public static void terminate(ByteBuf out) {
    out.writeMedium(TERMINATOR);
  }

  private static void error(Err err, ByteBuf out) {
    out.writeBytes(ERR);
    var code = err.code();
    if (code != null) {
      out.writeByte('[');
      ByteBufUtil.writeAscii(out, code.word());
      out.writeByte(']').writeByte(' ');
    }
    line(err.text(), out);
  }

  private static void numbers(long first, long second, ByteBuf out) {
    out.writeBytes(OK);
    decimal(first, out);
    out.writeByte(' ');
    decimal(second, out);
    out.writeShort(CRLF);
  }

  private static void decimal(long value, ByteBuf out) {
    var digits = new byte[Ascii.digits(value)];
    Ascii.decimal(value, digits, 0);
    out.writeBytes(digits);
  }

  private static void line(String text, ByteBuf out) {
    ByteBufUtil.writeAscii(out, text);
    out.writeShort(CRLF);
  }
}
