package org.popinjay.mailstore.search;

/// Counts what a search is made of while it is being built, so that a tree that was built can be
/// walked without fear. Each method tells whether the search is still within its limits; one that
/// is not must be given up. Used by one thread.
public final class SearchLimits {
  /// Keys that may stand inside each other: NOT, OR, parentheses.
  public static final int MAX_DEPTH = 32;

  /// Keys in all.
  public static final int MAX_KEYS = 1_000;

  /// Characters of all needles.
  public static final int MAX_NEEDLE_CHARS = 64 << 10;

  private int depth;
  private int keys;
  private int needleChars;

  /// Goes into a key that holds others.
  public boolean enter() {
    return ++depth <= MAX_DEPTH && key();
  }

  /// Comes out of it again.
  public void leave() {
    depth--;
  }

  /// Takes in a key.
  public boolean key() {
    return ++keys <= MAX_KEYS;
  }

  /// Takes in a key with a text to look for.
  public boolean key(String needle) {
    needleChars += Math.min(needle.length(), MAX_NEEDLE_CHARS + 1 - needleChars);
    return key() && needleChars <= MAX_NEEDLE_CHARS;
  }
}
