package org.popinjay.pop3.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.popinjay.pop3.command.ParseResult.Encrypted;
import org.popinjay.pop3.command.ParseResult.Fatal;
import org.popinjay.pop3.command.ParseResult.Fault;
import org.popinjay.pop3.command.ParseResult.Foreign;
import org.popinjay.pop3.command.ParseResult.Mail;
import org.popinjay.pop3.command.ParseResult.Parsed;
import org.popinjay.pop3.command.ParseResult.Rejected;
import org.popinjay.pop3.command.ParseResult.TooLong;
import org.popinjay.pop3.command.Pop3Command.Extension;

/// Turns one line into a record. Pure: no session, no channel, no clock.
///
/// Whether the command is allowed now is not asked here; the grammar is the same in every state.
/// Works on octets and switches on four of them at once, since most commands are four letters and
/// are to be answered in well under a microsecond.
///
/// More lenient than RFC 1939, section 3, between keyword and argument: TAB and runs of spaces are
/// taken for one space, as popper did, and spaces at the end of a line are ignored.
public final class Pop3CommandParser {

  /// Longest user name in octets.
  public static final int NAME_OCTETS_MAX = 128;

  /// RFC 1939, section 7: MD5 in hexadecimal digits.
  private static final int DIGEST_DIGITS = 32;

  /// RFC 4422, section 3.1.
  private static final int MECHANISM_OCTETS_MAX = 20;

  /// Longest language range; RFC 5646, section 4.4.1, finds 35 enough for every tag.
  private static final int LANGUAGE_OCTETS_MAX = 64;

  /// What a client may write for a number; more digits than 2^31-1 has are not worth reading.
  private static final int DIGITS_MAX = 10;

  private static final int NOT_A_NUMBER = -1;

  private static final int APOP = 'A' << 24 | 'P' << 16 | 'O' << 8 | 'P';
  private static final int AUTH = 'A' << 24 | 'U' << 16 | 'T' << 8 | 'H';
  private static final int CAPA = 'C' << 24 | 'A' << 16 | 'P' << 8 | 'A';
  private static final int DELE = 'D' << 24 | 'E' << 16 | 'L' << 8 | 'E';
  private static final int GET = 'G' << 16 | 'E' << 8 | 'T';
  private static final int HEAD = 'H' << 24 | 'E' << 16 | 'A' << 8 | 'D';
  private static final int HELP = 'H' << 24 | 'E' << 16 | 'L' << 8 | 'P';
  private static final int LANG = 'L' << 24 | 'A' << 16 | 'N' << 8 | 'G';
  private static final int LAST = 'L' << 24 | 'A' << 16 | 'S' << 8 | 'T';
  private static final int LIST = 'L' << 24 | 'I' << 16 | 'S' << 8 | 'T';
  private static final int NOOP = 'N' << 24 | 'O' << 16 | 'O' << 8 | 'P';
  private static final int PASS = 'P' << 24 | 'A' << 16 | 'S' << 8 | 'S';
  private static final int POST = 'P' << 24 | 'O' << 16 | 'S' << 8 | 'T';
  private static final int PUT = 'P' << 16 | 'U' << 8 | 'T';
  private static final int QUIT = 'Q' << 24 | 'U' << 16 | 'I' << 8 | 'T';
  private static final int RETR = 'R' << 24 | 'E' << 16 | 'T' << 8 | 'R';
  private static final int RPOP = 'R' << 24 | 'P' << 16 | 'O' << 8 | 'P';
  private static final int RSET = 'R' << 24 | 'S' << 16 | 'E' << 8 | 'T';
  private static final int STAT = 'S' << 24 | 'T' << 16 | 'A' << 8 | 'T';
  private static final int STLS = 'S' << 24 | 'T' << 16 | 'L' << 8 | 'S';
  private static final int TOP = 'T' << 16 | 'O' << 8 | 'P';
  private static final int UIDL = 'U' << 24 | 'I' << 16 | 'D' << 8 | 'L';
  private static final int USER = 'U' << 24 | 'S' << 16 | 'E' << 8 | 'R';

