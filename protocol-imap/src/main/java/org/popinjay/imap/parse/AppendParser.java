package org.popinjay.imap.parse;

import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.AppendMessage;
import org.popinjay.imap.command.Capability;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.parse.FlagLists.Recent;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.InternalDate;

/// APPEND up to the first message, and what stands between messages (RFC 9051, section 6.3.12; RFC
/// 3502, section 6.3.11; RFC 3516, section 4.4).
final class AppendParser {
  private AppendParser() {}

  /// `append = "APPEND" SP mailbox 1*append-message`.
  ///
  /// @param source null where the frame holds no message
  static @Nullable ImapCommand parse(ImapLexer in, @Nullable MessageIntake source) {
    in.gap();
    var mailbox = Mailboxes.name(in);
    in.gap();
    var head = head(in);
    if (source == null) {
      in.expected("a message");
    }
    return in.fault() != null || source == null
        ? null
        : new ImapCommand.Append(
            mailbox,
            source.messages(
                head, in.grammar().has(Capability.MULTIAPPEND), in.grammar().obsolete()));
  }

  /// `append-message = [SP flag-list] [SP date-time] SP append-data`, without the first space and
  /// up to the mark of the literal.
  static AppendMessage head(ImapLexer in) {
    var flags = Flags.NONE;
    @Nullable InternalDate date = null;
    if (in.at('(')) {
      flags = FlagLists.list(in, Recent.IGNORED);
      in.gap();
    }
    if (in.at('"')) {
      date = Dates.dateTime(in);
      in.gap();
    }
    boolean binary = in.take('~');
    return new AppendMessage(flags, date, in.lastMark(), binary);
  }
}
