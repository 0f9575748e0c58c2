package org.popinjay.pop3.pop2.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import java.util.Locale;
import org.popinjay.pop3.command.ParseResult;
import org.popinjay.wire.LineFault;
import org.popinjay.wire.LineReader;

/// Tells by the first word of the first line what is spoken, and has it read so.
final class FirstLineReader implements LineReader {
  private final Pop2CommandDecoder pop2;
  private final LineReader pop3;

  FirstLineReader(Pop2CommandDecoder pop2, LineReader pop3) {
    this.pop2 = pop2;
    this.pop3 = pop3;
  }

  @Override
  public FirstLine read(ByteBuf octets, int from, int length) {
    return switch (word(octets, from, length)) {
      case "HELO" -> new FirstLine.Pop2(pop2.read(octets, from, length));
      case "USER", "APOP", "AUTH", "CAPA", "STLS", "PASS", "NOOP", "LANG", "UTF8", "XTND" ->
          new FirstLine.Pop3((ParseResult) pop3.read(octets, from, length));
      case "QUIT" -> new FirstLine.Quit();
      default -> new FirstLine.Neither();
    };
  }

  private static String word(ByteBuf octets, int from, int length) {
    boolean ends = length == 4 || (length > 4 && isBlank(octets.getByte(from + 4)));
    return ends ? octets.toString(from, 4, US_ASCII).toUpperCase(Locale.ROOT) : "";
  }

  private static boolean isBlank(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  @Override
  public FirstLine fault(LineFault fault) {
    return switch (fault) {
      case TOO_LONG, ENDLESS -> new FirstLine.TooLong();
      case INVALID_OCTET -> new FirstLine.Neither();
      case TLS -> new FirstLine.Encrypted();
    };
  }

  @Override
  public int longestLine(ByteBuf octets, int from, int available) {
    return pop3.longestLine(octets, from, available);
  }
}