  /// The digit as it looks without the bit of small letters.
  private static final int UTF8 = 'U' << 24 | 'T' << 16 | 'F' << 8 | ('8' & 0xDF);

  private static final int XTND = 'X' << 24 | 'T' << 16 | 'N' << 8 | 'D';

  /// Clears the bit in which small letters differ from capitals.
  private static final int CAPITALS = 0xDFDFDFDF;

  private static final Parsed BARE_AUTH = new Parsed(new Pop3Command.Auth(null, null));
  private static final Parsed BARE_CAPA = new Parsed(new Pop3Command.Capa());
  private static final Parsed BARE_HELP = new Parsed(new Pop3Command.Help());
  private static final Parsed BARE_LANG = new Parsed(new Pop3Command.Lang(""));
  private static final Parsed BARE_LAST = new Parsed(new Pop3Command.Last());
  private static final Parsed BARE_LIST = new Parsed(new Pop3Command.List(0));
  private static final Parsed BARE_NOOP = new Parsed(new Pop3Command.Noop());
  private static final Parsed BARE_QUIT = new Parsed(new Pop3Command.Quit());
  private static final Parsed BARE_RSET = new Parsed(new Pop3Command.Rset());
  private static final Parsed BARE_STAT = new Parsed(new Pop3Command.Stat());
  private static final Parsed BARE_STLS = new Parsed(new Pop3Command.Stls());
  private static final Parsed BARE_UIDL = new Parsed(new Pop3Command.Uidl(0));

  private static final Parsed BARE_UTF8 = new Parsed(new Pop3Command.Utf8());
  private static final Parsed BARE_XOVER = new Parsed(new Pop3Command.Xover());
  private static final Parsed BOARDS = extension(new Extension.ListBoards());
  private static final Parsed SUBMISSION = extension(new Extension.Submission());

  private static final Rejected UNKNOWN = new Rejected(Fault.UNKNOWN, "unknown command", "");
  private static final ParseResult FOREIGN = new Foreign(UNKNOWN);
  private static final ParseResult SURPLUS = rejected("too many arguments");
  private static final ParseResult NO_BOARD = rejected("missing bboard name");
  private static final ParseResult NO_FIELD = rejected("invalid field name");
  private static final ParseResult NO_LINES = rejected("invalid number of lines");
  private static final ParseResult NO_MECHANISM = rejected("invalid mechanism name");
  private static final ParseResult NO_DIGEST = rejected("expected 32 hexadecimal digits");
  private static final ParseResult NO_NAME = rejected("invalid user name");
  private static final ParseResult NO_LANGUAGE = rejected("invalid language");
  private static final ParseResult NO_NUMBER = rejected("invalid message number");
  private static final ParseResult NO_PASSWORD = rejected("missing password");

  /// RFC 1081 had it: a user let in by where he comes from.
  private static final ParseResult NO_RPOP = rejected("RPOP is not supported");

  /// Longest part of a word that is repeated in an answer, in octets.
  private static final int ECHO_OCTETS = 64;

  /// Parses a line without its line end, of which it holds none.
  ///
  /// Never throws for what a client sent.
  ///
  /// @param octets where the line lies; only read
  /// @param from its first octet
  /// @param length how many it has
  public ParseResult parse(ByteBuf octets, int from, int length) {
    int end = from + length;
    int verbEnd = wordEnd(octets, from, end);
    var result = command(octets, from, verbEnd, end);
    return switch (result) {
      case Rejected line -> explained(line, octets, from, verbEnd, end);
      case Foreign(Rejected line) -> new Foreign(explained(line, octets, from, verbEnd, end));
      case Parsed _, TooLong _, Mail _, Encrypted _, Fatal _ -> result;
    };
  }

