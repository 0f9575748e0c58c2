package org.popinjay.mailstore.bulletin;

/// Which bulletin a user had last, as it is kept.
public sealed interface LastBulletin {

  /// All up to this number.
  record Counted(int number) implements LastBulletin {}

  /// Another server kept it, where we do not: all up to this number.
  record Inherited(int number) implements LastBulletin {}

  /// Nothing is kept: the user was never here.
  record Unknown() implements LastBulletin {}

  /// What is kept is no number.
  record Garbled(String detail) implements LastBulletin {}

  /// It may not be looked at: a link, somebody else's file, no home.
  record Refused(String detail) implements LastBulletin {}

  /// Reads what a file says: decimal digits, a line end perhaps, blanks around them. The same file
  /// that qpopper reads with atoi(3) and writes with `%d\n`.
  ///
  /// @param text at most as much of the file as is worth looking at
  public static LastBulletin parse(String text) {
    var digits = text.strip();
    long number = digits.isEmpty() ? -1 : 0;
    for (int i = 0; i < digits.length() && number >= 0; i++) {
      char c = digits.charAt(i);
      number = c < '0' || c > '9' ? -1 : 10 * number + c - '0';
      if (number > Integer.MAX_VALUE) {
        number = -1;
      }
    }
    return number < 0
        ? new Garbled(digits.isEmpty() ? "is empty" : "holds no number")
        : new Counted((int) number);
  }

  /// What the file is to say.
  public static String print(int number) {
    return number + "\n";
  }
}
