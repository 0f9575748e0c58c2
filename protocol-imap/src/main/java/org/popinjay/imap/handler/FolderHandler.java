package org.popinjay.imap.handler;

import java.util.Set;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.response.Condition;
import org.popinjay.imap.response.ImapResponse.Notice;
import org.popinjay.imap.response.ResponseCode;
import org.popinjay.imap.response.ResponseCode.Plain;
import org.popinjay.imap.session.ImapOutput;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.imap.session.Outcome;
import org.popinjay.mailstore.MailboxId;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;

/// Answers what changes the tree of mailboxes (RFC 9051, sections 6.3.4 to 6.3.8).
final class FolderHandler {
  private static final Outcome MALFORMED = Outcome.no(Plain.CANNOT, "the name is malformed");

  private final boolean renameSubscriptions;

  /// @param renameSubscriptions whether subscriptions go along when a mailbox is renamed
  FolderHandler(boolean renameSubscriptions) {
    this.renameSubscriptions = renameSubscriptions;
  }

  /// CREATE (RFC 9051, section 6.3.4).
  Outcome create(ImapSession session, ImapCommand.Create command) {
    if (!command.wellFormed()) {
      return MALFORMED;
    }
    if (command.mailbox().equals(MailboxName.INBOX)) {
      return Outcome.no(Plain.CANNOT, "INBOX is there always");
    }
    return switch (session.account().create(command.mailbox(), command.level(), null)) {
      case StoreResult.Done<MailboxId>(MailboxId id) ->
          Outcome.ok(
              command.level() ? null : new ResponseCode.MailboxIdentity(id), "CREATE completed");
      case StoreResult.Failed<MailboxId>(var failure) ->
          session.refused("create a mailbox", failure);
    };
  }

  /// DELETE (RFC 9051, section 6.3.5). A session that deletes the mailbox it has open has none open
  /// afterwards.
  Outcome delete(ImapSession session, ImapCommand.Delete command, ImapOutput out) {
    return switch (session.account().delete(command.mailbox())) {
      case StoreResult.Done<Boolean> _ -> {
        var selected = session.selected();
        if (selected != null && selected.name().equals(command.mailbox())) {
          session.deselect();
          out.send(new Notice(Condition.OK, Plain.CLOSED, "the mailbox was deleted"));
        }
        yield Outcome.ok("DELETE completed");
      }
      case StoreResult.Failed<Boolean>(var failure) -> session.refused("delete a mailbox", failure);
    };
  }

  /// RENAME (RFC 9051, section 6.3.6). Subscriptions stay with the old name unless the settings say
  /// otherwise; that they cannot be changed is no failure of the renaming.
  Outcome rename(ImapSession session, ImapCommand.Rename command) {
    if (!command.wellFormed()) {
      return MALFORMED;
    }
    return switch (session.account().rename(command.from(), command.to())) {
      case StoreResult.Done<Boolean> _ -> {
        if (renameSubscriptions && !command.from().equals(MailboxName.INBOX)) {
          moveSubscriptions(session, command.from(), command.to());
        }
        yield Outcome.ok("RENAME completed");
      }
      case StoreResult.Failed<Boolean>(var failure) -> session.refused("rename a mailbox", failure);
    };
  }

  private static void moveSubscriptions(ImapSession session, MailboxName from, MailboxName to) {
    if (!(session.account().subscriptions()
        instanceof StoreResult.Done<Set<MailboxName>>(Set<MailboxName> names))) {
      return;
    }
    for (var name : names) {
      if (name.equals(from) || from.isAbove(name)) {
        var moved = new MailboxName(to.text() + name.text().substring(from.text().length()));
        subscribe(session, moved, true);
        subscribe(session, name, false);
      }
    }
  }

  private static void subscribe(ImapSession session, MailboxName name, boolean on) {
    if (session.account().subscribe(name, on)
        instanceof StoreResult.Failed<Boolean>(StoreFailure failure)) {
      session.storeFailed("take subscriptions along", failure);
    }
  }

  /// SUBSCRIBE and UNSUBSCRIBE (RFC 9051, sections 6.3.7 and 6.3.8). Names of no mailbox are taken
  /// too: clients subscribe before they create.
  Outcome subscribe(ImapSession session, ImapCommand.Subscribe command) {
    return switch (session.account().subscribe(command.mailbox(), command.on())) {
      case StoreResult.Done<Boolean> _ ->
          Outcome.ok(command.on() ? "SUBSCRIBE completed" : "UNSUBSCRIBE completed");
      case StoreResult.Failed<Boolean>(var failure) ->
          session.refused("change subscriptions", failure);
    };
  }
}
