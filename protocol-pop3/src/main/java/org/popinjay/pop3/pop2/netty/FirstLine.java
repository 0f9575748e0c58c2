package org.popinjay.pop3.pop2.netty;

import org.popinjay.pop3.command.ParseResult;
import org.popinjay.pop3.pop2.command.Pop2Input;

/// What the first line says where POP2 or POP3 may be spoken. No word is a command of both that may
/// come first, but for QUIT.
sealed interface FirstLine {

  /// It is one of POP2.
  record Pop2(Pop2Input input) implements FirstLine {}

  /// It is one of POP3.
  record Pop3(ParseResult input) implements FirstLine {}

  /// It says goodbye in either.
  record Quit() implements FirstLine {}

  /// It is one of neither.
  record Neither() implements FirstLine {}

  /// It is longer than is read.
  record TooLong() implements FirstLine {}

  /// It is the beginning of a TLS handshake.
  record Encrypted() implements FirstLine {}
}
