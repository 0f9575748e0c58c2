package org.popinjay.mailstore.board;

/// Names of boards: those of files without `.mbox`.
public final class BoardNames {
  /// Longest name in octets.
  static final int LONGEST = 64;

  private static final String FILE = ".mbox";
  private static final String NOTES = ".info";

  private BoardNames() {}

  /// Whether a board may have this name: it is one step of a path, and one word in every protocol.
  public static boolean isAllowed(String name) {
    return !name.isEmpty()
        && name.length() <= LONGEST
        && name.charAt(0) != '.'
        && name.chars()
            .allMatch(c ->
                (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "._+-".indexOf(c) >= 0);
  }

  /// Whether a file is meant to be a board.
  static boolean isBoard(String file) {
    return file.endsWith(FILE) && !file.startsWith(".");
  }

  /// The name of the board that a file is.
  static String ofFile(String file) {
    return file.substring(0, file.length() - FILE.length());
  }

  /// The file of a board.
  public static String file(String name) {
    return name + FILE;
  }

  /// The file with what is said of a board.
  static String notes(String name) {
    return name + NOTES;
  }
}
