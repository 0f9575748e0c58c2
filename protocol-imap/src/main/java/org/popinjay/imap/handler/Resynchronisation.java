package org.popinjay.imap.handler;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.Qresync;
import org.popinjay.imap.response.FetchData;
import org.popinjay.imap.response.ImapResponse;
import org.popinjay.imap.session.ImapOutput;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.NumberSet.Range;
import org.popinjay.mailstore.UidSet;

/// Brings a client that remembers a mailbox up to date in one go (RFC 7162, section 3.2.5).
final class Resynchronisation {

  /// Tells what was removed and what has changed since; nothing if the client remembers another
  /// life of the mailbox.
  ///
  /// @return false once nothing can be sent any more
  boolean tell(MailboxView view, Qresync client, ImapOutput out) {
    return !client.uidValidity().equals(view.uidValidity())
        || (tellRemoved(view, client, out) && tellChanged(view, client, out));
  }

  private static boolean tellRemoved(MailboxView view, Qresync client, ImapOutput out) {
    var known = known(view, client.known());
    if (!view.remembersRemovals(client.modSeq())) {
      // All that is missing will be told: whatever the pairs show to be complete need not be.
      known = known.and(above(lastMatch(view, client.match()), view));
    }
    var removed = view.removed(client.modSeq(), known);
    return removed.isEmpty() || out.send(new ImapResponse.Vanished(true, removed));
  }

  private static boolean tellChanged(MailboxView view, Qresync client, ImapOutput out) {
    var known = known(view, client.known());
    for (int number = 1; number <= view.count(); number++) {
      var message = view.message(number);
      if (message.modSeq().compareTo(client.modSeq()) > 0
          && known.contains(message.uid().value())) {
        var items =
            List.of(
                new FetchData.Uid(message.uid()),
                new FetchData.Flags(message.flags(), message.recent()),
                new FetchData.ModSeq(message.modSeq()));
        if (!out.send(new ImapResponse.Fetched(number, List.copyOf(items)))) {
          return false;
        }
      }
    }
    return true;
  }

  /// What the client says it knows; if it does not say, all that there has been.
  private static UidSet known(MailboxView view, @Nullable UidSet named) {
    return named == null ? above(0, view) : named;
  }

  /// All UIDs above one and below the next.
  private static UidSet above(long uid, MailboxView view) {
    long last = view.uidNext() - 1;
    return uid >= last ? UidSet.EMPTY : new UidSet.Builder().add(uid + 1, last).build();
  }

  /// The last of the pairs, from the first on, that are still right; 0 if there is none. Up to that
  /// UID nothing was removed.
  private static long lastMatch(MailboxView view, Qresync.@Nullable Match match) {
    long last = 0;
    if (match == null) {
      return last;
    }
    var uids = match.uids();
    int uidRange = 0;
    long uid = uids.isEmpty() ? 0 : uids.first(0);
    for (Range range : match.positions().ranges()) {
      for (long position = range.first(); position <= range.last(); position++) {
        if (position > view.count() || view.message((int) position).uid().value() != uid) {
          return last;
        }
        last = uid;
        if (uid < uids.last(uidRange)) {
          uid++;
        } else if (++uidRange < uids.ranges()) {
          uid = uids.first(uidRange);
        } else {
          return last;
        }
      }
    }
    return last;
  }
}
