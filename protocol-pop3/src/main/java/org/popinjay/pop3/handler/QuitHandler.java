package org.popinjay.pop3.handler;

import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Maildrop.Committed;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.pop3.response.Pop3Response.Err;
import org.popinjay.pop3.response.Wording;
import org.popinjay.pop3.session.Outcome;
import org.popinjay.pop3.session.Pop3Output;
import org.popinjay.pop3.session.Pop3Session;

/// Answers QUIT with an open maildrop: the UPDATE state (RFC 1939, section 6).
///
/// The claim is given back before the answer is sent: a client that comes back at once must not
/// find the maildrop in use.
public final class QuitHandler {
  /// Carries the deletions out and notes what was read; needs no disk and takes no lock when there
  /// is nothing to do. A client that is gone by now changes nothing: its QUIT was received.
  public Outcome quit(Pop3Session session, Pop3Output out) {
    if (!session.changed()) {
      session.maildrop().close();
      return out.send(session.wording().signingOff());
    }
    out.flush();
    session.update();
    var result = commit(session);
    session.maildrop().close();
    var refusal = refusal(session, result);
    if (refusal != null) {
      return out.send(refusal);
    }
    return out.send(
        result instanceof StoreResult.Done<Committed>(Committed done)
            ? session.wording().signingOff(done.left())
            : session.wording().signingOff());
  }

  /// Does what was marked.
  static StoreResult<Committed> commit(Pop3Session session) {
    if (!session.maildrop().claimed()) {
      return StoreResult.failed(new StoreFailure.Claimed("another session took over"));
    }
    return session.maildrop().commit(session.removals(), session.newlySeen());
  }

  /// Notes what that came to.
  ///
  /// @return what to answer if not all that the client asked for was done, or null
  static @Nullable Err refusal(Pop3Session session, StoreResult<Committed> result) {
    return switch (result) {
      case StoreResult.Done<Committed>(Committed done) -> {
        session.updated(done);
        yield done.kept() > 0 && session.deletedMessages() > 0 ? Wording.NOT_ALL_REMOVED : null;
      }
      case StoreResult.Failed<Committed>(StoreFailure failure) -> {
        session.storeFailed("update", failure);
        // That a message counts as unread again is no reason to alarm a client.
        yield session.deletedMessages() == 0 ? null : Wording.notCommitted(failure);
      }
    };
  }
}
