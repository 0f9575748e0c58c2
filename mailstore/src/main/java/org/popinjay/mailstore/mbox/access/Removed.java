package org.popinjay.mailstore.mbox.access;

/// What a removal came to.
///
/// @param removed rows that are gone because of it
/// @param octets their size on the wire
/// @param uncertain messages that were to go and could not be told from others
public record Removed(int removed, long octets, int uncertain) {
  /// There was nothing to remove.
  public static final Removed NOTHING = new Removed(0, 0, 0);
}
