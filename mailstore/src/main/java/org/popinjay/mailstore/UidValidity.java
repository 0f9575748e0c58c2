package org.popinjay.mailstore;

/// Tells one life of a mailbox from another: UIDs mean something only together with it (RFC 9051,
/// section 2.3.1.1).
///
/// @param value 1..2^32-1
public record UidValidity(long value) {
  /// Checks the range.
  public UidValidity {
    if (value < 1 || value > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException("uidvalidity " + value + " (expected 1..4294967295)");
    }
  }
}
