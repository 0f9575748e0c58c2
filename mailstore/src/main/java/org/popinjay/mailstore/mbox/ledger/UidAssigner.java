package org.popinjay.mailstore.mbox.ledger;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.mbox.state.LogRecord;
import org.popinjay.mailstore.mbox.state.StoredFlags;
import org.popinjay.mailstore.mbox.text.ImapBase;
import org.popinjay.mailstore.mbox.text.KeywordSets;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;

/// Decides which UIDs and flags the messages have that a scan found.
///
/// Works on tables in memory only. A scanned row comes with what the bookkeeping fields in the
/// spool say; a row leaves with its UID, and with flags that are believed: those fields are the
/// words of a delivery agent's sender in new mail, and of a mail program of the user in known mail.
public final class UidAssigner {
  /// Greatest UID that a spool is believed; a forged one near the end of the range would leave no
  /// room for mail to come.
  private static final long GREATEST_IMPORTED = 4_000_000_000L;

  private final boolean trustDelivered;
  private final KeywordSets believed;
  private final long modSeq;
  private final List<LogRecord.FlagRange> rewritten = new ArrayList<>();
  private final List<LogRecord.FlagRange> changed = new ArrayList<>();
  private final Map<Keywords, List<LogRecord.UidRange>> labelled = new LinkedHashMap<>();
  private long uidNext;
  private long forged;

  /// @param trustDelivered whether flags of new mail are believed
  /// @param uidNext the next UID to give
  /// @param believed gets the keywords that are believed
  /// @param modSeq that of the messages that are new or look different
  public UidAssigner(boolean trustDelivered, long uidNext, KeywordSets believed, long modSeq) {
    this.trustDelivered = trustDelivered;
    this.uidNext = uidNext;
    this.believed = believed;
    this.modSeq = modSeq;
  }

  /// The next UID to give; above 2^32-1 when there is none left.
  long uidNext() {
    return uidNext;
  }

  /// Messages whose fields were not believed.
  long forged() {
    return forged;
  }

  /// The UIDs of a spool whose bookkeeping is taken over; null if it cannot be: the base is not
  /// sound, or the UIDs do not rise from the first message on up to its last UID.
  ///
  /// Mail without a UID arrived later. Behind all others it gets the next ones; before a message
  /// with a UID there have to be as many UIDs free as there is mail, so that none can be mistaken.
  ///
  /// @param said the UID that each message says it has, or 0
  static int @Nullable [] imported(int[] said, ImapBase base) {
    if (base.uidLast() > GREATEST_IMPORTED) {
      return null;
    }
    int[] uids = said.clone();
    long last = 0;
    int without = 0;
    for (int row = 0; row < said.length; row++) {
      long uid = Integer.toUnsignedLong(said[row]);
      if (uid == 0) {
        without++;
        continue;
      }
      boolean fits = without == 0 ? uid > last : uid - last - 1 == without;
      if (!fits || uid > base.uidLast()) {
        return null;
      }
      for (; without > 0; without--) {
        uids[row - without] = (int) (uid - without);
      }
      last = uid;
    }
    for (int row = said.length - without; row < said.length; row++) {
      uids[row] = (int) (base.uidLast() + 1 + row - (said.length - without));
    }
    return uids;
  }

  /// Takes over a mailbox that nothing is known of: its flags are believed, and its UIDs if they
  /// were found fit for it.
  ///
  /// @param uids as [#imported], or null
  /// @param declared keywords that the mailbox says it has; of others nothing is believed
  /// @param index knows better than the spool of some messages, or null
  void adopt(
      MessageTable found, int @Nullable [] uids, Keywords declared, @Nullable IndexMatch index) {
    believed.know(declared.list().stream().limit(KeywordSets.MOST_KEYWORDS).toList());
    for (int row = 0; row < found.count(); row++) {
      int bits = found.bits(row);
      found.bits(row, bits | fileBits(bits));
      if (uids == null) {
        give(found, row);
      } else {
        found.bits(row, found.bits(row) | (found.uid(row) == 0 ? 0 : Bits.FILE_UID));
        found.uid(row, uids[row]);
        uidNext = Math.max(uidNext, Integer.toUnsignedLong(uids[row]) + 1);
      }
      believe(found, row, believed.all().list().containsAll(found.keywords(row).list()));
      if (index != null && index.holds()) {
        correct(found, row, index);
      }
      found.modSeq(row, modSeq);
      label(found, row);
    }
    found.keywordSets(believed);
  }

  /// Has a message say what its server had still to write into the spool.
  private void correct(MessageTable found, int row, IndexMatch index) {
    int bits = found.bits(row) | (index.isOld(row) ? Bits.OLD : 0);
    var flags = index.unwritten(row);
    if (flags != null) {
      int wanted = (bits & ~Bits.FLAGS) | flags.system().bits() << Bits.FLAGS_SHIFT;
      bits = wanted == bits ? bits : wanted | Bits.FLAGS_PENDING;
      int set = found.keywordSet(row);
      if (hasRoomFor(flags.keywords())) {
        found.keywordSet(row, believed.numberOf(flags.keywords()));
      }
      bits |= found.keywordSet(row) == set ? 0 : Bits.KEYWORDS_PENDING;
    }
    found.bits(row, bits);
  }

