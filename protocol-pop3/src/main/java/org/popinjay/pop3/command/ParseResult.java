package org.popinjay.pop3.command;

/// What became of one line from a client. A mistyped command is ordinary, so it is a value and not
/// an exception.
public sealed interface ParseResult {

  /// The line was a command.
  record Parsed(Pop3Command command) implements ParseResult {}

  /// The line was not.
  ///
  /// @param fault what was wrong, for the servers of old that told it by the count of arguments
  /// @param reason what was wrong, in our own words; repeats nothing of the line
  /// @param word the first word of the line, as sent and at most 64 octets of it
  record Rejected(Fault fault, String reason, String word) implements ParseResult {}

  /// What was wrong with a line.
  enum Fault {
    /// Its first word is no command.
    UNKNOWN,
    /// The command takes more arguments.
    TOO_FEW,
    /// The command takes fewer arguments.
    TOO_MANY,
    /// An argument is not what it should be.
    MALFORMED
  }

  /// The line is longer than is read.
  ///
  /// @param endless whether nothing more is read from the client
  record TooLong(boolean endless) implements ParseResult {}

  /// The line is the beginning of another protocol's request, as a browser tricked by a web page
  /// would send it.
  ///
  /// @param line what it is to a client that has spoken POP3 before
  record Foreign(Rejected line) implements ParseResult {}

  /// It is no line but a piece of a message that the client sends.
  record Mail(Secret octets, Progress progress) implements ParseResult {}

  /// How far a message has come.
  enum Progress {
    /// More is to come.
    MORE,
    /// This was the last of it.
    COMPLETE,
    /// It has come to its end and is longer than is taken.
    EXCESSIVE,
    /// It is so long that nothing more is read from the client.
    ENDLESS
  }

  /// The client began a handshake of TLS in place of a line.
  record Encrypted() implements ParseResult {}

  /// After this line nothing more is read from the client.
  ///
  /// @param reason the text of the last answer, or empty where none is due
  record Fatal(String reason) implements ParseResult {}
}
