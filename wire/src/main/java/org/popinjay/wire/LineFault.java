package org.popinjay.wire;

/// What can be wrong with a line before anybody asks what it says.
public enum LineFault {
  /// Longer than allowed; it was swallowed up to its end and the next line can be read.
  TOO_LONG,
  /// Longer than is worth swallowing; nothing more is read from this connection.
  ENDLESS,
  /// A NUL or a CR without LF, which no command of any protocol here may hold (security of what
  /// reads the line next); nothing more is read from this connection.
  INVALID_OCTET,
  /// The first octet of the connection begins a handshake of TLS, for which there is another port
  /// or STLS; nothing more is read from this connection.
  TLS
}
