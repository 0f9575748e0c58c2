package org.popinjay.mailstore.mbox.text;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/// What a line that begins with `From ` says: whether a date stands in it and which.
///
/// No two programs agree on the form of this line, and no mark tells it from text that happens to
/// begin so. Whether it separates two messages depends on what stands before it too; the scanner
/// knows that and asks [#separates].
///
/// @param date how well what follows the sender keeps the form of a date
/// @param seconds the date in seconds since 1970; 0 if there is none
/// @param blankInSender whether the sender part has white space outside quotes
public record FromLine(DateForm date, long seconds, boolean blankInSender) {
  /// Octets of a line that are looked at; what stands behind them counts for nothing.
  public static final int JUDGED_OCTETS = 512;

  /// Longest sender that [#print] writes, in octets.
  public static final int LONGEST_SENDER = 256;

  private static final int PREFIX = 5;
  private static final String DAYS = "MonTueWedThuFriSatSun";
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

  /// How well a date keeps its form.
  public enum DateForm {
    /// There is no date.
    NONE,
    /// One that some program writes or reads.
    LENIENT,
    /// `Thu Nov 9 22:33:52 2023`, with at most a zone on either side of the year and `remote from`.
    STRICT
  }

  /// Whether the line separates two messages.
  ///
  /// A line without a blank line before it does so when its date is beyond doubt: a program died
  /// before it wrote the line end of the message before (as UW, Dovecot and mutt see it).
  public boolean separates(boolean afterBlankLine) {
    return afterBlankLine ? date != DateForm.NONE : date == DateForm.STRICT && !blankInSender;
  }

  /// Reads a line in one forward pass.
  ///
  /// @param line octets from `From ` on, at most [#JUDGED_OCTETS]
  /// @param length how many of them there are
  /// @param whole whether the line ends where these octets end; if not, it goes on behind them
  /// @param zone whose time a date without a zone, or with an unknown one, is in
  public static FromLine parse(byte[] line, int length, boolean whole, ZoneId zone) {
    int end = length;
    if (whole) {
      if (end > PREFIX && line[end - 1] == '\n') {
        end--;
      }
      if (end > PREFIX && line[end - 1] == '\r') {
        end--;
      }
    } else {
      // The last word goes on where nobody looks.
      while (end > PREFIX && !isBlank(line[end - 1])) {
        end--;
      }
    }
    return new Parser(line, end, whole, zone).parse();
  }

