package org.popinjay.imap.handler;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.response.ImapResponse;
import org.popinjay.imap.session.ImapOutput;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.imap.session.Outcome;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.Flagged;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.StoreResult;

/// Answers FETCH and UID FETCH (RFC 9051, section 6.4.5; RFC 7162, sections 3.1.4 and 3.2.6). May
/// block on the store and on the client.
public final class FetchHandler {
  private static final int[] NONE = {};

  /// Sends what is wanted of each message, in ascending order. UIDs of no message are passed over.
  public Outcome fetch(ImapSession session, ImapCommand.Fetch command, ImapOutput out) {
    var refusal = Addressed.refusal(session, command.messages());
    if (refusal != null) {
      return refusal;
    }
    var plan = FetchPlan.of(command);
    var unusable = plan.modSeq() ? session.useModSeq(out) : null;
    if (unusable != null) {
      return unusable;
    }
    var changedSince = command.modifiers().changedSince();
    if (command.modifiers().vanished()
        && changedSince != null
        && !vanished(session, command.messages(), changedSince, out)) {
      return Outcome.CutOff.CUT_OFF;
    }
    var view = session.view();
    var positions = changedLater(view, view.resolve(command.messages()), changedSince);
    var newlySeen = plan.sees() ? see(session, positions) : new BitSet();
    if (!session.mailbox().tellKeywords(out)) {
      return Outcome.CutOff.CUT_OFF;
    }
    var run = new FetchRun(session, plan, out);
    try {
      return run.through(positions, newlySeen, command.messages() instanceof NumberSet.Uids);
    } finally {
      session.mailbox().reader().rest();
    }
  }

  /// Tells UIDs that are gone. `*` reaches up to all UIDs ever given, since it is the end of the
  /// mailbox that mostly goes.
  private static boolean vanished(
      ImapSession session, NumberSet messages, ModSeq since, ImapOutput out) {
    var view = session.view();
    if (!(messages instanceof NumberSet.Uids uids)) {
      throw new IllegalArgumentException("VANISHED without UIDs");
    }
    var gone = view.removed(since, Addressed.uids(uids, view.uidNext() - 1));
    return gone.isEmpty() || out.send(new ImapResponse.Vanished(true, gone));
  }

  private static int[] changedLater(MailboxView view, int[] positions, @Nullable ModSeq since) {
    return since == null
        ? positions
        : Arrays.stream(positions)
            .filter(position -> view.message(position).modSeq().compareTo(since) > 0)
            .toArray();
  }

  /// Marks all messages as read, in one go and before the first of them is sent, so that their
  /// flags are told with them. That it fails is no reason to keep mail from its reader.
  private static BitSet see(ImapSession session, int[] positions) {
    var view = session.view();
    var unseen =
        view.keepsSeen()
            ? Arrays.stream(positions)
                .filter(position -> !view.message(position).flags().system().has(Flag.SEEN))
                .toArray()
            : NONE;
    if (unseen.length == 0) {
      return new BitSet();
    }
    return switch (view.flag(unseen, new FlagChange.Add(Flags.of(Flag.SEEN)), null)) {
      case StoreResult.Done<Flagged>(var flagged) -> flagged.changed();
      case StoreResult.Failed<Flagged>(var failure) -> {
        session.storeFailed("mark messages as read", failure);
        yield new BitSet();
      }
    };
  }
}
