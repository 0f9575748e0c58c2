package org.popinjay.imap.handler;

import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.response.Condition;
import org.popinjay.imap.response.ImapResponse;
import org.popinjay.imap.response.ResponseCode;
import org.popinjay.imap.response.ResponseCode.Plain;
import org.popinjay.imap.session.ImapOutput;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.imap.session.Outcome;
import org.popinjay.imap.session.UntaggedNews;
import org.popinjay.mailstore.Copied;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;

/// Answers COPY and UID COPY (RFC 9051, section 6.4.7), MOVE and UID MOVE (section 6.4.8; RFC
/// 6851). All of the messages go, or none. May block on the store.
public final class CopyHandler {

  /// How often a command is begun anew because a message went away meanwhile.
  private static final int ATTEMPTS_MAX = 5;

  /// What is done with the messages named.
  @FunctionalInterface
  private interface Transfer {
    StoreResult<Copied> of(MailboxView view, int[] positions);
  }

  /// Copies messages.
  public Outcome copy(ImapSession session, ImapCommand.Copy command, ImapOutput out) {
    var refusal = Addressed.refusal(session, command.messages());
    if (refusal != null) {
      return refusal;
    }
    var copied =
        transferred(
            session,
            command.messages(),
            (view, positions) -> view.copy(positions, command.target()),
            out);
    return switch (copied) {
      case null -> Outcome.ok("nothing to copy");
      case StoreResult.Failed<Copied>(var failure) -> refused(session, "copy messages", failure);
      case StoreResult.Done<Copied>(var done) -> {
        session.counts().appended(done.source().size());
        yield Outcome.ok(code(done), "messages copied");
      }
    };
  }

  /// Moves messages. Clients learn first where they went, then that they are gone (RFC 6851,
  /// section 4.3).
  public Outcome move(ImapSession session, ImapCommand.Move command, ImapOutput out) {
    var refusal = Addressed.refusal(session, command.messages());
    if (refusal != null) {
      return refusal;
    }
    if (!session.mailbox().writable()) {
      return Outcome.no(Plain.NOPERM, "the mailbox is read-only");
    }
    var moved =
        transferred(
            session,
            command.messages(),
            (view, positions) -> view.move(positions, command.target()),
            out);
    return switch (moved) {
      case null -> Outcome.ok("nothing to move");
      case StoreResult.Failed<Copied>(var failure) -> refused(session, "move messages", failure);
      case StoreResult.Done<Copied>(var done) -> told(session, done, out);
    };
  }

  /// Does it, and does it anew without those messages that turn out to be gone, if their going may
  /// be told now and they were named by UIDs: then they count as nonexistent.
  ///
  /// @return null if there is no message
  private static @Nullable StoreResult<Copied> transferred(
      ImapSession session, NumberSet messages, Transfer transfer, ImapOutput out) {
    var view = session.view();
    int attempt = 1;
    while (true) {
      var positions = view.resolve(messages);
      if (positions.length == 0) {
        return null;
      }
      var result = transfer.of(view, positions);
      boolean again =
          result instanceof StoreResult.Failed<Copied>(StoreFailure.Gone _)
              && messages instanceof NumberSet.Uids
              && attempt++ < ATTEMPTS_MAX
              && UntaggedNews.tell(session, out, UntaggedNews.Rule.LOOK) == null;
      if (!again) {
        return result;
      }
    }
  }

  private static Outcome told(ImapSession session, Copied moved, ImapOutput out) {
    session.counts().appended(moved.source().size());
    session.counts().expunged(moved.source().size());
    if (!out.send(new ImapResponse.Notice(Condition.OK, code(moved), "moved"))) {
      return Outcome.CutOff.CUT_OFF;
    }
    var end = UntaggedNews.tellOwn(session, out);
    if (end != null) {
      return end;
    }
    var highest =
        session.mailbox().keepsModSeq()
            ? new ResponseCode.HighestModSeq(session.view().highestModSeq())
            : null;
    return Outcome.ok(highest, "messages moved");
  }

  private static ResponseCode code(Copied copied) {
    return new ResponseCode.CopyUid(copied.uidValidity(), copied.source(), copied.target());
  }

  /// A target that is not there can be made (RFC 9051, section 6.4.7).
  private static Outcome refused(ImapSession session, String doing, StoreFailure failure) {
    return failure instanceof StoreFailure.NotFound
        ? Outcome.no(Plain.TRYCREATE, "no such mailbox")
        : session.refused(doing, failure);
  }
}
