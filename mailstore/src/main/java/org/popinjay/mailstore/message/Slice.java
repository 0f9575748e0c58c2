package org.popinjay.mailstore.message;

/// A run of octets of a message.
///
/// @param from offset of the first octet
/// @param to offset behind the last one
public record Slice(long from, long to) {

  /// Checks that it does not run backwards.
  public Slice {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("slice from " + from + " to " + to);
    }
  }

  /// How many octets it has.
  public long octets() {
    return to - from;
  }
}
