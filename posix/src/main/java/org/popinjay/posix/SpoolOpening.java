package org.popinjay.posix;

/// What an attempt to open a spool came to.
public sealed interface SpoolOpening {

  /// The spool is open and was found in order; the caller closes the descriptor.
  ///
  /// @param writable whether it is open for writing too; if not, its owner may only read it
  record Opened(int descriptor, FileStat stat, boolean writable) implements SpoolOpening {}

  /// There is no such file: an empty mailbox.
  record Missing() implements SpoolOpening {}

  /// Something is there that must not be used.
  ///
  /// @param reason for the operator's log, with path and stat data; never for a client
  record Refused(String reason) implements SpoolOpening {}
}
