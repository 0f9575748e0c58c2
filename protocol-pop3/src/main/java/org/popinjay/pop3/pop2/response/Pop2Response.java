package org.popinjay.pop3.pop2.response;

import org.popinjay.pop3.response.Pop3Response.Err;

/// An answer to one command (RFC 937). Its first octet says what it is; the rest is for people.
public sealed interface Pop2Response {

  /// An answer of one line.
  ///
  /// Texts are printable US-ASCII, and so short that the line has at most 512 octets.
  sealed interface Line extends Pop2Response {}

  /// `+ text`: the greeting and the farewell.
  record Plus(String text) implements Line {}

  /// `- text`: an error; the connection is closed behind it.
  record Minus(String text) implements Line {
    /// An error that POP3 has words for, with its code.
    public static Minus of(Err err) {
      var code = err.code();
      return new Minus(code == null ? err.text() : "[" + code.word() + "] " + err.text());
    }
  }

  /// `#n text`: how many messages a mailbox has.
  record Count(int messages, String text) implements Line {}

  /// `=n text`: how many octets a message has.
  record Length(long octets, String text) implements Line {}

  /// The text of a message, and nothing else: neither a first line nor a terminator. Whoever sends
  /// it closes it.
  record Text(WrappedText text) implements Pop2Response {}
}
