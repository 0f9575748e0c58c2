package org.popinjay.mailstore.mbox.access;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.lock.SpoolLock;
import org.popinjay.mailstore.mbox.access.Removal.Headers;
import org.popinjay.mailstore.mbox.ledger.UidAssigner;
import org.popinjay.mailstore.mbox.rewrite.MboxRewriter.Replaced;
import org.popinjay.mailstore.mbox.rewrite.RewritePlan;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolFile;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.mailstore.mbox.text.StatusHeaders;
import org.popinjay.posix.FileStat;

/// Writes flags and keywords that so far only the state log knows into the spool, where other
/// programs see them: in place where the fields have room, else by a rewrite of what lies behind.
///
/// What would need too much rewriting, or room that the disk does not have, stays in the state log,
/// which answers for it, until a removal or another flush takes it along.
///
/// Used under the gate of its mailbox and the lock chain, once.
public final class FlagFlush {
  /// More than this is not moved for the sake of flags.
  static final long MOST_MOVED_OCTETS = 64L << 20;

  private final MboxEnvironment environment;
  private final SpoolFile spool;
  private final SpoolKnowledge known;
  private final Headers headers;
  private final Times times;
  private final MessageTable table;
  private final long toldBelow;
  private final List<Replaced> patches = new ArrayList<>();
  private final BitSet patched = new BitSet();
  private final BitSet growing = new BitSet();

  /// Sets the times of the spool after it was written.
  @FunctionalInterface
  public interface Times {
    /// Sets them; what the spool looks like is taken down afterwards.
    void set(MessageTable table) throws IOException;
  }

  /// @param headers reads stored header blocks
  public FlagFlush(
      MboxEnvironment environment,
      SpoolFile spool,
      SpoolKnowledge known,
      Headers headers,
      Times times) {
    this.times = times;
    this.environment = environment;
    this.spool = spool;
    this.known = known;
    this.headers = headers;
    table = known.table();
    toldBelow = known.ledger().chronicle().toldBelow();
  }

  /// Whether there is anything to write; reads nothing.
  public static boolean isPending(MessageTable table) {
    for (int row = 0; row < table.count(); row++) {
      if (isPending(table, row)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPending(MessageTable table, int row) {
    int bits = table.bits(row);
    boolean forgedOnly = (bits & Bits.FOREIGN_FIELDS) != 0 && table.keywordSet(row) == 0;
    return (bits & Bits.FLAGS_PENDING) != 0 || ((bits & Bits.KEYWORDS_PENDING) != 0 && !forgedOnly);
  }

  /// Writes what can be written; all of that is durable then.
  ///
  /// @param stat of the locked spool, which is what the table says
  public StoreResult<Boolean> run(FileStat stat, SpoolLock lock) throws IOException {
    plan();
    if (!patches.isEmpty()
        && environment.rewriter().patch(spool.descriptor(), patches, lock::stillOurs)
            instanceof StoreResult.Failed<Long>(StoreFailure failure)) {
      known.forget();
      return StoreResult.failed(failure);
    }
    note();
    return growing.isEmpty() || !isWorthMoving(stat) ? StoreResult.done(true) : grow(lock);
  }

  private void plan() throws IOException {
    for (int row = 0; row < table.count(); row++) {
      if (!isPending(table, row)) {
        continue;
      }
      int bits = RenewedHeader.wanted(table, row, toldBelow);
      boolean keywords = (bits & Bits.KEYWORDS_PENDING) != 0;
      var header = headers.read(row);
      var patch =
          StatusHeaders.patch(header, bits, keywords ? RenewedHeader.names(table, row) : null);
      if ((bits & Bits.FOREIGN_FIELDS) != 0 || patch.isEmpty()) {
        growing.set(row);
      } else {
        patched.set(row);
        if (patch.get().octets().length > 0) {
          long at = table.headerStart(row) + patch.get().offset();
          patches.add(new Replaced(at, patch.get().octets()));
        }
      }
    }
    if (!keywordsAreDeclared() && table.end() <= MOST_MOVED_OCTETS) {
      growing.set(0);
    }
  }

  /// Whether the spool, if it has a base of ours in its first message, names all keywords there:
  /// others are not believed by whoever takes it over.
  private boolean keywordsAreDeclared() {
    var mirror = known.base().mirror();
    var base = known.head().imapBase();
    var wanted = mirror.base();
    return !mirror.inFirstMessage()
        || base == null
        || wanted == null
        || base.keywords().containsAll(wanted.keywords());
  }

  /// Remembers what was written in place.
  private void note() throws IOException {
    if (patched.isEmpty()) {
      return;
    }
    for (int row = patched.nextSetBit(0); row >= 0; row = patched.nextSetBit(row + 1)) {
      int bits = RenewedHeader.wanted(table, row, toldBelow) & ~Bits.KEYWORDS_PENDING;
      table.bits(row, UidAssigner.written(bits));
    }
    if (!patches.isEmpty()) {
      times.set(table);
    }
    known.rewritten(table, patched, environment.stamp(spool, spool.stat()).upTo(table.end()));
  }

  private boolean isWorthMoving(FileStat stat) {
    return stat.size() - table.offset(growing.nextSetBit(0)) <= MOST_MOVED_OCTETS;
  }

  private StoreResult<Boolean> grow(SpoolLock lock) throws IOException {
    var stat = spool.stat();
    int first = growing.nextSetBit(0);
    var mirror = known.base().mirror();
    var base = mirror.inFirstMessage() && first == 0 ? mirror.base() : null;
    var plan = RewritePlan.from(table.offset(first), stat.size());
    var after = new MessageTable(table.count(), table.keywordSets());
    long at = table.offset(first);
    for (int row = 0; row < table.count(); row++) {
      int mine = after.addCopy(table, row);
      if (row < first) {
        mirror.passed(table, row, table.bits(row));
        continue;
      }
      after.offset(mine, at);
      plan.copy(table.offset(row), table.fromLineOctets(row));
      at += table.fromLineOctets(row);
      boolean withUid = mirror.wants(table, row);
      if (growing.get(row) || withUid) {
        growing.set(row);
        var header = headers.read(row);
        var renewed =
            RenewedHeader.of(
                header,
                table,
                row,
                toldBelow,
                withUid,
                row == 0 ? base : null,
                known.ledger().ids().kept());
        plan.literal(renewed.octets());
        after.headerOctets(mine, renewed.octets().length);
        after.bits(mine, renewed.bits());
      } else {
        plan.copy(table.headerStart(row), table.headerOctets(row));
      }
      mirror.passed(table, row, after.bits(mine));
      plan.copy(table.bodyStart(row), table.endOf(row) - table.bodyStart(row));
      at += after.headerOctets(mine) + table.endOf(row) - table.bodyStart(row);
    }
    after.end(at);
    after.orderByUid();
    return switch (environment
        .rewriter()
        .rewrite(spool.descriptor(), stat, spool.name(), plan.build(), lock::stillOurs)) {
      case StoreResult.Done<Long> _ -> {
        times.set(after);
        if (base != null) {
          known.baseWritten(base);
        }
        known.rewritten(after, growing, environment.stamp(spool, spool.stat()).upTo(at));
        yield StoreResult.done(true);
      }
      case StoreResult.Failed<Long>(StoreFailure.NoSpace _) -> StoreResult.done(false);
      case StoreResult.Failed<Long>(StoreFailure.OverQuota _) -> StoreResult.done(false);
      case StoreResult.Failed<Long>(StoreFailure failure) -> {
        known.forget();
        yield StoreResult.failed(failure);
      }
    };
  }
}
