package org.popinjay.mailstore.mbox.access;

import java.io.IOException;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.mbox.ids.KeptIds;
import org.popinjay.mailstore.mbox.ledger.UidMirror;
import org.popinjay.mailstore.mbox.rewrite.RewritePlan;
import org.popinjay.mailstore.mbox.text.ImapBase;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;

/// Works out what a spool looks like without some of its messages: the plan for the rewriter and
/// the table that is true afterwards.
///
/// On the way, bookkeeping fields that a sender forged are taken out and flags that were kept in
/// the state log are written into the headers that move anyway, but only where that needs no more
/// room than the removal made before it: every octet moves towards the front, so the rewrite never
/// needs space and can go through a journal of any size.
final class Removal {
  private static final int LF = 1;
  private static final int CRLF = 2;
  private static final byte[] LF_OCTETS = {'\n'};
  private static final byte[] CRLF_OCTETS = {'\r', '\n'};

  private final MessageTable table;
  private final BitSet rows;
  private final Headers headers;
  private final boolean writeFlags;
  private final long toldBelow;
  private final UidMirror mirror;
  private final KeptIds ids;
  private final RewritePlan.Builder plan;
  private final MessageTable after;
  private long at;
  private final boolean baseStays;
  private @Nullable ImapBase moved;

  /// Reads stored header blocks.
  @FunctionalInterface
  public interface Headers {
    /// The stored header block of a row.
    byte[] read(int row) throws IOException;
  }

  /// What was worked out.
  ///
  /// @param plan for the rewriter
  /// @param after the table once the plan is carried out
  /// @param baseStays whether the base of the spool, if it has one, is where it was
  /// @param base the one that the plan writes into the first message, or null
  record Planned(
      RewritePlan plan, MessageTable after, boolean baseStays, @Nullable ImapBase base) {}

  private Removal(
      MessageTable table,
      BitSet rows,
      long spoolOctets,
      Headers headers,
      boolean writeFlags,
      long toldBelow,
      UidMirror mirror,
      KeptIds ids) {
    this.ids = ids;
    this.table = table;
    this.mirror = mirror;
    this.rows = rows;
    this.headers = headers;
    this.writeFlags = writeFlags;
    this.toldBelow = toldBelow;
    long first = table.offset(rows.nextSetBit(0));
    plan = RewritePlan.from(first, spoolOctets);
    after = new MessageTable(table.count() - rows.cardinality(), table.keywordSets());
    at = first;
    baseStays = !mirror.inFirstMessage() || !rows.get(0);
  }

  /// Plans the removal of rows.
  ///
  /// @param rows at least one
  /// @param spoolOctets size of the spool; behind the last message there is nothing
  /// @param writeFlags whether pending flags may be written
  /// @param toldBelow as `Chronicle.toldBelow`
  /// @param mirror sees to it that UIDs survive in the spool
  /// @param ids those that are kept with messages
  static Planned of(
      MessageTable table,
      BitSet rows,
      long spoolOctets,
      Headers headers,
      boolean writeFlags,
      long toldBelow,
      UidMirror mirror,
      KeptIds ids)
      throws IOException {
    return new Removal(table, rows, spoolOctets, headers, writeFlags, toldBelow, mirror, ids).run();
  }

  private Planned run() throws IOException {
    int firstGone = rows.nextSetBit(0);
    for (int row = 0; row < firstGone; row++) {
      after.addCopy(table, row);
      mirror.passed(table, row, table.bits(row));
    }
    for (int row = rows.nextClearBit(firstGone);
        row < table.count();
        row = rows.nextClearBit(row + 1)) {
      separatePrevious();
      keep(row);
    }
    after.end(at);
    after.orderByUid();
    return new Planned(plan.build(), after, baseStays, moved);
  }

  /// A message without a blank line behind it was recognised by what followed; now something else
  /// follows.
  private void separatePrevious() {
    int previous = after.count() - 1;
    if (previous < 0 || (after.bits(previous) & Bits.SEPARATOR) != 0) {
      return;
    }
    boolean crlf = (after.bits(previous) & Bits.CRLF) != 0;
    if ((after.bits(previous) & Bits.NO_FINAL_LINE_END) != 0) {
      literal(crlf ? CRLF_OCTETS : LF_OCTETS);
      after.bits(previous, after.bits(previous) & ~Bits.NO_FINAL_LINE_END);
    }
    literal(crlf ? CRLF_OCTETS : LF_OCTETS);
    after.bits(previous, after.bits(previous) | (crlf ? CRLF : LF));
  }

  private void keep(int row) throws IOException {
    int mine = after.addCopy(table, row);
    after.offset(mine, at);
    int bits = table.bits(row);
    boolean forged = (bits & Bits.FOREIGN_FIELDS) != 0;
    boolean pending = writeFlags && (bits & (Bits.FLAGS_PENDING | Bits.KEYWORDS_PENDING)) != 0;
    boolean withUid = mirror.wants(table, row);
    var base = mine == 0 && !baseStays ? mirror.base() : null;
    if (forged || pending || withUid || base != null) {
      var renewed = RenewedHeader.of(headers.read(row), table, row, toldBelow, withUid, base, ids);
      if (renewed.octets().length <= roomFor(row)) {
        moved = base == null ? moved : base;
        source(table.offset(row), table.headerStart(row));
        literal(renewed.octets());
        source(table.bodyStart(row), table.endOf(row));
        after.headerOctets(mine, renewed.octets().length);
        after.bits(mine, renewed.bits());
        mirror.passed(table, row, renewed.bits());
        return;
      }
    }
    mirror.passed(table, row, bits);
    source(table.offset(row), table.endOf(row));
  }

  /// The longest header block that lets the body move towards the front or stay.
  private long roomFor(int row) {
    return table.bodyStart(row) - (at + table.fromLineOctets(row));
  }

  private void source(long from, long to) {
    plan.copy(from, to - from);
    at += to - from;
  }

  private void literal(byte[] octets) {
    plan.literal(octets);
    at += octets.length;
  }
}
