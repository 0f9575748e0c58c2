package org.popinjay.mailstore.mbox;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.UidValidity;

/// Puts records of the state log onto a table, first to last.
///
/// Rows that it adds have UIDs, digests and flags; where they lie is not known.
final class LedgerReplay implements Consumer<LogRecord> {
  private final Set<Integer> expunged = new HashSet<>();
  private MessageTable table;
  private @Nullable UidValidity uidValidity;
  private long uidNext;
  private boolean moved;

  /// Starts with what a cache says, or with an empty table and no validity.
  LedgerReplay(MessageTable table, @Nullable UidValidity uidValidity, long uidNext) {
    this.table = table;
    this.uidValidity = uidValidity;
    this.uidNext = uidNext;
  }

  @Override
  public void accept(LogRecord each) {
    switch (each) {
      case LogRecord.Base(UidValidity validity, long next) -> begin(validity, next);
      case LogRecord.Assigned assigned -> assign(assigned);
      case LogRecord.Flagged(var ranges) -> ranges.forEach(this::flag);
      case LogRecord.Expunged(var ranges) -> ranges.forEach(this::expunge);
    }
  }

  private void begin(UidValidity validity, long next) {
    if (!validity.equals(uidValidity)) {
      table = new MessageTable(0);
      expunged.clear();
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
      uidNext = Math.max(uidNext, Integer.toUnsignedLong(assigned.uid(i)) + 1);
    }
    table.orderByUid();
  }

  private void flag(LogRecord.FlagRange range) {
    for (int position = table.positionNotBelow(range.first());
        position < table.count();
        position++) {
      int row = table.rowAt(position);
      if (Integer.compareUnsigned(table.uid(row), range.last()) > 0) {
        return;
      }
      table.bits(row, StoredFlags.into(table.bits(row), range.flags()));
    }
  }

  private void expunge(LogRecord.UidRange range) {
    for (int position = table.positionNotBelow(range.first());
        position < table.count();
        position++) {
      int uid = table.uid(table.rowAt(position));
      if (Integer.compareUnsigned(uid, range.last()) > 0) {
        return;
      }
      expunged.add(uid);
      moved = true;
    }
  }

  /// The living messages.
  MessageTable table() {
    if (expunged.isEmpty()) {
      return table;
    }
    var living = new MessageTable(table.count() - expunged.size());
    for (int row = 0; row < table.count(); row++) {
      if (!expunged.contains(table.uid(row))) {
        living.addCopy(table, row);
      }
    }
    living.orderByUid();
    return living;
  }

  /// Null if the mailbox has no life yet.
  @Nullable UidValidity uidValidity() {
    return uidValidity;
  }

  /// The next UID to give.
  long uidNext() {
    return uidNext;
  }

  /// Whether messages came or went, so that the table says nothing of where they lie.
  boolean moved() {
    return moved;
  }
}
