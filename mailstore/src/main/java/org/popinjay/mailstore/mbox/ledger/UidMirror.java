package org.popinjay.mailstore.mbox.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Keyword;
import org.popinjay.mailstore.mbox.text.ImapBase;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.mailstore.mbox.text.SpoolHead;

/// What a rewrite does for the day on which the state directory is lost: a spool that has an
/// `X-IMAPbase` or `X-IMAP` field of this life of the mailbox is kept fit for being taken over
/// ([UidAssigner#imported]), and no UID is ever given twice then.
///
/// Messages that move anyway get their UID as an `X-UID` field, as long as all before them have
/// theirs, since UIDs behind a gap would be worth nothing. One instance a rewrite, which shows it
/// all messages in the order of the file.
public final class UidMirror {
  private final @Nullable ImapBase base;
  private final boolean inFirstMessage;
  private boolean unbroken;
  private long last;

  private UidMirror(@Nullable ImapBase base, boolean inFirstMessage) {
    this.base = base;
    this.inFirstMessage = inFirstMessage;
    unbroken = base != null;
  }

  /// Mirrors nothing.
  public static UidMirror none() {
    return new UidMirror(null, false);
  }

  /// What there is to mirror into a spool; nothing if it has no base, or that of another life.
  ///
  /// @param uidNext the next UID to be given
  public static UidMirror of(SpoolHead head, MessageTable table, long uidValidity, long uidNext) {
    var base = head.imapBase();
    boolean inFirstMessage = head.pseudoEnd() == 0;
    if (base == null || base.uidValidity() != uidValidity) {
      return none();
    }
    if (inFirstMessage && (table.count() == 0 || (table.bits(0) & Bits.FOREIGN_FIELDS) != 0)) {
      return none();
    }
    if (uidNext - 1 > ImapBase.HIGHEST_UID_LAST) {
      return none();
    }
    var keywords = new ArrayList<>(base.keywords());
    for (Keyword keyword : table.keywordSets().all().list()) {
      if (keywords.stream().noneMatch(keyword.name()::equalsIgnoreCase)) {
        keywords.add(keyword.name());
      }
    }
    long uidLast = Math.max(base.uidLast(), uidNext - 1);
    return new UidMirror(new ImapBase(uidValidity, uidLast, keywords), inFirstMessage);
  }

  /// What the base is to say; null if there is none.
  public @Nullable ImapBase base() {
    return base;
  }

  /// Whether the base stands in a message that clients see, and goes with it.
  public boolean inFirstMessage() {
    return base != null && inFirstMessage;
  }

  /// Whether the next message is to get its UID into its header.
  public boolean wants(MessageTable table, int row) {
    return unbroken
        && (table.bits(row) & Bits.FILE_UID) == 0
        && Integer.toUnsignedLong(table.uid(row)) > last;
  }

  /// The next message stays or was renewed; these are its bits now.
  public void passed(MessageTable table, int row, int bits) {
    long uid = Integer.toUnsignedLong(table.uid(row));
    unbroken &= (bits & Bits.FILE_UID) != 0 && uid > last;
    last = uid;
  }

  /// Whether a spool with this base, taken over as it is, would give its messages the UIDs that
  /// they have, and give no UID again.
  public static boolean isTrue(ImapBase base, MessageTable table, long uidNext) {
    var said = new int[table.count()];
    Arrays.setAll(said, row -> (table.bits(row) & Bits.FILE_UID) != 0 ? table.uid(row) : 0);
    int[] given = UidAssigner.imported(said, base);
    long next = base.uidLast() + 1;
    for (int row = 0; given != null && row < given.length; row++) {
      long uid = Integer.toUnsignedLong(given[row]);
      if (given[row] != table.uid(row) && uid < uidNext) {
        return false;
      }
      next = Math.max(next, uid + 1);
    }
    return given != null && next >= uidNext;
  }
}
