package org.popinjay.mailstore;

import java.util.Locale;

/// A flag that a client made up (RFC 9051, section 2.3.2), such as `$Forwarded`.
///
/// Two keywords that differ only in the case of ASCII letters are one; the spelling that came first
/// is kept.
///
/// @param name 1 to 100 ASCII characters of an IMAP atom, no `\` in front
public record Keyword(String name) implements Comparable<Keyword> {
  /// Longest name in characters.
  public static final int MAX_LENGTH = 100;

  /// Checks the name.
  public Keyword {
    if (!isValid(name)) {
      throw new IllegalArgumentException("keyword of " + name.length() + " characters");
    }
  }

  /// Whether a text can be the name of a keyword.
  public static boolean isValid(String name) {
    return !name.isEmpty()
        && name.length() <= MAX_LENGTH
        && name.chars().allMatch(c -> c > ' ' && c < 0x7F && "(){%*\"\\]".indexOf(c) < 0);
  }

  private String folded() {
    return name.toLowerCase(Locale.ROOT);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Keyword(String that) && name.equalsIgnoreCase(that);
  }

  @Override
  public int hashCode() {
    return folded().hashCode();
  }

  @Override
  public int compareTo(Keyword other) {
    return folded().compareTo(other.folded());
  }

  @Override
  public String toString() {
    return name;
  }
}
