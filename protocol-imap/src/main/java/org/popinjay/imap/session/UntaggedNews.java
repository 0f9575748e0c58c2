package org.popinjay.imap.session;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.response.FetchData;
import org.popinjay.imap.response.ImapResponse;
import org.popinjay.imap.response.ResponseCode.Plain;
import org.popinjay.mailstore.MailboxChange;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.UidSet;

/// Tells a client what happened to its mailbox besides what it asked for (RFC 9051, sections 5.2,
/// 7.4 and 7.5).
///
/// News is told while a command is carried out, behind its own data; when nobody asks, only in
/// IDLE. One instance a telling.
public final class UntaggedNews {

  /// What may be told with a command.
  public enum Rule {
    /// Nothing: the command ends or changes the selection, or was not understood.
    NOTHING,
    /// All but EXPUNGE, since the command names sequence numbers that must not shift (RFC 9051,
    /// section 7.5.1).
    NO_EXPUNGES,
    /// All, of what is known already.
    ALL,
    /// All, after a look at what others did.
    LOOK
  }

  private final ImapSession session;
  private final ImapOutput out;

  /// UIDs of messages that are gone and not yet told, where VANISHED tells them.
  private final List<Long> vanished = new ArrayList<>();

  private UntaggedNews(ImapSession session, ImapOutput out) {
    this.session = session;
    this.out = out;
  }

  /// Tells what may be told; nothing when no mailbox is selected.
  ///
  /// Expunges by others are held back while a command with sequence numbers waits: its client
  /// counted without them.
  ///
  /// @return null if the session goes on, else how the running command is to end
  public static @Nullable Outcome tell(ImapSession session, ImapOutput out, Rule rule) {
    var selected = session.selected();
    if (selected == null || rule == Rule.NOTHING) {
      return null;
    }
    boolean expunges = rule != Rule.NO_EXPUNGES && !session.numbersWaiting();
    return tell(session, out, rule == Rule.LOOK, expunges);
  }

  /// Tells all, own expunges included, whatever waits.
  ///
  /// @return null if the session goes on, else how the running command is to end
  public static @Nullable Outcome tellOwn(ImapSession session, ImapOutput out) {
    return tell(session, out, false, true);
  }

  private static @Nullable Outcome tell(
      ImapSession session, ImapOutput out, boolean look, boolean expunges) {
    var view = session.view();
    if (!look) {
      return new UntaggedNews(session, out).report(view.news(expunges));
    }
    return switch (view.sync(expunges)) {
      case StoreResult.Done<List<MailboxChange>>(var changes) ->
          new UntaggedNews(session, out).report(changes);
      case StoreResult.Failed<List<MailboxChange>>(StoreFailure.NotFound _) -> deleted();
      case StoreResult.Failed<List<MailboxChange>>(var failure) -> {
        session.storeFailed("look for news", failure);
        yield null;
      }
    };
  }

  private static Outcome deleted() {
    return new Outcome.Ended(Plain.UNAVAILABLE, "the mailbox was deleted");
  }

  private @Nullable Outcome report(List<MailboxChange> changes) {
    for (var change : changes) {
      if (change instanceof MailboxChange.Stale) {
        return new Outcome.Ended(Plain.UNAVAILABLE, "mailbox was changed by another program");
      }
      if (!report(change)) {
        return Outcome.CutOff.CUT_OFF;
      }
    }
    return tellVanished() ? null : Outcome.CutOff.CUT_OFF;
  }

  private boolean report(MailboxChange change) {
    return switch (change) {
      case MailboxChange.Expunged(int number, var uid) -> {
        if (session.tellsVanished()) {
          vanished.add(uid.value());
          yield true;
        }
        yield out.send(new ImapResponse.Expunge(number));
      }
      case MailboxChange.Arrived(int count) -> tellVanished() && arrived(count);
      case MailboxChange.Flagged(int number) -> tellVanished() && flagged(number);
      case MailboxChange.Stale _ -> throw new IllegalArgumentException("stale");
    };
  }

  private boolean tellVanished() {
    if (vanished.isEmpty()) {
      return true;
    }
    var uids = UidSet.of(vanished.stream().mapToLong(Long::longValue).toArray());
    vanished.clear();
    return out.send(new ImapResponse.Vanished(false, uids));
  }

  private boolean arrived(int count) {
    return out.send(new ImapResponse.Exists(count))
        && (session.dialect().rev2() || out.send(new ImapResponse.Recent(session.view().recent())));
  }

  /// All flags and not only those that are new; with what the dialect wants to be told of every
  /// change (RFC 9051, section 7.5.2; RFC 7162, section 3.2.4).
  private boolean flagged(int number) {
    var dialect = session.dialect();
    var message = session.view().message(number);
    var items = new ArrayList<FetchData>(3);
    if (dialect.rev2() || dialect.condstore()) {
      items.add(new FetchData.Uid(message.uid()));
    }
    items.add(new FetchData.Flags(message.flags(), message.recent()));
    if (session.tellsModSeq()) {
      items.add(new FetchData.ModSeq(message.modSeq()));
    }
    return session.mailbox().tellKeywords(out) && out.send(new ImapResponse.Fetched(number, items));
  }
}
