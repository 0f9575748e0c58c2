package org.popinjay.pop3.response;

/// The lines of a listing, printed one by one when there is room for them.
public interface Rows {

  /// Room that the longest row needs, with its line end, in octets.
  int ROW_OCTETS_MAX = 128;

  /// Prints the next row with its line end.
  ///
  /// @param into has room for [#ROW_OCTETS_MAX] octets at `at`
  /// @return where the row ended, or `at` when there are no more rows
  int next(byte[] into, int at);
}
