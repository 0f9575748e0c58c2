package org.popinjay.imap.handler;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.response.Condition;
import org.popinjay.imap.response.ImapResponse.Notice;
import org.popinjay.imap.response.ResponseCode;
import org.popinjay.imap.response.ResponseCode.Plain;
import org.popinjay.imap.session.ImapOutput;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.imap.session.Outcome;
import org.popinjay.imap.session.UntaggedNews;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;

/// Answers EXPUNGE, and what ends the work on a mailbox (RFC 9051, sections 6.4.1 to 6.4.3; RFC
/// 3501, section 6.4.1).
final class CloseHandler {

  /// EXPUNGE and UID EXPUNGE (RFC 9051, section 6.4.3; RFC 4315, section 2.1).
  Outcome expunge(ImapSession session, ImapCommand.Expunge command, ImapOutput out) {
    var view = session.view();
    if (!view.writable()) {
      return Outcome.no(Plain.NOPERM, "the mailbox is read-only");
    }
    var among = command.among();
    var candidates =
        among == null ? IntStream.rangeClosed(1, view.count()) : Arrays.stream(view.resolve(among));
    int[] positions = candidates.filter(number -> deleted(view, number)).toArray();
    int gone = 0;
    if (positions.length > 0) {
      switch (view.expunge(positions)) {
        case StoreResult.Done<Integer>(Integer removed) -> gone = removed;
        case StoreResult.Failed<Integer>(var failure) -> {
          return session.refused("expunge", failure);
        }
      }
    }
    session.counts().expunged(gone);
    var end = UntaggedNews.tellOwn(session, out);
    if (end != null) {
      return end;
    }
    boolean tellModSeq = gone > 0 && session.tellsVanished();
    return Outcome.ok(
        tellModSeq ? new ResponseCode.HighestModSeq(view.highestModSeq()) : null,
        "EXPUNGE completed");
  }

  /// CLOSE (RFC 9051, section 6.4.1). What cannot be expunged stays, and nothing is lost.
  Outcome close(ImapSession session, ImapOutput out) {
    var view = session.view();
    if (view.writable()) {
      int[] positions =
          IntStream.rangeClosed(1, view.count()).filter(number -> deleted(view, number)).toArray();
      if (positions.length > 0) {
        switch (view.expunge(positions)) {
          case StoreResult.Done<Integer>(Integer removed) -> session.counts().expunged(removed);
          case StoreResult.Failed<Integer>(var failure) -> {
            session.storeFailed("expunge at the close", failure);
            var code = failure instanceof StoreFailure.Busy ? Plain.INUSE : Plain.UNAVAILABLE;
            out.send(new Notice(Condition.NO, code, "deleted messages kept"));
          }
        }
      }
    }
    session.leave();
    return Outcome.ok("CLOSE completed");
  }

  /// UNSELECT (RFC 9051, section 6.4.2).
  Outcome unselect(ImapSession session) {
    session.leave();
    return Outcome.ok("UNSELECT completed");
  }

  /// CHECK (RFC 3501, section 6.4.1).
  Outcome check(ImapSession session) {
    session.flush();
    return Outcome.ok("CHECK completed");
  }

  private static boolean deleted(MailboxView view, int number) {
    return view.message(number).flags().system().has(Flag.DELETED);
  }
}
