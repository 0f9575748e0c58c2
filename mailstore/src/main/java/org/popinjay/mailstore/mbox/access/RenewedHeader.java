package org.popinjay.mailstore.mbox.access;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Keyword;
import org.popinjay.mailstore.mbox.ids.KeptIds;
import org.popinjay.mailstore.mbox.ledger.UidAssigner;
import org.popinjay.mailstore.mbox.text.ImapBase;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.mailstore.mbox.text.StatusHeaders;
import org.popinjay.mailstore.mbox.text.StatusHeaders.Bookkeeping;

/// A header block with bookkeeping fields of ours in place of whatever was there.
///
/// @param octets of the block, blank line included
/// @param bits of the row once the block stands in the spool
@SuppressWarnings("ArrayRecordComponent") // handed over once and not kept
record RenewedHeader(byte[] octets, int bits) {

  /// The bits of a row as the spool is to say them: recent messages become old when they were told.
  static int wanted(MessageTable table, int row, long toldBelow) {
    boolean told = Integer.toUnsignedLong(table.uid(row)) < toldBelow;
    return table.bits(row) | (told ? Bits.OLD : 0);
  }

  /// Names of the keywords of a row.
  static List<String> names(MessageTable table, int row) {
    return table.keywords(row).list().stream().map(Keyword::name).toList();
  }

  /// The block of a row.
  ///
  /// @param header as it stands in the spool
  /// @param toldBelow as `Chronicle.toldBelow`
  /// @param withUid whether to tell its UID
  /// @param base what to tell of the mailbox; null leaves what is there
  /// @param ids those that are kept with messages, told with each
  static RenewedHeader of(
      byte[] header,
      MessageTable table,
      int row,
      long toldBelow,
      boolean withUid,
      @Nullable ImapBase base,
      KeptIds ids) {
    int bits = wanted(table, row, toldBelow);
    boolean foreign = (bits & Bits.FOREIGN_FIELDS) != 0;
    var said = foreign ? Bookkeeping.of(0, 0) : StatusHeaders.read(header);
    var keptId = Optional.ofNullable(ids.of(table.uid(row)));
    boolean ours = foreign || (bits & Bits.KEYWORDS_PENDING) != 0;
    var octets =
        StatusHeaders.rewrite(
            header,
            bits,
            new Bookkeeping(
                bits,
                withUid ? Integer.toUnsignedLong(table.uid(row)) : said.uid(),
                ours ? names(table, row) : said.keywords(),
                base == null ? said.base() : Optional.of(base),
                said.notes().withKeptId(keptId)));
    int past = Bits.FOREIGN_FIELDS | Bits.NO_BLANK_LINE | Bits.KEYWORDS_PENDING | Bits.KEPT_ID;
    int kept = (bits & ~past) | (keptId.isPresent() ? Bits.KEPT_ID : 0);
    boolean headerOnly = table.bodyStart(row) == table.contentEnd(row);
    int ended = headerOnly ? kept & ~Bits.NO_FINAL_LINE_END : kept;
    int told = withUid ? Bits.HIDDEN_FIELDS | Bits.FILE_UID : Bits.HIDDEN_FIELDS;
    return new RenewedHeader(octets, UidAssigner.written(ended) | told);
  }
}
