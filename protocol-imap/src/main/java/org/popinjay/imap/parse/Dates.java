package org.popinjay.imap.parse;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.popinjay.mailstore.InternalDate;

/// Dates (RFC 9051, section 9, `date` and `date-time`) and their forms of old (RFC 1730, section
/// 9).
final class Dates {
  private static final List<String> MONTHS =
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");

  /// Hours east of Greenwich: RFC 1730, section 9, `zone_old`. The letters of the military are
  /// worked out.
  private static final Map<String, Integer> ZONES =
      Map.ofEntries(
          Map.entry("UT", 0),
          Map.entry("GMT", 0),
          Map.entry("Z", 0),
          Map.entry("AST", -4),
          Map.entry("EDT", -4),
          Map.entry("EST", -5),
          Map.entry("CDT", -5),
          Map.entry("CST", -6),
          Map.entry("MDT", -6),
          Map.entry("MST", -7),
          Map.entry("PDT", -7),
          Map.entry("PST", -8),
          Map.entry("YDT", -8),
          Map.entry("YST", -9),
          Map.entry("HDT", -9),
          Map.entry("HST", -10),
          Map.entry("BDT", -10),
          Map.entry("BST", -11));

  private static final LocalDate NO_DATE = LocalDate.EPOCH;
  private static final InternalDate NO_TIME = new InternalDate(0, 0);

  private Dates() {}

  /// `date`: RFC 9051, section 9.
  static LocalDate date(ImapLexer in) {
    boolean quoted = in.take('"');
    var date = day(in);
    if (quoted) {
      in.need('"');
    }
    return date;
  }

  /// `date-day "-" date-month "-" date-year`.
  private static LocalDate day(ImapLexer in) {
    int day = in.fixedDigits(1);
    if (!in.at('-')) {
      day = day * 10 + in.fixedDigits(1);
    }
    in.need('-');
    int month = month(in);
    in.need('-');
    return date(in, in.fixedDigits(4), month, day);
  }

  private static LocalDate date(ImapLexer in, int year, int month, int day) {
    try {
      return in.fault() == null ? LocalDate.of(year, month, day) : NO_DATE;
    } catch (DateTimeException _) {
      in.refuse("date that is in no calendar, ending");
      return NO_DATE;
    }
  }

  private static int month(ImapLexer in) {
    var letters = new StringBuilder(3);
    while (letters.length() < 3 && Character.isLetter(in.peek())) {
      letters.append((char) in.peek());
      in.take((char) in.peek());
    }
    int month = MONTHS.indexOf(letters.toString().toUpperCase(Locale.ROOT)) + 1;
    if (month == 0) {
      in.expected("a month");
    }
    return month;
  }

  /// `date-time`, or one of its old forms: two digits for the year, a name for the zone and `-` in
  /// front of it.
  static InternalDate dateTime(ImapLexer in) {
    in.need('"');
    in.take(' ');
    int day = in.fixedDigits(1);
    if (!in.at('-')) {
      day = day * 10 + in.fixedDigits(1);
    }
    in.need('-');
    int month = month(in);
    in.need('-');
    int year = in.fixedDigits(2);
    year = in.at(' ') ? 1900 + year : year * 100 + in.fixedDigits(2);
    var date = date(in, year, month, day);
    in.need(' ');
    var time = time(in);
    int zone = zone(in);
    in.need('"');
    if (in.fault() != null) {
      return NO_TIME;
    }
    var offset = ZoneOffset.ofTotalSeconds(zone * 60);
    return new InternalDate(LocalDateTime.of(date, time).toEpochSecond(offset), zone);
  }

  /// A leap second counts as the one before it.
  private static LocalTime time(ImapLexer in) {
    int hour = in.fixedDigits(2);
    in.need(':');
    int minute = in.fixedDigits(2);
    in.need(':');
    int second = in.fixedDigits(2);
    if (hour > 23 || minute > 59 || second > 60) {
      in.refuse("time that is on no clock, ending");
      return LocalTime.MIDNIGHT;
    }
    return LocalTime.of(hour, minute, Math.min(second, 59));
  }

  /// Minutes east of Greenwich.
  private static int zone(ImapLexer in) {
    boolean dash = in.take('-');
    if (!dash) {
      in.need(' ');
    }
    int sign = in.at('-') ? -1 : 1;
    if (in.take('+') || in.take('-')) {
      int hours = in.fixedDigits(2);
      int minutes = in.fixedDigits(2);
      if (minutes > 59 || hours * 60 + minutes > 18 * 60) {
        in.refuse("zone that is nowhere, ending");
        return 0;
      }
      return sign * (hours * 60 + minutes);
    }
    return 60 * namedZone(in);
  }

  private static int namedZone(ImapLexer in) {
    var name = in.word();
    if (name.length() == 1 && !name.equals("Z")) {
      return military(in, name.charAt(0));
    }
    var hours = ZONES.get(name);
    if (hours == null) {
      in.expected("a zone");
      return 0;
    }
    return hours;
  }

  /// A to M without J are 1 to 12, N to Y are -1 to -12.
  private static int military(ImapLexer in, char letter) {
    if (letter >= 'A' && letter <= 'M' && letter != 'J') {
      return letter - 'A' + (letter < 'J' ? 1 : 0);
    }
    if (letter >= 'N' && letter <= 'Y') {
      return 'M' - letter;
    }
    in.expected("a zone");
    return 0;
  }
}
