package org.popinjay.mailstore.search;

/// Counts what a search is made of while it is being built, so that a tree that was built can be
/// walked without fear. Each method tells whether the search is still within its limits; one that
/// is not must be given up. Used by one thread.
public final class SearchLimits {
  /// Characters of all needles.
  public static final int MAX_NEEDLE_CHARS = 64 << 10;

  private final int depthMax;
  private final int keysMax;
  private int depth;
  private int keys;
  private int needleChars;

  /// @param depthMax keys that may stand inside each other: NOT, OR, parentheses
  /// @param keysMax keys in all
  public SearchLimits(int depthMax, int keysMax) {
    this.depthMax = depthMax;
    this.keysMax = keysMax;
  }

  /// Goes into a key that holds others.
  public boolean enter() {
    return ++depth <= depthMax && key();
  }

  /// Comes out of it again.
  public void leave() {
    depth--;
  }

  /// Takes in a key.
  public boolean key() {
    return ++keys <= keysMax;
  }

  /// Takes in a key with a text to look for.
  public boolean key(String needle) {
    needleChars += Math.min(needle.length(), MAX_NEEDLE_CHARS + 1 - needleChars);
    return key() && needleChars <= MAX_NEEDLE_CHARS;
  }
}
