package org.popinjay.mailstore.mbox.ids;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.text.MessageTable;

/// The ids that messages of one mailbox keep, and who gives them to those that come.
///
/// Where nobody does, messages keep those that they have and no other gets one. Not thread-safe:
/// used under the gate of its mailbox.
public final class MailboxIds {
  private KeptIds kept = KeptIds.NONE;
  private @Nullable IdGiver giver;
  private boolean recovering;

  /// Has messages given ids to keep, from now on.
  public void giveBy(IdGiver by) {
    giver = by;
  }

  /// Whether the mail that comes now is what popper or qpopper left beside the spool.
  public void recovering(boolean now) {
    recovering = now;
  }

  /// Those that messages have.
  public KeptIds kept() {
    return kept;
  }

  /// Goes on with those that were kept elsewhere, and no others.
  public void restore(KeptIds known) {
    kept = known;
  }

  /// Gives ids to a mailbox that nothing was known of.
  ///
  /// @param sameUids whether its messages have the UIDs and the UIDVALIDITY that an older server
  ///   gave
  public void beginWith(MessageTable table, boolean sameUids, UidValidity validity)
      throws IOException {
    kept = giver == null ? KeptIds.NONE : giver.atFirst(table, sameUids, validity);
  }

  /// Messages that had an id of an older server.
  public int earlier() {
    return giver == null ? 0 : giver.earlierIds();
  }

  /// Gives mail that came its ids to keep.
  ///
  /// @param table from a row on has UIDs that ascend, greater than all before
  /// @return what was given
  public KeptIds arrived(MessageTable table, int fromRow, UidValidity validity) throws IOException {
    if (giver == null) {
      return KeptIds.NONE;
    }
    var more =
        recovering
            ? giver.recovered(table, fromRow, kept, validity, giver.spool())
            : giver.arrived(table, fromRow, kept, validity);
    kept = kept.with(more);
    return more;
  }

  /// The ids that mail which popper or qpopper left will have once it is in the spool.
  ///
  /// @param table with the UIDs that it would get; rows without one are passed over
  /// @param pieces reads its stored octets
  public KeptIds ofLeft(MessageTable table, UidValidity validity, TextDigest.Pieces pieces)
      throws IOException {
    return giver == null ? KeptIds.NONE : giver.recovered(table, 0, kept, validity, pieces);
  }

  /// Messages are gone.
  public void forget(int[] uids) {
    if (kept.count() > 0 && uids.length > 0) {
      var gone = new HashSet<Integer>();
      Arrays.stream(uids).forEach(gone::add);
      kept = kept.only(uid -> !gone.contains(uid));
    }
  }
}