  /// Gives UIDs to new mail; the rows before have theirs and are not looked at.
  void arrived(MessageTable table, int fromRow) {
    for (int row = fromRow; row < table.count(); row++) {
      arrive(table, row);
    }
    table.keywordSets(believed);
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
    believe(table, row, trustDelivered);
    table.modSeq(row, modSeq);
    give(table, row);
    label(table, row);
  }

  /// Keeps the keywords that the spool says a message has, or notes that they are not its own.
  private void believe(MessageTable table, int row, boolean trust) {
    var said = table.keywords(row);
    if (!said.isEmpty() && !(trust && hasRoomFor(said))) {
      table.bits(row, table.bits(row) | Bits.KEYWORDS_PENDING);
      said = Keywords.NONE;
    }
    table.keywordSet(row, believed.numberOf(said));
  }

  private boolean hasRoomFor(Keywords some) {
    return believed.all().with(some.list()).list().size() <= KeywordSets.MOST_KEYWORDS;
  }

  private void give(MessageTable table, int row) {
    table.uid(row, (int) uidNext++);
  }

  /// Remembers to log the keywords of a row.
  private void label(MessageTable table, int row) {
    int set = table.keywordSet(row);
    if (set != 0) {
      label(believed.get(set), table.uid(row));
    }
  }

  private void label(Keywords set, int uid) {
    labelled.computeIfAbsent(set, _ -> new ArrayList<>()).add(new LogRecord.UidRange(uid, uid));
  }

  /// Gives rows that were found again the UID and flags they had, together with what another
  /// program changed in the spool meanwhile, and all others new ones.
  ///
  /// @param knownRowOf as [Reconciler.Outcome]
  /// @return the new ones
  public MessageTable recognise(MessageTable known, MessageTable found, int[] knownRowOf) {
    var arrivals = new MessageTable(0, believed);
    for (int row = 0; row < found.count(); row++) {
      int knownRow = knownRowOf[row];
      if (knownRow < 0) {
        arrive(found, row);
        arrivals.addCopy(found, row, believed);
      } else {
        recognise(known, knownRow, found, row);
      }
    }
    found.keywordSets(believed);
    return arrivals;
  }

  private void recognise(MessageTable known, int knownRow, MessageTable found, int row) {
    int before = known.bits(knownRow);
    int after = merge(before, found.bits(row));
    var had = known.keywords(knownRow);
    var says = found.keywords(row);
    boolean labels = (before & Bits.KEYWORDS_PENDING) == 0 && !says.equals(had) && hasRoomFor(says);
    after |= before & Bits.KEYWORDS_PENDING;
    int uid = known.uid(knownRow);
    boolean tellsUid = found.uid(row) == uid && (after & Bits.FOREIGN_FIELDS) == 0;
    after |= tellsUid ? Bits.FILE_UID : 0;
    found.uid(row, uid);
    if (known.wireOctets(knownRow) > 0) {
      // The From_ line of a message that a client brought does not tell its zone.
      found.internalDate(row, known.internalDate(knownRow), known.zoneMinutes(knownRow));
    }
    found.bits(row, after);
    found.keywordSet(row, believed.numberOf(labels ? says : had));
    boolean flags = ((before ^ after) & Bits.FLAGS) != 0;
    found.modSeq(row, flags || labels ? modSeq : known.modSeq(knownRow));
    if (labels) {
      label(says, uid);
    }
    if (StoredFlags.of(after) != StoredFlags.of(before)) {
      (flags ? changed : rewritten).add(new LogRecord.FlagRange(uid, uid, StoredFlags.of(after)));
    }
  }

  /// What has to be remembered at [#modSeq] of flags and keywords that changed.
  List<LogRecord> changes() {
    var records = new ArrayList<LogRecord>();
    if (!changed.isEmpty()) {
      records.add(new LogRecord.Flagged(changed));
    }
    labelled.forEach((set, ranges) -> records.add(new LogRecord.Labelled(set, ranges)));
    return records;
  }

  /// What has to be remembered besides, and is nothing that anybody has to hear of.
  List<LogRecord> quietChanges() {
    return rewritten.isEmpty() ? List.of() : List.of(new LogRecord.Flagged(rewritten));
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
    return (found & ~ours & ~fate & ~Bits.KEYWORDS_PENDING)
        | (flags & ours)
        | (known & fate)
        | file;
  }

  /// Whether the bookkeeping fields of a message still say what they said.
  ///
  /// @param found as scanned
  public static boolean saysTheSame(MessageTable known, int row, MessageTable found, int foundRow) {
    int bits = known.bits(row);
    int said = bits & (Bits.FILE_FLAGS | Bits.FILE_OLD);
    return said == fileBits(found.bits(foundRow))
        && ((bits & Bits.KEYWORDS_PENDING) != 0
            || known.keywords(row).equals(found.keywords(foundRow)));
  }

  /// The bits of a row whose flags were just written into the spool.
  public static int written(int bits) {
    return (bits & ~Bits.FLAGS_PENDING & ~Bits.FILE_FLAGS & ~Bits.FILE_OLD) | fileBits(bits);
  }

  private static int fileBits(int bits) {
    int flags = (bits & Bits.FLAGS) >> Bits.FLAGS_SHIFT << Bits.FILE_FLAGS_SHIFT;
    return flags | ((bits & Bits.OLD) != 0 ? Bits.FILE_OLD : 0);
  }

  /// Whether a UIDVALIDITY can go on: there are UIDs left for so many more messages.
  public static boolean hasRoom(long uidNext, int messages) {
    return uidNext + messages <= 0xFFFF_FFFFL;
  }
}
