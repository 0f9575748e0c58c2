package org.popinjay.mailstore.mbox;

import java.util.ArrayList;
import java.util.List;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.mbox.MessageTable.Bits;

/// The fields in which mail programs keep what they know of a message: `Status`, `X-Status`,
/// `X-Keywords`, `X-UID`. Reads and prints them.
///
/// What is not well-formed means nothing. Whether what is well-formed may be believed, or is the
/// word of a sender, is not known here.
public final class StatusHeaders {
  private static final int LONGEST_LETTERS = 32;

  private StatusHeaders() {}

  /// Bits of a `Status` value ([Bits#FLAGS] and [Bits#OLD]).
  static int statusBits(String value) {
    return isLetters(value)
        ? bit(value, 'R', Flag.SEEN) | (value.indexOf('O') >= 0 ? Bits.OLD : 0)
        : 0;
  }

  /// Bits of an `X-Status` value ([Bits#FLAGS]).
  static int xStatusBits(String value) {
    return isLetters(value)
        ? bit(value, 'A', Flag.ANSWERED)
            | bit(value, 'F', Flag.FLAGGED)
            | bit(value, 'T', Flag.DRAFT)
            | bit(value, 'D', Flag.DELETED)
        : 0;
  }

  private static int bit(String letters, char letter, Flag flag) {
    return letters.indexOf(letter) >= 0 ? flag.bit() << Bits.FLAGS_SHIFT : 0;
  }

  private static boolean isLetters(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < 'A' || c > 'Z') {
        return false;
      }
    }
    return value.length() <= LONGEST_LETTERS;
  }

  /// The bits of a UID that an `X-UID` value holds, or 0.
  static int uid(String value) {
    long number = number(value);
    return number >= 1 && number <= 0xFFFF_FFFFL ? (int) number : 0;
  }

  /// A number of one to twelve digits, or -1.
  static long number(String digits) {
    if (digits.isEmpty() || digits.length() > 12) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = 10 * number + c - '0';
    }
    return number;
  }

  /// Words with blanks between them, so many and one more at most.
  static List<String> words(String value, int most) {
    var words = new ArrayList<String>();
    int at = 0;
    while (at < value.length() && words.size() <= most) {
      int start = at;
      while (at < value.length() && !isBlank(value.charAt(at))) {
        at++;
      }
      if (at > start) {
        words.add(value.substring(start, at));
      }
      at++;
    }
    return words;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
