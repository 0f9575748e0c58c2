package org.popinjay.mailstore.mbox.state;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.ids.KeptIds;
import org.popinjay.mailstore.mbox.text.MessageTable;

/// Puts records of the state log onto a table, first to last.
///
/// Rows that it adds have UIDs, digests and flags; where they lie is not known.
public final class LedgerReplay implements Consumer<LogRecord> {
  private final Set<Integer> expunged = new HashSet<>();
  private MessageTable table;
  private @Nullable UidValidity uidValidity;
  private long uidNext;
  private Chronicle chronicle;
  private KeptIds.Builder ids = new KeptIds.Builder();
  private boolean moved;

  /// Mod-sequence of what comes next; 0 while it is no change that anybody has to hear of.
  private long now;

  /// Starts with nothing.
  public LedgerReplay() {
    this(new MessageTable(0), KeptIds.NONE, null, 1, new Chronicle());
  }

  /// Starts with what a cache says.
  public LedgerReplay(SpoolIndex index) {
    this(index.table(), index.ids(), index.uidValidity(), index.uidNext(), index.chronicle());
  }

  private LedgerReplay(
      MessageTable table,
      KeptIds known,
      @Nullable UidValidity uidValidity,
      long uidNext,
      Chronicle chronicle) {
    ids.add(known);
    this.table = table;
    this.uidValidity = uidValidity;
    this.uidNext = uidNext;
    this.chronicle = chronicle;
  }

  @Override
  public void accept(LogRecord each) {
    switch (each) {
      case LogRecord.Base(UidValidity validity, long next) -> begin(validity, next);
      case LogRecord.Assigned assigned -> assign(assigned);
      case LogRecord.Flagged(var ranges) -> ranges.forEach(this::flag);
      case LogRecord.Expunged(var ranges) -> ranges.forEach(this::expunge);
      case LogRecord.At(long modSeq) -> at(modSeq);
      case LogRecord.Labelled(var keywords, var ranges) -> label(keywords, ranges);
      case LogRecord.Stamped(var ranges) -> ranges.forEach(this::stamp);
      case LogRecord.Removed(long floor, var ranges) -> removed(floor, ranges);
      case LogRecord.Told(long below) -> chronicle.toldBelow(below);
      case LogRecord.Identified(var kept) -> ids.add(kept);
    }
  }

  private void at(long modSeq) {
    now = modSeq;
    chronicle.happened(modSeq);
    if (table.modSeqBase() == 0) {
      table.modSeqBase(modSeq);
    }
  }

  private void label(Keywords keywords, List<LogRecord.UidRange> ranges) {
    int number = table.keywordSets().numberOf(keywords);
    for (var range : ranges) {
      living(
          range.first(),
          range.last(),
          row -> {
            table.keywordSet(row, number);
            changed(row);
          });
    }
  }

  private void changed(int row) {
    if (now != 0) {
      table.modSeq(row, now);
    }
  }

  private void stamp(LogRecord.Stamp stamp) {
    living(stamp.first(), stamp.last(), row -> table.modSeq(row, stamp.modSeq()));
  }

  private void removed(long floor, List<LogRecord.Stamp> ranges) {
    chronicle.removals().forget(floor);
    ranges.forEach(range -> chronicle.removals().add(range.first(), range.last(), range.modSeq()));
  }

  /// Visits the rows of UIDs from one to another.
  private void living(int first, int last, IntConsumer visitor) {
    for (int position = table.positionNotBelow(first); position < table.count(); position++) {
      int row = table.rowAt(position);
      if (Integer.compareUnsigned(table.uid(row), last) > 0) {
        return;
      }
      visitor.accept(row);
    }
  }

  private void begin(UidValidity validity, long next) {
    if (!validity.equals(uidValidity)) {
      table = new MessageTable(0);
      chronicle = new Chronicle();
      expunged.clear();
      ids = new KeptIds.Builder();
      moved = true;
    }
    uidValidity = validity;
    uidNext = Math.max(next, 1);
  }

  private void assign(LogRecord.Assigned assigned) {
    moved = true;
    for (int i = 0; i < assigned.count(); i++) {
      int row = table.add(table.end());
      table.uid(row, assigned.uid(i));
      table.headerDigest(row, assigned.headerDigest(i));
      table.bodyDigest(row, assigned.bodyDigest(i));
      table.bits(row, StoredFlags.into(0, assigned.flags(i)));
      changed(row);
      uidNext = Math.max(uidNext, Integer.toUnsignedLong(assigned.uid(i)) + 1);
    }
    table.orderByUid();
  }

  private void flag(LogRecord.FlagRange range) {
    living(
        range.first(),
        range.last(),
        row -> {
          table.bits(row, StoredFlags.into(table.bits(row), range.flags()));
          changed(row);
        });
  }

  private void expunge(LogRecord.UidRange range) {
    chronicle.removals().add(range.first(), range.last(), now);
    living(
        range.first(),
        range.last(),
        row -> {
          expunged.add(table.uid(row));
          moved = true;
        });
  }

  /// The living messages.
  public MessageTable table() {
    if (expunged.isEmpty()) {
      return table;
    }
    var living = new MessageTable(table.count() - expunged.size(), table.keywordSets());
    for (int row = 0; row < table.count(); row++) {
      if (!expunged.contains(table.uid(row))) {
        living.addCopy(table, row);
      }
    }
    living.orderByUid();
    return living;
  }

  /// Ids that are kept with the living messages.
  ///
  /// @param living as [#table]
  public KeptIds ids(MessageTable living) {
    return ids.build().only(uid -> living.rowOf(uid) >= 0);
  }

  /// Null if the mailbox has no life yet.
  public @Nullable UidValidity uidValidity() {
    return uidValidity;
  }

  /// The next UID to give.
  public long uidNext() {
    return uidNext;
  }

  /// When all this happened; [Chronicle#highest] is 0 if an older version wrote it.
  public Chronicle chronicle() {
    return chronicle;
  }

  /// Whether messages came or went, so that the table says nothing of where they lie.
  public boolean moved() {
    return moved;
  }
}
