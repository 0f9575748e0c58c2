package org.popinjay.mailstore;

/// The system flags of a message (RFC 9051, section 2.3.2), each with its bit in a [FlagSet].
public enum Flag {
  /// Has been read.
  SEEN(1),
  /// Has been answered.
  ANSWERED(1 << 1),
  /// Marked for attention.
  FLAGGED(1 << 2),
  /// Not finished.
  DRAFT(1 << 3),
  /// Marked for removal by EXPUNGE.
  DELETED(1 << 4);

  private final int bit;

  Flag(int bit) {
    this.bit = bit;
  }

  /// The bit of this flag.
  public int bit() {
    return bit;
  }
}
