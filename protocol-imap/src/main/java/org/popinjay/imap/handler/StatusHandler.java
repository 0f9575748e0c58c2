package org.popinjay.imap.handler;

import java.util.Collection;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.StatusItem;
import org.popinjay.imap.response.ImapResponse;
import org.popinjay.imap.response.StatusValue;
import org.popinjay.imap.session.ImapOutput;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.imap.session.Outcome;
import org.popinjay.imap.session.UntaggedNews;
import org.popinjay.imap.session.UntaggedNews.Rule;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.Mailbox;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxStatus;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.StoreResult;

/// Answers STATUS (RFC 9051, section 6.3.11; RFC 8438; RFC 7162, section 3.1.7; RFC 7889).
final class StatusHandler {
  private final NameAliases names;
  private final long appendOctetsMax;

  StatusHandler(NameAliases names, long appendOctetsMax) {
    this.names = names;
    this.appendOctetsMax = appendOctetsMax;
  }

  /// Counts, and answers by the name that the client has. Of the mailbox that is open, news is told
  /// first, so that both agree.
  Outcome status(ImapSession session, ImapCommand.Status command, ImapOutput out) {
    var meant = names.read(session, command.mailbox());
    var refusal = meant.refusal();
    if (refusal != null) {
      return refusal;
    }
    if (!prepare(session, command.items(), out)) {
      return Outcome.CutOff.CUT_OFF;
    }
    var now = look(session, meant.name());
    var end = UntaggedNews.tell(session, out, isOpen(session, now) ? Rule.LOOK : Rule.ALL);
    if (end != null) {
      return end;
    }
    return switch (asSeen(session, now)) {
      case StoreResult.Done<MailboxStatus>(var status) ->
          out.send(response(session, command.mailbox(), command.items(), status))
              ? Outcome.ok("STATUS completed")
              : Outcome.CutOff.CUT_OFF;
      case StoreResult.Failed<MailboxStatus>(var failure) ->
          MailboxOpening.refused(session, meant.name(), failure);
    };
  }

  /// Makes ready for these items; false once nothing can be sent any more.
  boolean prepare(ImapSession session, Collection<StatusItem> items, ImapOutput out) {
    return !items.contains(StatusItem.HIGHESTMODSEQ) || session.enableCondstore(out);
  }

  /// Counts a mailbox: as the session sees it if it is open, else as it is.
  StoreResult<MailboxStatus> count(ImapSession session, MailboxName name) {
    return asSeen(session, look(session, name));
  }

  private static StoreResult<MailboxStatus> look(ImapSession session, MailboxName name) {
    return switch (session.account().open(name)) {
      case StoreResult.Done<Mailbox>(Mailbox mailbox) -> {
        try (mailbox) {
          yield mailbox.status();
        }
      }
      case StoreResult.Failed<Mailbox>(var failure) -> StoreResult.failed(failure);
    };
  }

  /// Whether it is the mailbox that is open, which another session may have given another name.
  private static boolean isOpen(ImapSession session, StoreResult<MailboxStatus> now) {
    return session.selected() != null
        && now instanceof StoreResult.Done<MailboxStatus>(var status)
        && status.id().equals(session.view().id());
  }

  private static StoreResult<MailboxStatus> asSeen(
      ImapSession session, StoreResult<MailboxStatus> now) {
    return isOpen(session, now) ? StoreResult.done(count(session.view())) : now;
  }

  private static MailboxStatus count(MailboxView view) {
    long octets = 0;
    long unseen = 0;
    long deleted = 0;
    for (int number = 1; number <= view.count(); number++) {
      var message = view.message(number);
      octets += message.octets();
      unseen += message.flags().system().has(Flag.SEEN) ? 0 : 1;
      deleted += message.flags().system().has(Flag.DELETED) ? 1 : 0;
    }
    return new MailboxStatus(
        view.count(),
        octets,
        view.recent(),
        unseen,
        deleted,
        view.uidNext(),
        view.uidValidity(),
        view.highestModSeq(),
        view.id());
  }

  /// The response with these items, in their order.
  ImapResponse.Status response(
      ImapSession session, MailboxName name, Collection<StatusItem> items, MailboxStatus status) {
    boolean rev2 = session.dialect().rev2();
    return new ImapResponse.Status(
        name,
        items.stream()
            .<StatusValue>map(item -> new StatusValue.Count(item.name(), value(item, status, rev2)))
            .toList());
  }

  private long value(StatusItem item, MailboxStatus status, boolean rev2) {
    return switch (item) {
      case MESSAGES -> status.messages();
      case RECENT -> rev2 ? 0 : status.recent();
      case UIDNEXT -> status.uidNext();
      case UIDVALIDITY -> status.uidValidity().value();
      case UNSEEN -> status.unseen();
      case DELETED -> status.deleted();
      case SIZE -> status.octets();
      case HIGHESTMODSEQ -> status.highestModSeq().value();
      case APPENDLIMIT -> appendOctetsMax;
    };
  }
}
