package org.popinjay.imap.parse;

import org.popinjay.imap.command.AppendMessage;
import org.popinjay.imap.command.IncomingMessages;

/// Where the messages of an APPEND come from.
public interface MessageIntake {

  /// The messages, now that it is known what was said of the first one.
  ///
  /// @param several whether there may be more than one (RFC 3502)
  /// @param obsolete whether dates may have their forms of old
  IncomingMessages messages(AppendMessage first, boolean several, boolean obsolete);

  /// Has the literal and the rest of the command thrown away, and waits for its end if it comes
  /// unasked. Not on the event loop.
  ///
  /// @return false where that is more than is worth waiting for; nothing more is read then, and the
  ///   last words are `BYE` (RFC 7888, section 4)
  boolean refuse();
}
