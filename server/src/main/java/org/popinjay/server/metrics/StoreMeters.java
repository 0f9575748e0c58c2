package org.popinjay.server.metrics;

import static org.popinjay.server.metrics.PopinjayMeters.BARE_FROM_LINES;
import static org.popinjay.server.metrics.PopinjayMeters.BULLETINS;
import static org.popinjay.server.metrics.PopinjayMeters.BULLETIN_FAULTS;
import static org.popinjay.server.metrics.PopinjayMeters.DROPS;
import static org.popinjay.server.metrics.PopinjayMeters.FORGED_FIELDS;
import static org.popinjay.server.metrics.PopinjayMeters.LOCK_TIMEOUTS;
import static org.popinjay.server.metrics.PopinjayMeters.LOCK_WAIT;
import static org.popinjay.server.metrics.PopinjayMeters.NOTICED;
import static org.popinjay.server.metrics.PopinjayMeters.OPENS;
import static org.popinjay.server.metrics.PopinjayMeters.RECOVERIES;
import static org.popinjay.server.metrics.PopinjayMeters.REWRITTEN;
import static org.popinjay.server.metrics.PopinjayMeters.SCANNED;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.popinjay.mailstore.StoreEvents;

/// Counts what the store reports.
final class StoreMeters implements StoreEvents {
  private final Timings lockTaken;
  private final Timings lockGivenUp;
  private final LongAdder lockTimeouts;
  private final LongAdder scanned;
  private final LongAdder rewritten;
  private final Map<IndexUse, LongAdder> opens;
  private final Map<RecoveryOutcome, LongAdder> recoveries;
  private final LongAdder bareFromLines;
  private final LongAdder forgedFields;
  private final LongAdder diskFull;
  private final Timings noticed;
  private final Map<DropOutcome, LongAdder> drops;
  private final LongAdder bulletins;
  private final LongAdder bulletinFaults;

  StoreMeters(Board board, LongAdder diskFull) {
    this.diskFull = diskFull;
    noticed = board.timings(NOTICED);
    drops = board.counters(DROPS, DropOutcome.class);
    bulletins = board.counter(BULLETINS);
    bulletinFaults = board.counter(BULLETIN_FAULTS);
    lockTaken = board.timings(LOCK_WAIT, "true");
    lockGivenUp = board.timings(LOCK_WAIT, "false");
    lockTimeouts = board.counter(LOCK_TIMEOUTS);
    scanned = board.counter(SCANNED);
    rewritten = board.counter(REWRITTEN);
    opens = board.counters(OPENS, IndexUse.class);
    recoveries = board.counters(RECOVERIES, RecoveryOutcome.class);
    bareFromLines = board.counter(BARE_FROM_LINES);
    forgedFields = board.counter(FORGED_FIELDS);
  }

  @Override
  public void lockWaited(long nanos, boolean taken) {
    if (taken) {
      lockTaken.record(nanos);
    } else {
      lockGivenUp.record(nanos);
      lockTimeouts.increment();
    }
  }

  @Override
  public void scanned(long octets) {
    scanned.add(octets);
  }

  @Override
  public void rewritten(long octets) {
    rewritten.add(octets);
  }

  @Override
  public void indexUsed(IndexUse use) {
    Board.cell(opens, use).increment();
  }

  @Override
  public void bareFromLines(long count) {
    bareFromLines.add(count);
  }

  @Override
  public void forgedFields(long count) {
    forgedFields.add(count);
  }

  @Override
  public void diskFull() {
    diskFull.increment();
  }

  @Override
  public void noticed(long nanos) {
    noticed.record(nanos);
  }

  @Override
  public void dropFound(DropOutcome outcome) {
    Board.cell(drops, outcome).increment();
  }

  @Override
  public void bulletinsDelivered(int count) {
    bulletins.add(count);
  }

  @Override
  public void bulletinFault() {
    bulletinFaults.increment();
  }

  @Override
  public void recovered(RecoveryOutcome outcome) {
    Board.cell(recoveries, outcome).increment();
  }
}
