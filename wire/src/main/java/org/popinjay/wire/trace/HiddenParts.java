package org.popinjay.wire.trace;

import java.util.Arrays;

/// Which octets of a buffer are text of messages.
public final class HiddenParts {
  private int[] borders = new int[4];
  private int count;

  /// Marks a part, which may not begin ahead of the end of the last one.
  ///
  /// @param to behind its last octet
  public void add(int from, int to) {
    if (count > 0 && borders[count - 1] == from) {
      borders[count - 1] = to;
      return;
    }
    if (count == borders.length) {
      borders = Arrays.copyOf(borders, 2 * count);
    }
    borders[count++] = from;
    borders[count++] = to;
  }

  /// How many parts there are.
  int parts() {
    return count / 2;
  }

  int from(int part) {
    return borders[2 * part];
  }

  int to(int part) {
    return borders[2 * part + 1];
  }
}
