package org.popinjay.mailstore;

/// A mod-sequence: every change of a mailbox has one greater than all before (RFC 7162, section
/// 3.1).
///
/// @param value 0..2^63-1; 0 stands before every change
public record ModSeq(long value) implements Comparable<ModSeq> {
  /// Before every change.
  public static final ModSeq ZERO = new ModSeq(0);

  /// Checks the range.
  public ModSeq {
    if (value < 0) {
      throw new IllegalArgumentException("mod-sequence " + value);
    }
  }

  @Override
  public int compareTo(ModSeq other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
