package org.popinjay.pop3.command;

/// What became of one line from a client. A mistyped command is ordinary, so it is a value and not
/// an exception.
public sealed interface ParseResult {

  /// The line was a command.
  record Parsed(Pop3Command command) implements ParseResult {}

  /// The line was not.
  ///
  /// @param reason the text of the answer; repeats nothing of the line
  record Rejected(String reason) implements ParseResult {}

  /// The line is longer than is read.
  ///
  /// @param endless whether nothing more is read from the client
  record TooLong(boolean endless) implements ParseResult {}

  /// The line is the beginning of another protocol's request, as a browser tricked by a web page
  /// would send it.
  record Foreign() implements ParseResult {}

  /// After this line nothing more is read from the client.
  ///
  /// @param reason the text of the last answer, or empty where none is due
  record Fatal(String reason) implements ParseResult {}
}
