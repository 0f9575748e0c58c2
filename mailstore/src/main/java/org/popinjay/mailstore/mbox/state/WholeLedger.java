package org.popinjay.mailstore.mbox.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.ids.KeptIds;
import org.popinjay.mailstore.mbox.text.MessageTable;

/// All that a state log has to say of a mailbox, as few records as can be: what [LedgerReplay]
/// makes the same mailbox of.
///
/// @param table its messages; up to date
public record WholeLedger(
    MessageTable table, UidValidity uidValidity, long uidNext, Chronicle chronicle, KeptIds ids) {

  /// The records, in the order to be written.
  public Stream<LogRecord> records() {
    var byUid = new MessageTable(table.count(), table.keywordSets());
    for (int position = 0; position < table.count(); position++) {
      byUid.addCopy(table, table.rowAt(position));
    }
    int step = LogRecord.Assigned.MAX_MESSAGES;
    return Stream.of(
            Stream.of(
                new LogRecord.Base(uidValidity, uidNext), new LogRecord.At(table.modSeqBase())),
            LogRecord.Identified.allOf(ids).stream(),
            IntStream.iterate(0, row -> row < byUid.count(), row -> row + step)
                .mapToObj(
                    row -> LogRecord.Assigned.of(byUid, row, Math.min(byUid.count(), row + step))),
            labels(byUid).stream(),
            IntStream.iterate(0, row -> row < byUid.count(), row -> row + step)
                .mapToObj(row -> stamps(byUid, row, Math.min(byUid.count(), row + step))),
            Stream.of(
                removals(),
                new LogRecord.Told(chronicle.toldBelow()),
                new LogRecord.At(chronicle.highest())))
        .flatMap(each -> each);
  }

  private static List<LogRecord> labels(MessageTable byUid) {
    var ranges = new LinkedHashMap<Integer, List<LogRecord.UidRange>>();
    for (int row = 0; row < byUid.count(); row++) {
      int set = byUid.keywordSet(row);
      if (set != 0) {
        ranges
            .computeIfAbsent(set, _ -> new ArrayList<>())
            .add(new LogRecord.UidRange(byUid.uid(row), byUid.uid(row)));
      }
    }
    var records = new ArrayList<LogRecord>();
    ranges.forEach(
        (set, uids) -> records.add(new LogRecord.Labelled(byUid.keywordSets().get(set), uids)));
    return records;
  }

  private static LogRecord stamps(MessageTable byUid, int from, int to) {
    var stamps = new ArrayList<LogRecord.Stamp>();
    for (int row = from; row < to; ) {
      int first = row++;
      while (row < to && byUid.modSeq(row) == byUid.modSeq(first)) {
        row++;
      }
      stamps.add(new LogRecord.Stamp(byUid.uid(first), byUid.uid(row - 1), byUid.modSeq(first)));
    }
    return new LogRecord.Stamped(stamps);
  }

  private LogRecord removals() {
    var removals = chronicle.removals();
    return new LogRecord.Removed(
        removals.floor(),
        IntStream.range(0, removals.count())
            .mapToObj(range ->
                new LogRecord.Stamp(
                    removals.first(range), removals.last(range), removals.modSeq(range)))
            .toList());
  }
}
