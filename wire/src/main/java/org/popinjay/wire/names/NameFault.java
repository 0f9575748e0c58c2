package org.popinjay.wire.names;

/// Why the name of a client is not known.
public enum NameFault {
  /// Its address has none.
  NO_NAME,
  /// Its name does not lead back to its address.
  MISMATCH,
  /// No answer came in time.
  TIMEOUT
}
