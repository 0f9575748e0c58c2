package org.popinjay.mailstore.mbox.access;

import java.util.BitSet;
import org.popinjay.mailstore.mbox.text.MessageTable;

/// Which messages are only taken to be where the table says, since the spool has grown and the rest
/// was not read again: who appends leaves the same traces as who changes something else and appends
/// then.
///
/// Used under the gate of its mailbox; [#any] and [#has] under the gate's read side, too.
final class Assumptions {
  /// When this part of what was assumed had to be confirmed, message by message, the rest is read
  /// in one go.
  private static final int CONFIRMED_PART = 4;

  private final BitSet confirmed = new BitSet();
  private long end;
  private long confirmedOctets;

  /// Begins anew.
  ///
  /// @param end messages that begin before it are assumed; 0 for none
  void upTo(long end) {
    this.end = end;
    confirmed.clear();
    confirmedOctets = 0;
  }

  /// Whether anything is assumed.
  boolean any() {
    return end > 0;
  }

  /// Whether a message is assumed and was not confirmed.
  boolean has(MessageTable table, int row) {
    return table.offset(row) < end && !confirmed.get(row);
  }

  /// A message was found to be where the table says.
  ///
  /// @return false when so many had to be confirmed that the rest is better read in one go
  boolean confirm(MessageTable table, int row) {
    confirmed.set(row);
    confirmedOctets += table.endOf(row) - table.offset(row);
    return confirmedOctets <= end / CONFIRMED_PART;
  }
}
