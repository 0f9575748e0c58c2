package org.popinjay.mailstore;

/// A message's unique identifier inside one mailbox and one UIDVALIDITY.
///
/// RFC 9051, section 2.3.1.1: ascending, never reused, 1..2^32-1. Kept in an `int` and read as
/// unsigned, because a view of a million messages holds a million of them.
public record Uid(int bits) implements Comparable<Uid> {

  /// Rejects zero, the one value that no message may have.
  public Uid {
    if (bits == 0) {
      throw new IllegalArgumentException("uid 0");
    }
  }

  /// The value as a positive number, for arithmetic and printing.
  public long value() {
    return Integer.toUnsignedLong(bits);
  }

  @Override
  public int compareTo(Uid other) {
    return Integer.compareUnsigned(bits, other.bits);
  }

  @Override
  public String toString() {
    return Long.toString(value());
  }
}