  /// Prints a line as every known reader accepts it: `From sender Thu Nov 9 22:33:52 2023`, LF.
  ///
  /// @param sender envelope sender; empty becomes `MAILER-DAEMON`, octets that would not be safe
  ///   there become `-`
  /// @param zone the one that [#parse] will read the date by
  public static byte[] print(String sender, Instant date, ZoneId zone) {
    var line = new StringBuilder("From ");
    if (sender.isEmpty()) {
      line.append("MAILER-DAEMON");
    }
    for (int i = 0; i < Math.min(sender.length(), LONGEST_SENDER); i++) {
      char c = sender.charAt(i);
      line.append(c > ' ' && c < 0x7F ? c : '-');
    }
    var at = printable(date, zone);
    int day = at.getDayOfWeek().getValue() - 1;
    line.append(' ').append(DAYS, 3 * day, 3 * day + 3);
    int month = at.getMonthValue() - 1;
    line.append(' ').append(MONTHS, 3 * month, 3 * month + 3);
    line.append(' ').append(at.getDayOfMonth() < 10 ? " " : "").append(at.getDayOfMonth());
    twoDigits(line.append(' '), at.getHour());
    twoDigits(line.append(':'), at.getMinute());
    twoDigits(line.append(':'), at.getSecond());
    line.append(' ').append(at.getYear()).append('\n');
    return line.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /// Brings a date into the years that the form can tell, 1970 to 9999.
  private static ZonedDateTime printable(Instant date, ZoneId zone) {
    var at = date.atZone(zone);
    if (at.getYear() < 1970) {
      return ZonedDateTime.of(1970, 1, 1, 0, 0, 0, 0, zone);
    }
    return at.getYear() > 9999 ? ZonedDateTime.of(9999, 12, 31, 23, 59, 59, 0, zone) : at;
  }

  private static void twoDigits(StringBuilder out, int value) {
    out.append((char) ('0' + value / 10)).append((char) ('0' + value % 10));
  }

  private static boolean isBlank(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  private static boolean isLetter(byte octet) {
    int lower = octet | 0x20;
    return lower >= 'a' && lower <= 'z';
  }

  private static boolean isDigit(byte octet) {
    return octet >= '0' && octet <= '9';
  }

  /// The pass over one line. `at` only moves forward while a date is tried, and a date is tried at
  /// each word that does not begin inside quotes.
  private static final class Parser {
    private static final int NO_ZONE = Integer.MIN_VALUE;

    private final byte[] line;
    private final int end;
    private final ZoneId zone;
    private final boolean whole;
    private int at;
    private boolean strict;
    private int year;
    private int month;
    private int day;
    private int secondOfDay;
    private int offset;

    Parser(byte[] line, int end, boolean whole, ZoneId zone) {
      this.line = line;
      this.end = end;
      this.whole = whole;
      this.zone = zone;
    }

    FromLine parse() {
      boolean quotes = true;
      boolean wordBegins = true;
      int senderWords = 0;
      for (int i = PREFIX; i < end; i++) {
        byte octet = line[i];
        if (isBlank(octet)) {
          wordBegins = true;
          continue;
        }
        if (wordBegins) {
          wordBegins = false;
          if (dateAt(i)) {
            var form = strict ? DateForm.STRICT : DateForm.LENIENT;
            return new FromLine(form, seconds(), senderWords > 1);
          }
          senderWords++;
        }
        if (octet == '"' && quotes) {
          int closing = closingQuote(i);
          quotes = closing > 0;
          i = quotes ? closing : i;
        }
      }
      return new FromLine(DateForm.NONE, 0, senderWords > 1);
    }

    /// Where the quoted text that begins here ends; 0 if it does not.
    private int closingQuote(int opening) {
      for (int i = opening + 1; i < end; i++) {
        if (line[i] == '"') {
          return i;
        }
        if (line[i] == '\\') {
          i++;
        }
      }
      return 0;
    }

    private boolean dateAt(int start) {
      at = start;
      strict = whole;
      offset = NO_ZONE;
      if (!weekday() || !blanks(1)) {
        return false;
      }
      if (at < end && isDigit(line[at])) {
        strict = false;
        return day()
            && blanks(1)
            && month()
            && blanks(1)
            && year()
            && blanks(1)
            && time()
            && zoneBehind();
      }
      return month()
          && dayBehindMonth()
          && blanks(1)
          && time()
          && blanks(1)
          && zonesBefore()
          && year()
          && zoneBehind()
          && remoteFrom();
    }

    /// Any two to nine letters, as other languages have other names; a comma may follow.
    private boolean weekday() {
      int start = at;
      while (at < end && at - start < 10 && (isLetter(line[at]) || line[at] < 0)) {
        at++;
      }
      if (at - start < 2 || at - start > 9) {
        return false;
      }
      strict &= at - start == 3 && indexOfName(DAYS, start) >= 0;
      if (at < end && line[at] == ',') {
        at++;
        strict = false;
      }
      return true;
    }

    private boolean month() {
      int index = at + 3 <= end ? indexOfName(MONTHS, at) : -1;
      at += 3;
      month = index + 1;
      return index >= 0;
    }

    private int indexOfName(String names, int start) {
      for (int i = 0; i < names.length(); i += 3) {
        if ((line[start] | 0x20) == (names.charAt(i) | 0x20)
            && (line[start + 1] | 0x20) == names.charAt(i + 1)
            && (line[start + 2] | 0x20) == names.charAt(i + 2)) {
          return i / 3;
        }
      }
      return -1;
    }

    /// The strict form gives the day two columns: a digit alone has a second space before it.
    private boolean dayBehindMonth() {
      int start = at;
      if (!blanks(at + 1 < end && line[at + 1] == ' ' ? 2 : 1) || !day()) {
        return false;
      }
      strict &= at - start == 3;
      return true;
    }

    private boolean day() {
      day = number(1, 2);
      return day >= 1 && day <= 31;
    }

    private boolean time() {
      int start = at;
      int hour = number(1, 2);
      if (hour < 0 || hour > 23 || !colon()) {
        return false;
      }
      int minute = number(2, 2);
      if (minute < 0 || minute > 59) {
        return false;
      }
      int second = 0;
      if (colon()) {
        second = number(2, 2);
        if (second < 0 || second > 60) {
          return false;
        }
      }
      strict &= at - start == 8;
      secondOfDay = (hour * 60 + minute) * 60 + second;
      return true;
    }

    private boolean colon() {
      boolean here = at < end && line[at] == ':';
      at += here ? 1 : 0;
      return here;
    }

    private boolean year() {
      int start = at;
      int value = number(2, 4);
      year =
          switch (at - start) {
            case 2 -> value + (value < 70 ? 2000 : 1900);
            case 4 -> value;
            default -> 0;
          };
      strict &= at - start == 4;
      return year >= 1970 && (at == end || isBlank(line[at]));
    }

    /// A number with so many digits, or -1.
    private int number(int least, int most) {
      int start = at;
      int value = 0;
      while (at < end && isDigit(line[at]) && at - start < most) {
        value = 10 * value + line[at++] - '0';
      }
      boolean tooLong = at < end && isDigit(line[at]);
      return at - start < least || tooLong ? -1 : value;
    }

    /// One blank or more; the strict form wants exactly so many spaces.
    private boolean blanks(int wanted) {
      int start = at;
      boolean tab = false;
      while (at < end && isBlank(line[at])) {
        tab |= line[at++] == '\t';
      }
      strict &= at - start == wanted && !tab;
      return at > start;
    }

    /// Up to two words of letters, or one number with a sign, between time and year.
    private boolean zonesBefore() {
      int words = 0;
      for (; words < 2 && at < end && isLetter(line[at]); words++) {
        int start = at;
        while (at < end && isLetter(line[at])) {
          at++;
        }
        strict &= words == 0 && at - start <= 5;
        if (words == 0) {
          offset = named(start, at);
        } else {
          boolean summer = offset != NO_ZONE && "dst".equals(lower(start, at));
          offset = summer ? offset + 3600 : offset;
        }
        if (!blanks(1)) {
          return false;
        }
      }
      if (at == end || !isSign(line[at])) {
        return true;
      }
      strict &= words == 0;
      return numericZone() && blanks(1);
    }

    /// A zone behind the year counts more than one before it.
    private boolean zoneBehind() {
      int start = at;
      boolean strictSoFar = strict;
      if (blanks(1) && at < end) {
        if (isSign(line[at]) && numericZone()) {
          return true;
        }
        int word = at;
        while (at < end && isLetter(line[at])) {
          at++;
        }
        int named = named(word, at);
        if (named != NO_ZONE) {
          offset = named;
          return true;
        }
      }
      at = start;
      strict = strictSoFar;
      return true;
    }

    private boolean numericZone() {
      int start = at;
      int sign = line[at++] == '-' ? -1 : 1;
      int value = number(4, 4);
      if (value < 0 || value / 100 > 23 || value % 100 > 59 || (at < end && !isBlank(line[at]))) {
        at = start;
        return false;
      }
      // RFC 5322, section 3.3: -0000 says that the zone is not known.
      offset = value == 0 && sign < 0 ? NO_ZONE : sign * (value / 100 * 60 + value % 100) * 60;
      return true;
    }

    /// Whatever else stands there is ignored; the strict form knows only ` remote from host`.
    private boolean remoteFrom() {
      if (at == end || !strict) {
        return true;
      }
      int words = 0;
      for (int i = at; i < end; i++) {
        words += line[i] == ' ' ? 1 : 0;
      }
      String tail = lower(at, Math.min(end, at + 13));
      strict = words == 3 && tail.equals(" remote from ") && end - at > 13;
      return true;
    }

    private static boolean isSign(byte octet) {
      return octet == '+' || octet == '-';
    }

    private String lower(int from, int to) {
      var text = new StringBuilder(to - from);
      for (int i = from; i < to; i++) {
        text.append((char) (isLetter(line[i]) ? line[i] | 0x20 : line[i] & 0xFF));
      }
      return text.toString();
    }

    /// Seconds east of Greenwich; [#NO_ZONE] for a name that nobody agreed on.
    private int named(int from, int to) {
      if (to - from < 2 || to - from > 4) {
        return NO_ZONE;
      }
      return switch (lower(from, to)) {
        case "ut", "utc", "gmt", "wet" -> 0;
        case "bst", "cet", "met" -> 3600;
        case "cest", "eet" -> 2 * 3600;
        case "eest" -> 3 * 3600;
        case "jst" -> 9 * 3600;
        case "edt" -> -4 * 3600;
        case "est", "cdt" -> -5 * 3600;
        case "cst", "mdt" -> -6 * 3600;
        case "mst", "pdt" -> -7 * 3600;
        case "pst" -> -8 * 3600;
        default -> NO_ZONE;
      };
    }

    /// A day beyond the end of its month counts on into the next one.
    private long seconds() {
      long local =
          LocalDate.of(year, month, 1).plusDays(day - 1L).toEpochDay() * 86_400 + secondOfDay;
      if (offset != NO_ZONE) {
        return local - offset;
      }
      var asRead = LocalDateTime.ofEpochSecond(local, 0, ZoneOffset.UTC);
      return local - zone.getRules().getOffset(asRead).getTotalSeconds();
    }
  }
}
