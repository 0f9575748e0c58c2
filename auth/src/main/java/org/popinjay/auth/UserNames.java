package org.popinjay.auth;

import java.util.Optional;

/// Which names a user may have.
///
/// A name stands in paths of spools, in logs and in limits. So it is judged once, here, and holds
/// nothing that a path, a shell or a template could understand: 1 to 128 of `A-Z a-z 0-9 . _ @ +
/// -`, no leading dot or hyphen, no two dots in a row, and not the suffix of a lock file or of an
/// old maildrop.
public final class UserNames {
  /// Longest name in octets, all of them ASCII.
  public static final int LONGEST = 128;

  private UserNames() {}

  /// The one form of a name under which it is used; empty for a name that nobody can have.
  public static Optional<String> normalize(String name) {
    return isAllowed(name) ? Optional.of(name) : Optional.empty();
  }

  private static boolean isAllowed(String name) {
    if (name.isEmpty() || name.length() > LONGEST) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (!isAllowed(name.charAt(i))) {
        return false;
      }
    }
    return name.charAt(0) != '.'
        && name.charAt(0) != '-'
        && !name.contains("..")
        && !endsWith(name, ".lock")
        && !endsWith(name, ".pop");
  }

  private static boolean isAllowed(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '@'
        || c == '+'
        || c == '-';
  }

  private static boolean endsWith(String name, String suffix) {
    int at = name.length() - suffix.length();
    return at >= 0 && name.regionMatches(true, at, suffix, 0, suffix.length());
  }
}
