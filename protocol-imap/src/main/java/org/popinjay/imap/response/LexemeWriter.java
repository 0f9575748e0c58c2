package org.popinjay.imap.response;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.OffsetDateTime;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.InternalDate;
import org.popinjay.mailstore.Keyword;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.UidSet;

/// Writes what responses are made of: strings, numbers, sets, dates, flags (RFC 9051, section 9).
abstract class LexemeWriter {

  /// Longer texts go as literals.
  private static final int QUOTED_OCTETS_MAX = 1024;

  private static final int CRLF = '\r' << 8 | '\n';

  /// The order that flags are written in.
  private static final List<Flag> FLAGS =
      List.of(Flag.ANSWERED, Flag.FLAGGED, Flag.DELETED, Flag.SEEN, Flag.DRAFT);

  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

  final ByteBuf out;
  final ImapDialect dialect;

  LexemeWriter(ByteBuf out, ImapDialect dialect) {
    this.out = out;
    this.dialect = dialect;
  }

  /// @param last one more, or nothing
  void flags(FlagSet system, Keywords keywords, String last) {
    out.writeByte('(');
    int start = out.writerIndex();
    for (var flag : FLAGS) {
      if (system.has(flag)) {
        flag(name(flag), start);
      }
    }
    for (Keyword keyword : keywords.list()) {
      flag(keyword.name(), start);
    }
    if (!last.isEmpty()) {
      flag(last, start);
    }
    out.writeByte(')');
  }

  void flag(String name, int start) {
    if (out.writerIndex() > start) {
      out.writeByte(' ');
    }
    ascii(name);
  }

  private static String name(Flag flag) {
    return switch (flag) {
      case SEEN -> "\\Seen";
      case ANSWERED -> "\\Answered";
      case FLAGGED -> "\\Flagged";
      case DRAFT -> "\\Draft";
      case DELETED -> "\\Deleted";
    };
  }

  /// `" 9-Nov-2023 22:33:52 +0100"` (RFC 9051, section 9, `date-time`).
  void date(InternalDate date) {
    OffsetDateTime local = date.local();
    out.writeByte('"');
    int day = local.getDayOfMonth();
    out.writeByte(day < 10 ? ' ' : '0' + day / 10).writeByte('0' + day % 10);
    out.writeByte('-');
    ascii(MONTHS.get(local.getMonthValue() - 1));
    out.writeByte('-');
    int year = Math.clamp(local.getYear(), 0, 9999);
    twoDigits(year / 100);
    twoDigits(year % 100);
    out.writeByte(' ');
    twoDigits(local.getHour());
    out.writeByte(':');
    twoDigits(local.getMinute());
    out.writeByte(':');
    twoDigits(local.getSecond());
    int zone = date.zoneMinutes();
    out.writeByte(' ').writeByte(zone < 0 ? '-' : '+');
    twoDigits(Math.abs(zone) / 60);
    twoDigits(Math.abs(zone) % 60);
    out.writeByte('"');
  }

  void twoDigits(int value) {
    out.writeByte('0' + value / 10).writeByte('0' + value % 10);
  }

  void set(UidSet numbers) {
    for (int range = 0; range < numbers.ranges(); range++) {
      if (range > 0) {
        out.writeByte(',');
      }
      range(numbers, range);
    }
  }

  void range(UidSet numbers, int range) {
    number(numbers.first(range));
    if (numbers.last(range) > numbers.first(range)) {
      out.writeByte(':');
      number(numbers.last(range));
    }
  }

  <T> void joined(Iterable<T> parts, Consumer<T> write) {
    for (Iterator<T> each = parts.iterator(); each.hasNext(); ) {
      write.accept(each.next());
      if (each.hasNext()) {
        out.writeByte(' ');
      }
    }
  }

  void astring(String text) {
    if (isAtom(text)) {
      ascii(text);
    } else {
      string(text);
    }
  }

  /// What may stand without quotes; `NIL` could be misunderstood.
  private static boolean isAtom(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> c > ' ' && c < 0x7F && "(){%*\"\\]".indexOf(c) < 0)
        && !text.equalsIgnoreCase("NIL");
  }

  void string(String text) {
    string(text.getBytes(UTF_8));
  }

  /// Quoted if that is allowed and not long, else a literal (RFC 9051, section 4.3).
  void string(byte[] octets) {
    if (octets.length <= QUOTED_OCTETS_MAX && quotable(octets)) {
      out.writeByte('"');
      for (byte octet : octets) {
        if (octet == '"' || octet == '\\') {
          out.writeByte('\\');
        }
        out.writeByte(octet);
      }
      out.writeByte('"');
    } else {
      literalMark(octets.length);
      out.writeBytes(octets);
    }
  }

  boolean quotable(byte[] octets) {
    boolean ascii = true;
    for (byte octet : octets) {
      if ((octet >= 0 && octet < ' ') || octet == 0x7F) {
        return false;
      }
      ascii &= octet >= 0;
    }
    return ascii
        || (dialect.unicode() && ByteBufUtil.isText(Unpooled.wrappedBuffer(octets), UTF_8));
  }

  void literalMark(long octets) {
    out.writeByte('{');
    number(octets);
    out.writeByte('}');
    crlf();
  }

  void ascii(String text) {
    ByteBufUtil.writeAscii(out, text);
  }

  void crlf() {
    out.writeShort(CRLF);
  }

  void number(long value) {
    long power = 1;
    while (value / power >= 10) {
      power *= 10;
    }
    for (; power > 0; power /= 10) {
      out.writeByte((int) ('0' + value / power % 10));
    }
  }
}
