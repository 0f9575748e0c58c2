package org.popinjay.imap.handler;

import java.util.List;
import org.popinjay.imap.response.ResponseCode.Plain;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.imap.session.Outcome;
import org.popinjay.mailstore.Folder;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;

/// Words for mailboxes that cannot be opened.
final class MailboxOpening {
  private MailboxOpening() {}

  /// What to answer: a mere level of the tree is no damage (RFC 9051, section 7.3.1).
  static Outcome refused(ImapSession session, MailboxName name, StoreFailure failure) {
    if (failure instanceof StoreFailure.NotAMailbox && isLevel(session, name)) {
      return Outcome.no(Plain.CANNOT, "this name holds no messages");
    }
    return session.refused("open a mailbox", failure);
  }

  private static boolean isLevel(ImapSession session, MailboxName name) {
    return session.account().folders()
            instanceof StoreResult.Done<List<Folder>>(List<Folder> folders)
        && folders.stream().anyMatch(folder -> folder.name().equals(name) && !folder.selectable());
  }
}