  /// Adds what an old server would have told of a line that is no command.
  private static Rejected explained(
      Rejected rejected, ByteBuf octets, int from, int verbEnd, int end) {
    int length = Math.min(verbEnd - from, ECHO_OCTETS);
    var word = octets.toString(from, length, ISO_8859_1);
    if (rejected.fault() == Fault.UNKNOWN) {
      return new Rejected(Fault.UNKNOWN, rejected.reason(), word);
    }
    var verb = Pop3Verb.of(word);
    int arguments = words(octets, verbEnd, end);
    var fault =
        arguments < verb.argumentsMin()
            ? Fault.TOO_FEW
            : arguments > verb.argumentsMax() ? Fault.TOO_MANY : Fault.MALFORMED;
    return new Rejected(fault, rejected.reason(), word);
  }

  private static int words(ByteBuf octets, int from, int end) {
    int count = 0;
    int at = skipBlanks(octets, from, end);
    while (at < end) {
      count++;
      at = skipBlanks(octets, wordEnd(octets, at, end), end);
    }
    return count;
  }

  private static Rejected rejected(String reason) {
    return new Rejected(Fault.MALFORMED, reason, "");
  }

  private ParseResult command(ByteBuf octets, int from, int verbEnd, int lineEnd) {
    int end = lineEnd;
    int verb =
        switch (verbEnd - from) {
          case 4 -> octets.getInt(from) & CAPITALS;
          case 3 -> octets.getUnsignedMedium(from) & CAPITALS;
          default -> 0;
        };
    if (verb == PASS) {
      return pass(octets, verbEnd, end);
    }
    int argument = skipBlanks(octets, verbEnd, end);
    while (end > argument && blank(octets.getByte(end - 1))) {
      end--;
    }
    return switch (verb) {
      case APOP -> apop(octets, argument, end);
      case AUTH -> argument == end ? BARE_AUTH : auth(octets, argument, end);
      case CAPA -> bare(BARE_CAPA, argument, end);
      case DELE -> numbered(octets, argument, end, Pop3Command.Dele::new);
      case HELP -> bare(BARE_HELP, argument, end);
      case LANG -> argument == end ? BARE_LANG : lang(octets, argument, end);
      case LAST -> bare(BARE_LAST, argument, end);
      case LIST ->
          argument == end ? BARE_LIST : numbered(octets, argument, end, Pop3Command.List::new);
      case NOOP -> bare(BARE_NOOP, argument, end);
      case QUIT -> bare(BARE_QUIT, argument, end);
      case RETR -> numbered(octets, argument, end, Pop3Command.Retr::new);
      case RPOP -> NO_RPOP;
      case RSET -> bare(BARE_RSET, argument, end);
      case STAT -> bare(BARE_STAT, argument, end);
      case STLS -> bare(BARE_STLS, argument, end);
      case TOP -> top(octets, argument, end);
      case UIDL ->
          argument == end ? BARE_UIDL : numbered(octets, argument, end, Pop3Command.Uidl::new);
      case USER -> user(octets, argument, end);
      case UTF8 -> octets.getByte(verbEnd - 1) == '8' ? bare(BARE_UTF8, argument, end) : UNKNOWN;
      case XTND -> xtnd(octets, argument, end);
      case GET, HEAD, POST, PUT -> argument == end ? UNKNOWN : FOREIGN;
      default -> longer(octets, from, verbEnd, argument, end);
    };
  }

  /// Whether a line begins as one of AUTH, which may be longer than others.
  ///
  /// @param available octets of the line that are there
  public static boolean isAuth(ByteBuf octets, int from, int available) {
    return available > 4
        && (octets.getInt(from) & CAPITALS) == AUTH
        && blank(octets.getByte(from + 4));
  }

  private static ParseResult bare(Parsed command, int argument, int end) {
    return argument == end ? command : SURPLUS;
  }

  private static ParseResult numbered(
      ByteBuf octets, int from, int end, IntFunction<Pop3Command> command) {
    int number = messageNumber(octets, from, end);
    return number == NOT_A_NUMBER ? NO_NUMBER : new Parsed(command.apply(number));
  }

