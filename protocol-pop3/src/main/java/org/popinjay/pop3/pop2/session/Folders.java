package org.popinjay.pop3.pop2.session;

import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Account;
import org.popinjay.mailstore.Mailbox;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MaildropClaims;
import org.popinjay.mailstore.NamePrefixes;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;

/// Opens the mailboxes of one user for a POP2 session: INBOX as POP3 does, others as IMAP does.
///
/// @param holder for whom INBOX is claimed, each time that it is opened
/// @param prefixes what clients may put in front of names
record Folders(Account account, MaildropClaims.Holder holder, NamePrefixes prefixes) {

  /// The mailbox that a client means. May block.
  MailboxName named(String text) {
    var name = new MailboxName(text);
    return prefixes.meant(account, name).orElse(name);
  }

  /// Opens a mailbox; one that is not there is found without messages. May block.
  StoreResult<OpenFolder> open(MailboxName name) {
    if (name.equals(MailboxName.INBOX)) {
      return account.claim(holder).map(ClaimedFolder::new);
    }
    return switch (view(name)) {
      case StoreResult.Failed<OpenFolder>(StoreFailure failure) when isAbsent(failure) ->
          StoreResult.done(new NoFolder());
      case StoreResult<OpenFolder> result -> result;
    };
  }

  private StoreResult<OpenFolder> view(MailboxName name) {
    return account
        .open(name)
        .flatMap(mailbox -> {
          try (Mailbox open = mailbox) {
            return open.view(Access.WRITE).map(ViewedFolder::new);
          }
        });
  }

  private static boolean isAbsent(StoreFailure failure) {
    return failure instanceof StoreFailure.NotFound
        || failure instanceof StoreFailure.NotAMailbox
        || failure instanceof StoreFailure.NameRefused
        || failure instanceof StoreFailure.NameTooLong;
  }
}
