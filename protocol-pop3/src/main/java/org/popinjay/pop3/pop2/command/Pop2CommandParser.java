package org.popinjay.pop3.pop2.command;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.popinjay.pop3.command.Pop3CommandParser;
import org.popinjay.pop3.command.Secret;
import org.popinjay.pop3.pop2.command.Pop2Input.Parsed;
import org.popinjay.pop3.pop2.command.Pop2Input.Rejected;

/// Turns one line into a record (RFC 937). Pure: no session, no channel, no clock.
///
/// In arguments a backslash has the octet behind it stand for itself: `\ ` is a space and `\\` a
/// backslash. More lenient than the RFC in that a TAB and runs of spaces are taken for one space,
/// and that the last argument of HELO and FOLD may have spaces in it: fetchmail quotes nothing.
public final class Pop2CommandParser {
  /// More digits than 2^31-1 has are not worth reading.
  private static final int DIGITS_MAX = 10;

  private static final Pop2Input UNKNOWN = new Rejected("unknown command");
  private static final Pop2Input SURPLUS = new Rejected("too many arguments");
  private static final Pop2Input NO_NAME = new Rejected("invalid user name");
  private static final Pop2Input NO_PASSWORD = new Rejected("missing password");
  private static final Pop2Input NO_MAILBOX = new Rejected("invalid mailbox name");
  private static final Pop2Input NO_NUMBER = new Rejected("invalid message number");

  /// Parses a line without its line end, of which it holds none.
  ///
  /// Never throws for what a client sent.
  ///
  /// @param octets where the line lies; only read
  /// @param from its first octet
  /// @param length how many it has
  public Pop2Input parse(ByteBuf octets, int from, int length) {
    int end = from + length;
    int verbEnd = wordEnd(octets, from, end);
    int argument = skipBlanks(octets, verbEnd, end);
    if (verbEnd - from != 4) {
      return UNKNOWN;
    }
    return switch (octets.toString(from, 4, US_ASCII).toUpperCase(Locale.ROOT)) {
      case "HELO" -> helo(octets, argument, end);
      case "FOLD" -> fold(octets, argument, end);
      case "READ" -> read(octets, argument, end);
      case "RETR" -> bare(new Pop2Command.Retr(), octets, argument, end);
      case "ACKS" -> bare(new Pop2Command.Acks(), octets, argument, end);
      case "ACKD" -> bare(new Pop2Command.Ackd(), octets, argument, end);
      case "NACK" -> bare(new Pop2Command.Nack(), octets, argument, end);
      case "QUIT" -> bare(new Pop2Command.Quit(), octets, argument, end);
      default -> UNKNOWN;
    };
  }

  private static Pop2Input bare(Pop2Command command, ByteBuf octets, int argument, int end) {
    return endWithoutBlanks(octets, argument, end) == argument ? new Parsed(command) : SURPLUS;
  }

  private static Pop2Input helo(ByteBuf octets, int from, int end) {
    int userEnd = wordEnd(octets, from, end);
    var user = text(octets, from, userEnd, Pop3CommandParser.NAME_OCTETS_MAX);
    if (user == null) {
      return NO_NAME;
    }
    var password = userEnd == end ? null : unquoted(octets, skipBlanks(octets, userEnd, end), end);
    return password == null || password.length == 0
        ? NO_PASSWORD
        : new Parsed(new Pop2Command.Helo(user, new Secret(password)));
  }

  /// A name may be as long as a line: one that no mailbox can have is only unknown.
  private static Pop2Input fold(ByteBuf octets, int from, int end) {
    var name = text(octets, from, endWithoutBlanks(octets, from, end), Integer.MAX_VALUE);
    return name == null ? NO_MAILBOX : new Parsed(new Pop2Command.Fold(name));
  }

  /// A number that no message can have asks for none; more digits than that are no number.
  private static Pop2Input read(ByteBuf octets, int from, int end) {
    int last = endWithoutBlanks(octets, from, end);
    if (last == from) {
      return new Parsed(new Pop2Command.Read(Pop2Command.Read.CURRENT));
    }
    if (last - from > DIGITS_MAX) {
      return NO_NUMBER;
    }
    long value = 0;
    for (int i = from; i < last; i++) {
      int digit = octets.getByte(i) - '0';
      if (digit < 0 || digit > 9) {
        return NO_NUMBER;
      }
      value = value * 10 + digit;
    }
    return new Parsed(new Pop2Command.Read((int) Math.min(value, Integer.MAX_VALUE)));
  }

  /// An argument as text; null if it is empty, too long, or has controls in it.
  private static @Nullable String text(ByteBuf octets, int from, int end, int octetsMax) {
    var argument = unquoted(octets, from, end);
    if (argument == null || argument.length == 0 || argument.length > octetsMax) {
      return null;
    }
    for (byte octet : argument) {
      if ((octet >= 0 && octet < ' ') || octet == 0x7F) {
        return null;
      }
    }
    return new String(argument, UTF_8);
  }

  /// An argument with its quoting undone; null if the last backslash quotes nothing.
  private static byte @Nullable [] unquoted(ByteBuf octets, int from, int end) {
    var argument = new byte[end - from];
    int length = 0;
    for (int i = from; i < end; i++) {
      if (octets.getByte(i) == '\\') {
        i++;
        if (i == end) {
          Arrays.fill(argument, (byte) 0);
          return null;
        }
      }
      argument[length++] = octets.getByte(i);
    }
    if (length == argument.length) {
      return argument;
    }
    var shorter = Arrays.copyOf(argument, length);
    Arrays.fill(argument, (byte) 0);
    return shorter;
  }

  /// Where a word ends: at the first blank that is not quoted.
  private static int wordEnd(ByteBuf octets, int from, int end) {
    int at = from;
    while (at < end && !blank(octets.getByte(at))) {
      at += octets.getByte(at) == '\\' ? 2 : 1;
    }
    return Math.min(at, end);
  }

  private static int skipBlanks(ByteBuf octets, int from, int end) {
    int at = from;
    while (at < end && blank(octets.getByte(at))) {
      at++;
    }
    return at;
  }

  /// Where the line ends without blanks that nobody quoted.
  private static int endWithoutBlanks(ByteBuf octets, int from, int end) {
    int last = from;
    for (int at = from; at < end; at++) {
      if (octets.getByte(at) == '\\') {
        at++;
        last = Math.min(at + 1, end);
      } else if (!blank(octets.getByte(at))) {
        last = at + 1;
      }
    }
    return last;
  }

  private static boolean blank(byte octet) {
    return octet == ' ' || octet == '\t';
  }
}
