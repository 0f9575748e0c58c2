package org.popinjay.mailstore.mbox;

import java.util.ArrayList;
import java.util.List;
import org.popinjay.mailstore.mbox.MessageTable.Bits;

/// Decides which UIDs and flags the messages have that a scan found.
///
/// Works on tables in memory only. A scanned row comes with what the bookkeeping fields in the
/// spool say; a row leaves with its UID, and with flags that are believed: those fields are the
/// words of a delivery agent's sender in new mail, and of a mail program of the user in known mail.
final class UidAssigner {
  /// Greatest UID that a spool is believed; a forged one near the end of the range would leave no
  /// room for mail to come.
  private static final long GREATEST_IMPORTED = 4_000_000_000L;

  private final boolean trustDelivered;
  private long uidNext;
  private long forged;

  /// @param trustDelivered whether flags of new mail are believed
  /// @param uidNext the next UID to give
  UidAssigner(boolean trustDelivered, long uidNext) {
    this.trustDelivered = trustDelivered;
    this.uidNext = uidNext;
  }

  /// The next UID to give; above 2^32-1 when there is none left.
  long uidNext() {
    return uidNext;
  }

  /// Messages whose fields were not believed.
  long forged() {
    return forged;
  }

  /// Whether the UIDs that another server left in a spool can be taken over: the base is sound, and
  /// from the first message on they rise up to its last UID, with mail that has none behind them.
  static boolean canImport(MessageTable found, ImapBase base) {
    if (base.uidLast() > GREATEST_IMPORTED
        || base.uidValidity() < 1
        || base.uidValidity() > 0xFFFF_FFFFL) {
      return false;
    }
    long last = 0;
    boolean newMail = false;
    for (int row = 0; row < found.count(); row++) {
      long uid = Integer.toUnsignedLong(found.uid(row));
      newMail |= uid == 0;
      if (uid != 0 && (newMail || uid <= last || uid > base.uidLast())) {
        return false;
      }
      last = uid;
    }
    return true;
  }

  /// Takes over a mailbox that nothing is known of: its flags are believed, and its UIDs if they
  /// were found fit for it.
  void adopt(MessageTable found, boolean keepUids) {
    for (int row = 0; row < found.count(); row++) {
      int bits = found.bits(row);
      found.bits(row, bits | fileBits(bits));
      if (!keepUids || found.uid(row) == 0) {
        give(found, row);
      }
    }
  }

  /// Gives UIDs to new mail.
  void arrived(MessageTable table, int fromRow) {
    for (int row = fromRow; row < table.count(); row++) {
      arrive(table, row);
    }
  }

  private void arrive(MessageTable table, int row) {
    int bits = table.bits(row);
    int kept = (bits & ~Bits.FILE_FLAGS & ~Bits.FILE_OLD) | fileBits(bits);
    if (!trustDelivered) {
      kept &= ~(Bits.FLAGS | Bits.OLD);
      if ((bits & Bits.HIDDEN_FIELDS) != 0) {
        kept |= Bits.FOREIGN_FIELDS;
        forged++;
      }
    }
    table.bits(row, kept);
    give(table, row);
  }

  private void give(MessageTable table, int row) {
    table.uid(row, (int) uidNext++);
  }

  /// Gives rows that were found again the UID and flags they had, together with what another
  /// program changed in the spool meanwhile, and all others new ones.
  ///
  /// @param knownRowOf as [Reconciler.Outcome]
  /// @return what has to be remembered of it
  List<LogRecord> recognise(MessageTable known, MessageTable found, int[] knownRowOf) {
    var arrivals = new MessageTable(0);
    var changed = new ArrayList<LogRecord.FlagRange>();
    for (int row = 0; row < found.count(); row++) {
      int knownRow = knownRowOf[row];
      if (knownRow < 0) {
        arrive(found, row);
        arrivals.addCopy(found, row);
      } else {
        found.uid(row, known.uid(knownRow));
        int merged = merge(known.bits(knownRow), found.bits(row));
        found.bits(row, merged);
        int flags = StoredFlags.of(merged);
        if (flags != StoredFlags.of(known.bits(knownRow))) {
          changed.add(new LogRecord.FlagRange(found.uid(row), found.uid(row), flags));
        }
      }
    }
    var records = new ArrayList<>(LogRecord.Assigned.allOf(arrivals, 0, arrivals.count()));
    if (!changed.isEmpty()) {
      records.add(new LogRecord.Flagged(changed));
    }
    return records;
  }

  /// What the spool said before and says now tells which flags another program changed; those win,
  /// and all others stay as we know them.
  private static int merge(int known, int found) {
    int file = fileBits(found);
    int changedFlags =
        ((known ^ file) & Bits.FILE_FLAGS) >> Bits.FILE_FLAGS_SHIFT << Bits.FLAGS_SHIFT;
    int changedOld = ((known ^ file) & Bits.FILE_OLD) != 0 ? Bits.OLD : 0;
    int changed = changedFlags | changedOld;
    int flags = (known & ~changed) | (found & changed);
    int ours = Bits.FLAGS | Bits.OLD;
    int fate = Bits.FLAGS_PENDING | Bits.FOREIGN_FIELDS | Bits.QUOTED;
    return (found & ~ours & ~fate) | (flags & ours) | (known & fate) | file;
  }

  /// The bits of a row whose flags were just written into the spool.
  static int written(int bits) {
    return (bits & ~Bits.FLAGS_PENDING & ~Bits.FILE_FLAGS & ~Bits.FILE_OLD) | fileBits(bits);
  }

  private static int fileBits(int bits) {
    int flags = (bits & Bits.FLAGS) >> Bits.FLAGS_SHIFT << Bits.FILE_FLAGS_SHIFT;
    return flags | ((bits & Bits.OLD) != 0 ? Bits.FILE_OLD : 0);
  }

  /// Whether a UIDVALIDITY can go on: there are UIDs left for so many more messages.
  static boolean hasRoom(long uidNext, int messages) {
    return uidNext + messages <= 0xFFFF_FFFFL;
  }
}
