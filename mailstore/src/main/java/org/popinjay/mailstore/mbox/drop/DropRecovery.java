package org.popinjay.mailstore.mbox.drop;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.StoreEvents.DropOutcome;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.lock.Purpose;
import org.popinjay.mailstore.lock.SpoolLock;
import org.popinjay.mailstore.mbox.access.MboxAppender;
import org.popinjay.mailstore.mbox.access.SpoolKnowledge;
import org.popinjay.mailstore.mbox.append.ForeignMessage;
import org.popinjay.mailstore.mbox.disk.StoreFailures;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.mailstore.mbox.ledger.OldDrop;
import org.popinjay.mailstore.mbox.rewrite.RewritePlan;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolFile;
import org.popinjay.mailstore.mbox.text.FromLine;
import org.popinjay.mailstore.mbox.text.MboxScanner;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.mailstore.mbox.text.PostedLine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts the mail that popper or qpopper left in `.USER.pop` back into the spool, ahead of what was
/// delivered since.
///
/// What the spool has already stays where it is the only copy; the rest is appended as any mail is,
/// then all of it is brought to the front through the journal, and only then the file is emptied.
/// Each step begins by looking what is there, so that whatever stops it, the next sign-in goes on,
/// and at no instant is a message in neither file.
///
/// Used under the gate of INBOX.
public final class DropRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(DropRecovery.class);

  private final MboxEnvironment environment;
  private final AccountOwner owner;
  private final SpoolFile spool;
  private final SpoolKnowledge known;
  private final MboxAppender appender;
  private int messages;
  private String fault = "";

  public DropRecovery(
      MboxEnvironment environment,
      AccountOwner owner,
      SpoolFile spool,
      SpoolKnowledge known,
      MboxAppender appender) {
    this.environment = environment;
    this.owner = owner;
    this.spool = spool;
    this.known = known;
    this.appender = appender;
  }

  /// Recovers what there is.
  ///
  /// @return why mail waits there, if it could be had later; null if nothing does that we could do
  ///   anything about
  public @Nullable StoreFailure run() throws IOException {
    try (var found = open()) {
      return found == null ? null : recover(found.drop(), found.table());
    }
  }

  /// A file with mail in it.
  private record Found(LeftDrop drop, MessageTable table) implements AutoCloseable {
    @Override
    public void close() {
      drop.close();
    }
  }

  /// What was found by [#run], [#look] or [#count]: so many messages, or why there are none.
  public OldDrop found() {
    return new OldDrop(messages, fault);
  }

  private @Nullable Found open() throws IOException {
    return switch (LeftDrop.open(environment, owner, spool.place())) {
      case null -> null;
      case LeftDrop.Opening.Refused(String detail, boolean busy) -> {
        refuse(busy ? DropOutcome.BUSY : DropOutcome.REFUSED, detail);
        yield null;
      }
      case LeftDrop.Opening.Opened(LeftDrop drop) -> {
        var found = drop.octets() == 0 ? null : scan(drop);
        if (found == null) {
          drop.close();
        }
        yield found;
      }
    };
  }

  private void refuse(DropOutcome outcome, String detail) {
    fault = detail;
    environment.events().dropFound(outcome);
    LOG.error("mail of an older server is not taken in: {}", detail);
  }

  private @Nullable Found scan(LeftDrop drop) throws IOException {
    var left = new MessageTable(16);
    var outcome = environment.scan(drop.descriptor(), 0, drop.octets(), false, left);
    if (outcome instanceof MboxScanner.Outcome.Scanned && beginsWithSeparator(drop, left)) {
      messages = left.count();
      return new Found(drop, left);
    }
    refuse(
        DropOutcome.REFUSED,
        drop.path() + " does not begin with a valid From_ line; it is left alone");
    return null;
  }

  private @Nullable StoreFailure recover(LeftDrop drop, MessageTable left) throws IOException {
    try {
      var failure = putBack(drop, left);
      if (failure != null) {
        waits(drop, failure);
      }
      return failure;
    } catch (IOException e) {
      waits(drop, StoreFailures.of(e));
      throw e;
    }
  }

  private void waits(LeftDrop drop, StoreFailure failure) {
    fault = failure.detail();
    environment.events().dropFound(DropOutcome.WAITS);
    LOG.error("mail of an older server waits in {}: {}", drop.path(), failure.detail());
  }

  private @Nullable StoreFailure putBack(LeftDrop drop, MessageTable left) throws IOException {
    var failure = spool.make();
    if (failure == null) {
      failure = known.load();
    }
    if (failure == null) {
      failure = known.locked(Purpose.WRITE, (stat, lock) -> merge(drop, left, lock));
    }
    return failure;
  }

  /// Counts what there is.
  public void count() throws IOException {
    var found = open();
    if (found != null) {
      found.close();
    }
  }

  /// Opens what waits, to be read where it lies; null if that cannot be done.
  public @Nullable LeftMail look() throws IOException {
    try (var found = open()) {
      return found == null ? null : look(found.drop(), found.table());
    }
  }

  private @Nullable LeftMail look(LeftDrop drop, MessageTable left) throws IOException {
    int[] rows = new int[left.count()];
    Arrays.fill(rows, -1);
    var failure =
        known.locked(
            Purpose.READ,
            (stat, _) -> {
              var changed = known.rescan(stat);
              if (changed == null) {
                System.arraycopy(copies(drop, left), 0, rows, 0, rows.length);
              }
              return changed;
            });
    if (failure != null) {
      return null;
    }
    var order = new int[rows.length];
    long next = known.ledger().uidNext();
    for (int row = 0; row < rows.length; row++) {
      left.uid(row, rows[row] < 0 ? (int) next++ : 0);
      order[row] = rows[row] < 0 ? 0 : known.table().uid(rows[row]);
    }
    return drop.reopen(owner, left, order, known.ledger());
  }

  private boolean beginsWithSeparator(LeftDrop drop, MessageTable left) throws IOException {
    if (left.count() == 0 || left.offset(0) != 0) {
      return false;
    }
    try (var arena = Arena.ofConfined()) {
      int octets = Math.min(FromLine.JUDGED_OCTETS, left.fromLineOctets(0));
      var line = arena.allocate(octets).asByteBuffer();
      WholeTransfers.read(environment.files(), drop.descriptor(), line, 0);
      var array = new byte[octets];
      line.flip().get(array);
      return new PostedLine(environment.zone()).read(array, octets) != null;
    }
  }

  private @Nullable StoreFailure merge(LeftDrop drop, MessageTable left, SpoolLock lock)
      throws IOException {
    boolean isNew = known.ledger().isNew();
    var failure = known.rescanWhole(spool.stat());
    if (failure != null) {
      return failure;
    }
    int[] rows = copies(drop, left);
    var missing = new ArrayList<ForeignMessage>();
    for (int row = 0; row < left.count(); row++) {
      if (rows[row] < 0) {
        missing.add(message(drop, left, row));
      }
    }
    var ledger = known.ledger();
    ledger.ids().recovering(true);
    try {
      failure = appender.append(missing, lock);
    } finally {
      ledger.ids().recovering(false);
    }
    if (failure == null) {
      int appended = known.table().count() - missing.size();
      for (int row = 0; row < left.count(); row++) {
        rows[row] = rows[row] < 0 ? appended++ : rows[row];
      }
      failure = bringToFront(rows, isNew, lock);
    }
    if (failure != null) {
      return failure;
    }
    drop.empty();
    environment.events().dropFound(DropOutcome.RECOVERED);
    LOG.warn(
        "{} messages of {} are back in {}; {} of them were there already",
        left.count(),
        drop.path(),
        spool.path(),
        left.count() - missing.size());
    return null;
  }

  private int[] copies(LeftDrop drop, MessageTable left) throws IOException {
    return new DropCopies(environment, drop, left, spool, known.table()).rows();
  }

  private ForeignMessage message(LeftDrop drop, MessageTable left, int row) {
    int bits = left.bits(row);
    return new ForeignMessage(
        environment.files(),
        drop.descriptor(),
        left.offset(row),
        left.headerStart(row),
        left.contentEnd(row),
        (bits & Bits.NO_FINAL_LINE_END) != 0,
        (bits & Bits.CRLF) != 0);
  }

  /// Gives the spool the order that the old server would have given it. A mailbox that nobody has
  /// seen yet gets its UIDs in that order, too.
  private @Nullable StoreFailure bringToFront(int[] front, boolean isNew, SpoolLock lock)
      throws IOException {
    var table = known.table();
    var order = order(front, table.count());
    int from = 0;
    while (from < order.size() && order.get(from) == from) {
      from++;
    }
    if (from == order.size()) {
      return null;
    }
    var stat = spool.stat();
    var plan = RewritePlan.from(table.offset(from), stat.size());
    for (int row : order.subList(from, order.size())) {
      plan.copy(table.offset(row), table.endOf(row) - table.offset(row));
    }
    if (stat.size() - table.offset(from) > environment.journalMaxOctets()) {
      LOG.warn("{} is too large to be put in order; its mail is complete", spool.path());
      return null;
    }
    return switch (environment
        .rewriter()
        .rewrite(spool.descriptor(), stat, spool.name(), plan.build(), lock::stillOurs)) {
      case StoreResult.Done<Long> _ ->
          isNew ? known.beginAnew(spool.stat()) : known.rescanWhole(spool.stat());
      case StoreResult.Failed<Long>(StoreFailure.NoSpace full) -> unordered(full);
      case StoreResult.Failed<Long>(StoreFailure.OverQuota full) -> unordered(full);
      case StoreResult.Failed<Long>(StoreFailure failure) -> {
        known.forget();
        yield failure;
      }
    };
  }

  /// All mail is in the spool by now: that it could be in better order is no reason to wait.
  private @Nullable StoreFailure unordered(StoreFailure why) {
    LOG.warn("{} cannot be put in order: {}", spool.path(), why.detail());
    return null;
  }

  /// All rows, those that are to be in front first.
  private static List<Integer> order(int[] front, int count) {
    var order = new ArrayList<Integer>(count);
    var taken = new BitSet(count);
    for (int row : front) {
      order.add(row);
      taken.set(row);
    }
    for (int row = taken.nextClearBit(0); row < count; row = taken.nextClearBit(row + 1)) {
      order.add(row);
    }
    return order;
  }
}
