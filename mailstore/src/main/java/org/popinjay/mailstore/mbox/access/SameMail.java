package org.popinjay.mailstore.mbox.access;

import java.io.IOException;
import org.popinjay.mailstore.mbox.ledger.UidAssigner;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolFile;
import org.popinjay.mailstore.mbox.text.MboxScanner;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;

/// Whether what a spool holds is what a table says.
///
/// Used under the gate of its mailbox and the lock chain.
final class SameMail {
  private final MboxEnvironment environment;
  private final SpoolFile spool;

  SameMail(MboxEnvironment environment, SpoolFile spool) {
    this.environment = environment;
    this.spool = spool;
  }

  /// Whether a row's message is where the table says.
  boolean row(MessageTable table, int row) throws IOException {
    var found = new MessageTable(1);
    var outcome =
        environment.scan(spool.descriptor(), table.offset(row), table.endOf(row), false, found);
    return outcome instanceof MboxScanner.Outcome.Scanned
        && found.count() == 1
        && message(table, row, found, 0);
  }

  /// Whether the first rows are what the spool holds now, their bookkeeping fields included.
  boolean front(MessageTable table, int rows) throws IOException {
    if (rows == 0) {
      return true;
    }
    var front = new MessageTable(rows);
    var outcome = environment.scan(spool.descriptor(), 0, table.offset(rows), true, front);
    if (!(outcome instanceof MboxScanner.Outcome.Scanned) || front.count() != rows) {
      return false;
    }
    for (int row = 0; row < rows; row++) {
      boolean same =
          front.offset(row) == table.offset(row)
              && message(table, row, front, row)
              && UidAssigner.saysTheSame(table, row, front, row);
      if (!same) {
        return false;
      }
    }
    return true;
  }

  /// Whether a message that was found is the one of a row.
  static boolean message(MessageTable table, int row, MessageTable found, int foundRow) {
    return found.headerDigest(foundRow) == table.headerDigest(row)
        && found.bodyDigest(foundRow) == table.bodyDigest(row)
        && (found.wireOctets(foundRow) == table.wireOctets(row) || isStoredForm(table, row))
        && found.fromLineOctets(foundRow) == table.fromLineOctets(row)
        && found.headerOctets(foundRow) == table.headerOctets(row);
  }

  /// The scanner does not know how long a message is that has to be unquoted.
  private static boolean isStoredForm(MessageTable table, int row) {
    return (table.bits(row) & Bits.QUOTED) != 0;
  }
}
