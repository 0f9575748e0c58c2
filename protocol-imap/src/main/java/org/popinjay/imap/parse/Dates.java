package org.popinjay.imap.parse;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.popinjay.mailstore.InternalDate;

/// Dates (RFC 9051, section 9, `date` and `date-time`) and their forms of old (RFC 1730, section
/// 9).
final class Dates {
  private static final List<String> MONTHS =
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");

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
    boolean old = in.grammar().obsolete() && in.at(' ');
    year = old ? ObsoleteParser.year(year) : year * 100 + in.fixedDigits(2);
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
    boolean old = in.grammar().obsolete();
    boolean dash = old && in.take('-');
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
    if (!old) {
      in.expected("a zone");
      return 0;
    }
    return ObsoleteParser.zone(in);
  }
}
