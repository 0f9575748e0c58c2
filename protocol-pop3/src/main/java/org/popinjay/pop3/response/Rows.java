package org.popinjay.pop3.response;

/// The lines of a listing, printed one by one when there is room for them.
public interface Rows {

  /// Room that the longest row needs mostly, with its line end, in octets.
  int ROW_OCTETS_MAX = 128;

  /// Room that the longest of these rows needs, with its line end, in octets.
  default int longest() {
    return ROW_OCTETS_MAX;
  }

  /// Prints the next row with its line end.
  ///
  /// @param into has room for [#longest] octets at `at`
  /// @return where the row ended, or `at` when there are no more rows
  int next(byte[] into, int at);
}
