package org.popinjay.mailstore.mbox.access;

import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.lock.SpoolLock;
import org.popinjay.mailstore.mbox.ledger.LivePicture;
import org.popinjay.mailstore.mbox.ledger.UidMirror;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolFile;
import org.popinjay.mailstore.mbox.spool.SpoolReader;

/// Takes messages out of a spool and out of what is known of it.
///
/// Used under the gate of its mailbox and the lock chain, once.
public final class Expunging {
  private final MboxEnvironment environment;
  private final SpoolFile spool;
  private final SpoolKnowledge known;
  private final SpoolReader reader;
  private final GhostSpill spill;
  private final LivePicture live;
  private int removed;
  private long octets;
  private int uncertain;

  public Expunging(
      MboxEnvironment environment,
      SpoolFile spool,
      SpoolKnowledge known,
      SpoolReader reader,
      GhostSpill spill,
      LivePicture live) {
    this.environment = environment;
    this.spool = spool;
    this.known = known;
    this.reader = reader;
    this.spill = spill;
    this.live = live;
  }

  /// What came of it.
  public Removed result() {
    return new Removed(removed, octets, uncertain);
  }

  /// Removes messages; durable when it returns.
  ///
  /// @param watching how many pictures there are of whoever removes them
  /// @return why that cannot be done, or null
  public @Nullable StoreFailure run(int[] uids, SpoolLock lock, int watching) throws IOException {
    var table = known.table();
    var rows = new BitSet(table.count());
    for (int uid : uids) {
      int row = table.rowOf(uid);
      if (row >= 0) {
        rows.set(row);
      } else if (known.uncertain().contains(uid)) {
        uncertain++;
      }
    }
    if (rows.isEmpty()) {
      return null;
    }
    var stat = spool.stat();
    if (stat.size() != table.end()) {
      return new StoreFailure.Busy(
          Duration.ZERO, spool.path() + " is written to by a program that does not lock it");
    }
    var planned =
        Removal.of(
            table,
            rows,
            stat.size(),
            row -> reader.header(table, row),
            environment.writeFlags(),
            known.ledger().chronicle().toldBelow(),
            environment.writeFlags() ? known.base().mirror() : UidMirror.none(),
            known.ledger().ids().kept());
    var failed =
        planned.baseStays() ? known.base().freshen(planned.after(), lock::stillOurs) : null;
    if (failed != null) {
      return failed;
    }
    if (live.locked(live::views) > watching) {
      spill.keep(spool.descriptor(), table, rows);
    }
    if (environment
            .rewriter()
            .rewrite(spool.descriptor(), stat, spool.name(), planned.plan(), lock::stillOurs)
        instanceof StoreResult.Failed<Long>(StoreFailure failure)) {
      known.forget();
      return failure;
    }
    known.keepMailLookingNew(planned.after());
    var stamp = environment.stamp(spool, spool.stat()).upTo(planned.after().end());
    var head = planned.baseStays() ? known.head() : known.head().with(planned.base());
    known.become(
        known.ledger().expunged(table, rows, known.uncertain()), planned.after(), head, stamp);
    known.noteUnsaved(planned.after().end());
    removed = rows.cardinality();
    octets = rows.stream().mapToLong(table::completeOctets).sum();
    return null;
  }
}
