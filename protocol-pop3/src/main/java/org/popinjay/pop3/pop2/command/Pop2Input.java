package org.popinjay.pop3.pop2.command;

/// What became of one line from a POP2 client. Whatever is no command ends the session (RFC 937: if
/// anything goes wrong, the connection is closed).
public sealed interface Pop2Input {

  /// The line was a command.
  record Parsed(Pop2Command command) implements Pop2Input {}

  /// The line was not.
  ///
  /// @param reason the text of the answer; repeats nothing of the line
  record Rejected(String reason) implements Pop2Input {}

  /// The line is longer than is read.
  record TooLong() implements Pop2Input {}

  /// The client began a handshake of TLS in place of a line.
  record Encrypted() implements Pop2Input {}
}