  private static ParseResult top(ByteBuf octets, int from, int end) {
    int numberEnd = wordEnd(octets, from, end);
    int number = messageNumber(octets, from, numberEnd);
    long lines = number(octets, skipBlanks(octets, numberEnd, end), end);
    if (number == NOT_A_NUMBER) {
      return NO_NUMBER;
    }
    return lines == NOT_A_NUMBER
        ? NO_LINES
        : new Parsed(new Pop3Command.Top(number, (int) Math.min(lines, Integer.MAX_VALUE)));
  }

  private static ParseResult user(ByteBuf octets, int from, int end) {
    int length = end - from;
    if (length == 0 || length > NAME_OCTETS_MAX) {
      return NO_NAME;
    }
    for (int i = from; i < end; i++) {
      byte octet = octets.getByte(i);
      if ((octet >= 0 && octet < ' ') || octet == 0x7F) {
        return NO_NAME;
      }
    }
    return new Parsed(new Pop3Command.User(octets.toString(from, length, UTF_8)));
  }

  /// The argument is everything behind the one space, verbatim (RFC 1939, section 7, PASS).
  private static ParseResult pass(ByteBuf octets, int verbEnd, int end) {
    if (verbEnd == end) {
      return NO_PASSWORD;
    }
    return new Parsed(new Pop3Command.Pass(secret(octets, verbEnd + 1, end)));
  }

  private static ParseResult apop(ByteBuf octets, int from, int end) {
    int nameEnd = wordEnd(octets, from, end);
    var named = user(octets, from, nameEnd);
    if (!(named instanceof Parsed(Pop3Command.User(String name)))) {
      return named;
    }
    int digest = skipBlanks(octets, nameEnd, end);
    if (end - digest != DIGEST_DIGITS) {
      return NO_DIGEST;
    }
    for (int i = digest; i < end; i++) {
      if (Character.digit(octets.getByte(i), 16) < 0) {
        return NO_DIGEST;
      }
    }
    return new Parsed(new Pop3Command.Apop(name, octets.toString(digest, DIGEST_DIGITS, US_ASCII)));
  }

  private static ParseResult auth(ByteBuf octets, int from, int end) {
    int nameEnd = wordEnd(octets, from, end);
    if (nameEnd - from > MECHANISM_OCTETS_MAX) {
      return NO_MECHANISM;
    }
    for (int i = from; i < nameEnd; i++) {
      if (!mechanismOctet(octets.getByte(i))) {
        return NO_MECHANISM;
      }
    }
    var name = octets.toString(from, nameEnd - from, US_ASCII).toUpperCase(Locale.ROOT);
    int initial = skipBlanks(octets, nameEnd, end);
    if (wordEnd(octets, initial, end) != end) {
      return SURPLUS;
    }
    @Nullable Secret response = initial == end ? null : secret(octets, initial, end);
    return new Parsed(new Pop3Command.Auth(name, response));
  }

  /// RFC 4647, section 2.1, `language-range`, but for the length of its parts.
  private static ParseResult lang(ByteBuf octets, int from, int end) {
    if (end - from > LANGUAGE_OCTETS_MAX) {
      return NO_LANGUAGE;
    }
    var range = octets.toString(from, end - from, US_ASCII).toLowerCase(Locale.ROOT);
    boolean formed =
        range.equals("*")
            || range
                .chars()
                .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
    return formed ? new Parsed(new Pop3Command.Lang(range)) : NO_LANGUAGE;
  }

  private static ParseResult xtnd(ByteBuf octets, int from, int end) {
    int nameEnd = wordEnd(octets, from, end);
    int argument = skipBlanks(octets, nameEnd, end);
    return switch (octets.toString(from, nameEnd - from, US_ASCII).toUpperCase(Locale.ROOT)) {
      case "XLST", "XLIST" -> headers(octets, argument, end);
      case "XMIT" -> bare(SUBMISSION, argument, end);
      case "BBOARDS" ->
          argument == end
              ? BOARDS
              : board(octets, argument, end, name -> new Extension.OpenBoard(name, false));
      case "ARCHIVE" -> board(octets, argument, end, name -> new Extension.OpenBoard(name, true));
      case "X-BBOARDS" -> board(octets, argument, end, Extension.DescribeBoard::new);
      default -> UNKNOWN;
    };
  }

