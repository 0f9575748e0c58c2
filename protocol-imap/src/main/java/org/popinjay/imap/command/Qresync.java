package org.popinjay.imap.command;

import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.UidSet;
import org.popinjay.mailstore.UidValidity;

/// What a client remembers of a mailbox (RFC 7162, section 3.2.5).
///
/// @param modSeq of its last look, at least 1
/// @param known UIDs that it remembers; null for all that there were
/// @param match positions and UIDs that it remembers as pairs, or null
public record Qresync(
    UidValidity uidValidity, ModSeq modSeq, @Nullable UidSet known, @Nullable Match match) {

  /// Message sequence match data (RFC 7162, section 3.2.5.2): the first position goes with the
  /// first UID, and so on.
  ///
  /// @param positions ranges that ascend and are apart, without `*`
  /// @param uids as many as there are positions
  public record Match(NumberSet.Sequence positions, UidSet uids) {}
}
