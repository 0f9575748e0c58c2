package org.popinjay.imap.handler;

import java.util.ArrayList;
import java.util.BitSet;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.StoreAction;
import org.popinjay.imap.response.Condition;
import org.popinjay.imap.response.FetchData;
import org.popinjay.imap.response.ImapResponse;
import org.popinjay.imap.response.ResponseCode;
import org.popinjay.imap.response.ResponseCode.Plain;
import org.popinjay.imap.session.ImapOutput;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.imap.session.Outcome;
import org.popinjay.mailstore.Flagged;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;

/// Answers STORE and UID STORE (RFC 9051, section 6.4.6; RFC 7162, section 3.1.3). May block on the
/// store.
public final class StoreHandler {

  /// Changes flags, then tells those of every message addressed; with `.SILENT` only what the
  /// client cannot know.
  public Outcome store(ImapSession session, ImapCommand.Store command, ImapOutput out) {
    var refusal = Addressed.refusal(session, command.messages());
    if (refusal != null) {
      return refusal;
    }
    var action = command.action();
    var unusable = action.unchangedSince() != null ? session.useModSeq(out) : null;
    if (unusable != null) {
      return unusable;
    }
    if (!session.view().keepsSeen()) {
      return Outcome.no(Plain.NOPERM, "the mailbox is read-only");
    }
    var view = session.view();
    var positions = view.resolve(command.messages());
    if (positions.length == 0) {
      return Outcome.ok("nothing to store");
    }
    return switch (view.flag(positions, action.change(), action.unchangedSince())) {
      case StoreResult.Failed<Flagged>(var failure) -> refused(session, failure);
      case StoreResult.Done<Flagged>(var flagged) -> told(session, command, flagged, out);
    };
  }

  private static Outcome refused(ImapSession session, StoreFailure failure) {
    return session.refused("store flags", failure);
  }

  private static Outcome told(
      ImapSession session, ImapCommand.Store command, Flagged flagged, ImapOutput out) {
    boolean uid = command.messages() instanceof NumberSet.Uids;
    if (!session.mailbox().tellKeywords(out)) {
      return Outcome.CutOff.CUT_OFF;
    }
    var told = new BitSet();
    told.or(flagged.done());
    told.or(flagged.modified());
    for (int at = told.nextSetBit(0); at >= 0; at = told.nextSetBit(at + 1)) {
      boolean flags = !command.action().silent() || flagged.modified().get(at);
      if (!tell(session, at, uid, flags, out)) {
        return Outcome.CutOff.CUT_OFF;
      }
    }
    return completion(session, command.action(), uid, flagged);
  }

  private static boolean tell(
      ImapSession session, int position, boolean uid, boolean flags, ImapOutput out) {
    var dialect = session.dialect();
    boolean modSeq = session.tellsModSeq();
    if (!flags && !modSeq) {
      return true;
    }
    var message = session.view().message(position);
    var items = new ArrayList<FetchData>(3);
    if (uid || dialect.rev2() || dialect.condstore()) {
      items.add(new FetchData.Uid(message.uid()));
    }
    if (flags) {
      items.add(new FetchData.Flags(message.flags(), message.recent()));
    }
    if (modSeq) {
      items.add(new FetchData.ModSeq(message.modSeq()));
    }
    return out.send(new ImapResponse.Fetched(position, items));
  }

  /// Messages that are gone count as nonexistent for UIDs; a client that counts by numbers and
  /// wants to hear of flags has to learn that there was one (RFC 2180, section 4.2).
  private static Outcome completion(
      ImapSession session, StoreAction action, boolean uid, Flagged flagged) {
    boolean missed = !uid && !flagged.gone().isEmpty();
    if (!flagged.modified().isEmpty()) {
      var numbers = Addressed.numbers(session.view(), flagged.modified(), uid);
      return new Outcome.Completed(
          missed ? Condition.NO : Condition.OK,
          new ResponseCode.Modified(numbers),
          missed ? "some messages are there no more" : "some messages had changed");
    }
    return missed && !action.silent()
        ? Outcome.no(Plain.EXPUNGEISSUED, "some messages are there no more")
        : Outcome.ok("flags stored");
  }
}
