package org.popinjay.imap.parse;

import org.jspecify.annotations.Nullable;

/// The mark at the end of a line that octets follow (RFC 9051, section 4.3; RFC 7888, section 3).
///
/// @param octets how many follow
/// @param unasked whether they come without leave: `{n+}`
public record LiteralMark(long octets, boolean unasked) {
  /// Longest mark with its line end: braces, nineteen digits, `+`, CRLF.
  public static final int OCTETS_MAX = 24;

  /// The mark that a line ends with, or null. A number that is greater than any allowed makes one
  /// all the same if it is unasked, since what follows it will come.
  ///
  /// @param from start of the line
  /// @param end behind its LF
  public static @Nullable LiteralMark at(byte[] line, int from, int end) {
    int at = end - 1;
    if (at > from && line[at - 1] == '\r') {
      at--;
    }
    if (--at < from || line[at] != '}') {
      return null;
    }
    boolean unasked = --at >= from && line[at] == '+';
    if (unasked) {
      at--;
    }
    int last = at;
    while (at >= from && line[at] >= '0' && line[at] <= '9') {
      at--;
    }
    if (at == last || at < from || line[at] != '{') {
      return null;
    }
    long octets = 0;
    for (int digit = at + 1; digit <= last; digit++) {
      int value = line[digit] - '0';
      if (octets > (Long.MAX_VALUE - value) / 10) {
        return unasked ? new LiteralMark(Long.MAX_VALUE, true) : null;
      }
      octets = octets * 10 + value;
    }
    return new LiteralMark(octets, unasked);
  }
}
