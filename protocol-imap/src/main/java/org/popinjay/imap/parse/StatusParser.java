package org.popinjay.imap.parse;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.popinjay.imap.command.Capability;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.StatusItem;

/// STATUS, and the items of it that LIST takes too (RFC 9051, section 6.3.11; RFC 5819, section 2).
final class StatusParser {
  private StatusParser() {}

  /// `status = "STATUS" SP mailbox SP "(" status-att *(SP status-att) ")"`.
  static ImapCommand parse(ImapLexer in) {
    in.gap();
    var mailbox = Mailboxes.name(in);
    in.gap();
    return new ImapCommand.Status(mailbox, items(in));
  }

  static Set<StatusItem> items(ImapLexer in) {
    var items = new LinkedHashSet<StatusItem>();
    in.need('(');
    do {
      items.add(item(in));
    } while (in.take(' '));
    in.need(')');
    return Collections.unmodifiableSet(items);
  }

  private static StatusItem item(ImapLexer in) {
    return switch (in.word()) {
      case "MESSAGES" -> StatusItem.MESSAGES;
      case "RECENT" -> StatusItem.RECENT;
      case "UIDNEXT" -> StatusItem.UIDNEXT;
      case "UIDVALIDITY" -> StatusItem.UIDVALIDITY;
      case "UNSEEN" -> StatusItem.UNSEEN;
      case "DELETED" -> StatusItem.DELETED;
      case "SIZE" -> of(in, Capability.STATUS_SIZE, StatusItem.SIZE);
      case "HIGHESTMODSEQ" -> of(in, Capability.CONDSTORE, StatusItem.HIGHESTMODSEQ);
      case "APPENDLIMIT" -> of(in, Capability.APPENDLIMIT, StatusItem.APPENDLIMIT);
      default -> {
        in.refuse("unknown item");
        yield StatusItem.MESSAGES;
      }
    };
  }

  private static StatusItem of(ImapLexer in, Capability capability, StatusItem item) {
    in.belongsTo(capability);
    return item;
  }
}
