package org.popinjay.mailstore.dovecot;

/// A place in the files of a log, as one number that grows.
final class Position {
  private Position() {}

  /// @param sequence number of the file
  /// @param offset in it
  static long of(long sequence, long offset) {
    return ((sequence & 0x7FFF_FFFFL) << 32) | offset;
  }
}