  private static ParseResult headers(ByteBuf octets, int from, int end) {
    int fieldEnd = wordEnd(octets, from, end);
    boolean printable = fieldEnd > from && octets.getByte(from) != ':';
    for (int i = from; i < fieldEnd; i++) {
      printable &= octets.getByte(i) > ' ' && octets.getByte(i) < 0x7F;
    }
    if (!printable) {
      return NO_FIELD;
    }
    int argument = skipBlanks(octets, fieldEnd, end);
    int number = argument == end ? 0 : messageNumber(octets, argument, end);
    var field = octets.toString(from, fieldEnd - from, US_ASCII);
    return number == NOT_A_NUMBER ? NO_NUMBER : extension(new Extension.Headers(field, number));
  }

  private static ParseResult board(
      ByteBuf octets, int from, int end, Function<String, Extension> extension) {
    if (from == end) {
      return NO_BOARD;
    }
    return wordEnd(octets, from, end) == end
        ? extension(extension.apply(octets.toString(from, end - from, ISO_8859_1)))
        : SURPLUS;
  }

  private static Parsed extension(Extension extension) {
    return new Parsed(new Pop3Command.Xtnd(extension));
  }

  /// Words of five letters and more.
  private static ParseResult longer(ByteBuf octets, int from, int verbEnd, int argument, int end) {
    int length = verbEnd - from;
    if (length < 5 || length > 7) {
      return UNKNOWN;
    }
    var word = octets.toString(from, length, US_ASCII).toUpperCase(Locale.ROOT);
    return switch (word) {
      case "XDELE" -> xdele(octets, argument, end);
      case "XOVER" -> bare(BARE_XOVER, argument, end);
      case "CONNECT", "DELETE", "OPTIONS", "PATCH", "TRACE" -> FOREIGN;
      default -> UNKNOWN;
    };
  }

  private static ParseResult xdele(ByteBuf octets, int from, int end) {
    int firstEnd = wordEnd(octets, from, end);
    int first = messageNumber(octets, from, firstEnd);
    int second = skipBlanks(octets, firstEnd, end);
    int last = second == end ? first : messageNumber(octets, second, end);
    return first == NOT_A_NUMBER || last < first
        ? NO_NUMBER
        : new Parsed(new Pop3Command.Xdele(first, last));
  }

  /// RFC 4422, section 3.1, small letters taken for capitals.
  private static boolean mechanismOctet(byte octet) {
    int capital = octet >= 'a' && octet <= 'z' ? octet - ('a' - 'A') : octet;
    return (capital >= 'A' && capital <= 'Z')
        || (capital >= '0' && capital <= '9')
        || capital == '-'
        || capital == '_';
  }

  private static int messageNumber(ByteBuf octets, int from, int end) {
    long number = number(octets, from, end);
    return number >= 1 && number <= Integer.MAX_VALUE ? (int) number : NOT_A_NUMBER;
  }

  /// `1*10DIGIT`; anything else is no number.
  private static long number(ByteBuf octets, int from, int end) {
    if (from >= end || end - from > DIGITS_MAX) {
      return NOT_A_NUMBER;
    }
    long value = 0;
    for (int i = from; i < end; i++) {
      int digit = octets.getByte(i) - '0';
      if (digit < 0 || digit > 9) {
        return NOT_A_NUMBER;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private static int wordEnd(ByteBuf octets, int from, int end) {
    int at = from;
    while (at < end && !blank(octets.getByte(at))) {
      at++;
    }
    return at;
  }

  private static int skipBlanks(ByteBuf octets, int from, int end) {
    int at = from;
    while (at < end && blank(octets.getByte(at))) {
      at++;
    }
    return at;
  }

  private static boolean blank(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  private static Secret secret(ByteBuf octets, int from, int end) {
    var copy = new byte[end - from];
    octets.getBytes(from, copy);
    return new Secret(copy);
  }
}
