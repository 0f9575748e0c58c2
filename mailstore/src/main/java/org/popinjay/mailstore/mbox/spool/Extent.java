package org.popinjay.mailstore.mbox.spool;

/// Where a message lies in a spool.
///
/// @param version of the picture that this is true for
/// @param headerStart offset behind the From_ line
/// @param headerOctets stored header block with its blank line
/// @param contentEnd offset behind the last octet of the message, before the separator
/// @param wireOctets size of its presentation
/// @param bits `MessageTable.Bits`
public record Extent(
    long version, long headerStart, int headerOctets, long contentEnd, long wireOctets, int bits) {

  /// Stands for a version where a message lies in a `GhostSpill`.
  public static final long SPILLED = -1;

  /// Whether it lies in a `GhostSpill` and not in the spool.
  public boolean isSpilled() {
    return version == SPILLED;
  }
}
