package org.popinjay.imap.parse;

import java.nio.ByteBuffer;
import java.util.Set;
import org.popinjay.config.ImapCommandLimits;
import org.popinjay.imap.command.AppendMessage;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.wire.SessionEvents.Limit;

/// What stands between two messages of an APPEND (RFC 3502, section 6.3.11), read.
public sealed interface MessageHead {

  /// Another message follows.
  record Read(AppendMessage head) implements MessageHead {}

  /// That is nothing that may stand there.
  ///
  /// @param reason the text of the answer
  record Unreadable(String reason) implements MessageHead {}

  /// There is more in it than is read.
  ///
  /// @param reason the text of the answer
  record BeyondLimit(Limit limit, String reason) implements MessageHead {}

  /// Reads it, from the octet behind a message to the mark of the next one.
  ///
  /// @param obsolete whether dates may have their forms of old
  static MessageHead read(ByteBuffer octets, boolean obsolete, ImapCommandLimits limits) {
    var copy = new byte[octets.remaining()];
    octets.get(0, copy);
    var in =
        new ImapLexer(
            copy,
            new Grammar(ImapDialect.REV1, Set.of(), obsolete, false, limits, limits.nesting()));
    in.gap();
    var head = AppendParser.head(in);
    var fault = in.fault();
    if (fault == null) {
      return new Read(head);
    }
    var beyond = in.beyond();
    var reason = fault + " behind a message";
    return beyond == null ? new Unreadable(reason) : new BeyondLimit(beyond, reason);
  }

  /// Whether nothing but spaces stands between the last message and the end of the line.
  static boolean isBlank(ByteBuffer octets) {
    for (int at = 0; at < octets.limit(); at++) {
      if (octets.get(at) != ' ') {
        return false;
      }
    }
    return true;
  }
}
