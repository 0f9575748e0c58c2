package org.popinjay.imap.handler;

import org.popinjay.imap.response.ImapResponse;
import org.popinjay.imap.session.ImapOutput;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.imap.session.Outcome;
import org.popinjay.imap.session.UntaggedNews;
import org.popinjay.imap.session.UntaggedNews.Rule;

/// Begins IDLE (RFC 9051, section 6.3.13). What comes later is told by the session, whenever the
/// mailbox changes, until the client says DONE.
final class IdleHandler {

  Outcome idle(ImapSession session, ImapOutput out) {
    if (!out.send(new ImapResponse.Continuation("idling"))) {
      return Outcome.CutOff.CUT_OFF;
    }
    var end = UntaggedNews.tell(session, out, Rule.LOOK);
    return end == null ? Outcome.Continues.CONTINUES : end;
  }
}
