package org.popinjay.mailstore.search;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The day in a `Date:` field, in the zone that the field names (RFC 5322, sections 3.3 and 4.3).
///
/// The day is what stands there; time and zone are not looked at, as a broken one does not change
/// it. Comments, a missing or wrong name of the day, and years of two or three digits are
/// understood.
final class SentDate {
  private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

  private final String text;
  private int at;

  private SentDate(String text) {
    this.text = text;
  }

  /// The day, or null if the value has no valid one.
  ///
  /// @param value of the field, unfolded
  static @Nullable LocalDate day(String value) {
    return new SentDate(value).day();
  }

  private @Nullable LocalDate day() {
    skipBlanks();
    if (word().length() > 0) {
      skipBlanks();
      if (at < text.length() && text.charAt(at) == ',') {
        at++;
      }
      skipBlanks();
    }
    int day = number(2);
    skipBlanks();
    int month = month(word());
    skipBlanks();
    int yearAt = at;
    int year = number(4);
    if (day < 0 || month < 0 || year < 0) {
      return null;
    }
    try {
      return LocalDate.of(fullYear(year, at - yearAt), month, day);
    } catch (DateTimeException _) {
      return null;
    }
  }

  /// RFC 5322, section 4.3.
  private static int fullYear(int year, int digits) {
    return switch (digits) {
      case 2 -> year + (year < 50 ? 2000 : 1900);
      case 3 -> year + 1900;
      default -> year;
    };
  }

  private static int month(String name) {
    int index = name.length() == 3 ? MONTHS.indexOf(name.toLowerCase(Locale.ROOT)) : -1;
    return index >= 0 && index % 3 == 0 ? index / 3 + 1 : -1;
  }

  private String word() {
    int from = at;
    while (at < text.length() && isLetter(text.charAt(at))) {
      at++;
    }
    return text.substring(from, at);
  }

  /// A number of at most so many digits, or -1.
  private int number(int digits) {
    int from = at;
    int number = 0;
    while (at < text.length() && isDigit(text.charAt(at))) {
      number = at - from < digits ? number * 10 + text.charAt(at) - '0' : number;
      at++;
    }
    return at > from && at - from <= digits ? number : -1;
  }

  /// Skips white space and comments; a `-` between day, month and year is taken for a blank.
  private void skipBlanks() {
    int depth = 0;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '(') {
        depth++;
      } else if (c == ')' && depth > 0) {
        depth--;
      } else if (c == '\\' && depth > 0) {
        at++;
      } else if (depth == 0 && c != ' ' && c != '\t' && c != '-') {
        return;
      }
    }
    at = Math.min(at, text.length());
  }

  private static boolean isLetter(char c) {
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
