package org.popinjay.mailstore.mbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.MailboxId;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives messages their UIDs and sees to it that UIDs and flags survive, through the state log.
///
/// What a method here was told is durable when it returns. On a full disk it is kept in memory and
/// written as soon as there is room, since users must be able to sign in, read and delete then; the
/// same UIDs would be given again after a crash.
///
/// Not thread-safe: used under the gate of its mailbox.
final class MailboxLedger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MailboxLedger.class);

  private final MboxEnvironment environment;
  private final MailboxFiles files;
  private final StateLog log;
  private final List<LogRecord> unwritten = new ArrayList<>();
  private @Nullable UidValidity uidValidity;
  private long uidNext = 1;

  /// What was kept of a mailbox.
  ///
  /// @param table its messages; where they lie is known only with a stamp
  /// @param stamp of the spool that the table was made from, if nothing happened since
  record Kept(MessageTable table, SpoolHead head, @Nullable SpoolStamp stamp) {}

  MailboxLedger(MboxEnvironment environment, MailboxFiles files, StateLog log) {
    this.environment = environment;
    this.files = files;
    this.log = log;
  }

  /// Reads what is remembered: the cached index if it is there, and what the log says beyond it.
  Kept kept() throws IOException {
    var index = files.index();
    if (index != null) {
      var replay = new LedgerReplay(index.table(), index.uidValidity(), index.uidNext());
      if (log.replay(index.position(), replay)) {
        takeOver(replay);
        return new Kept(replay.table(), index.head(), replay.moved() ? null : index.stamp());
      }
    }
    var replay = new LedgerReplay(new MessageTable(0), null, 1);
    log.replay(log.start(), replay);
    takeOver(replay);
    return new Kept(replay.table(), SpoolHead.NONE, null);
  }

  private void takeOver(LedgerReplay replay) {
    uidValidity = replay.uidValidity();
    uidNext = replay.uidNext();
  }

  /// Whether nothing is known of the mailbox yet.
  boolean isNew() {
    return uidValidity == null;
  }

  /// What the UIDs are relative to.
  UidValidity uidValidity() {
    if (uidValidity == null) {
      throw new IllegalStateException("the mailbox has no UIDVALIDITY yet");
    }
    return uidValidity;
  }

  /// The mailbox's name for good.
  MailboxId id() {
    return new MailboxId(files.id());
  }

  /// The next UID to be given, 1..2^32.
  long uidNext() {
    return uidNext;
  }

  /// Whether the state is where it was and can be written; if not, it has to be opened anew.
  boolean stillThere() throws IOException {
    return !log.failed() && log.stillThere();
  }

  /// Takes in a whole scan: messages found again keep their UIDs, new ones get one, the others are
  /// gone.
  ///
  /// @param known what was known before
  /// @param found is given its UIDs and flags
  /// @return UIDs that are gone but may still be there in another form
  Set<Integer> take(MessageTable known, MessageTable found, SpoolHead head) throws IOException {
    if (isNew()) {
      adopt(found, head);
      return Set.of();
    }
    if (!UidAssigner.hasRoom(uidNext, found.count())) {
      startAnew(found);
      return Set.of();
    }
    var outcome = Reconciler.reconcile(known, found);
    var records = new ArrayList<LogRecord>();
    if (outcome.vanished().length > 0) {
      records.add(expungedRecord(outcome.vanished()));
    }
    var assigner = assigner();
    records.addAll(assigner.recognise(known, found, outcome.knownRowOf()));
    finish(assigner, found, records);
    return outcome.uncertain();
  }

  private void adopt(MessageTable found, SpoolHead head) throws IOException {
    var base = head.imapBase();
    boolean keep = base != null && UidAssigner.canImport(found, base);
    if (base != null && !keep) {
      LOG.warn("UIDs of another server in {} are not sound; all are given anew", files.name());
    }
    uidValidity = files.begin(keep && base != null ? base.uidValidity() : 0);
    uidNext = keep && base != null ? base.uidLast() + 1 : 1;
    var assigner = assigner();
    assigner.adopt(found, keep);
    var records = new ArrayList<LogRecord>();
    records.add(new LogRecord.Base(uidValidity, assigner.uidNext()));
    found.orderByUid();
    records.addAll(LogRecord.Assigned.allOf(found, 0, found.count()));
    finish(assigner, found, records);
  }

  /// No UID is left: all messages begin anew under another validity.
  private void startAnew(MessageTable found) throws IOException {
    LOG.warn("UIDs of {} are used up; UIDVALIDITY changes", files.name());
    uidValidity = files.begin(0);
    uidNext = 1;
    var assigner = assigner();
    assigner.arrived(found, 0);
    var records = new ArrayList<LogRecord>();
    records.add(new LogRecord.Base(uidValidity, 1));
    records.addAll(LogRecord.Assigned.allOf(found, 0, found.count()));
    finish(assigner, found, records);
  }

  /// Gives UIDs to mail that was appended.
  void arrived(MessageTable table, int fromRow) throws IOException {
    var assigner = assigner();
    assigner.arrived(table, fromRow);
    finish(
        assigner, table, new ArrayList<>(LogRecord.Assigned.allOf(table, fromRow, table.count())));
  }

  private UidAssigner assigner() {
    return new UidAssigner(environment.trustDelivered(), uidNext);
  }

  private void finish(UidAssigner assigner, MessageTable table, List<LogRecord> records)
      throws IOException {
    uidNext = assigner.uidNext();
    table.orderByUid();
    if (assigner.forged() > 0) {
      environment.events().forgedFields(assigner.forged());
    }
    write(table, records);
  }

  /// Remembers the flags of rows.
  void flagged(MessageTable table, BitSet rows) throws IOException {
    if (!rows.isEmpty()) {
      write(
          table,
          List.of(
              new LogRecord.Flagged(
                  rows.stream()
                      .mapToObj(row ->
                          new LogRecord.FlagRange(
                              table.uid(row), table.uid(row), StoredFlags.of(table.bits(row))))
                      .toList())));
    }
  }

  /// Remembers that rows are gone.
  ///
  /// @param before the table that they stood in
  /// @param after the table that is true now
  void expunged(MessageTable before, BitSet rows, MessageTable after) throws IOException {
    write(after, List.of(expungedRecord(rows.stream().map(before::uid).toArray())));
  }

  private static LogRecord expungedRecord(int[] uids) {
    // Flipping the top bit makes the signed order that of unsigned UIDs.
    int[] ascending =
        Arrays.stream(uids)
            .map(uid -> uid ^ Integer.MIN_VALUE)
            .sorted()
            .map(uid -> uid ^ Integer.MIN_VALUE)
            .toArray();
    return LogRecord.Expunged.of(ascending);
  }

  private void write(MessageTable table, List<LogRecord> records) throws IOException {
    unwritten.addAll(records);
    if (unwritten.isEmpty()) {
      return;
    }
    var stored = files.store();
    switch (stored instanceof StateWrite.Full ? stored : log.append(unwritten)) {
      case StateWrite.Written _ -> {
        unwritten.clear();
        check(log.sync());
        compactIfWorthIt(table);
      }
      case StateWrite.Full(PosixException cause) ->
          LOG.error("state of {} cannot be written yet: {}", files.name(), cause.getMessage());
      case StateWrite.Broken(PosixException cause) -> throw cause;
    }
  }

  private static void check(StateWrite outcome) throws IOException {
    switch (outcome) {
      case StateWrite.Written _ -> {}
      case StateWrite.Full(PosixException cause) -> throw cause;
      case StateWrite.Broken(PosixException cause) -> throw cause;
    }
  }

  private void compactIfWorthIt(MessageTable table) {
    if (log.bloated(table.count())
        && log.compact(everything(table).iterator()) instanceof StateWrite.Broken(var cause)) {
      LOG.error("state of {} could not be compacted: {}", files.name(), cause.getMessage());
    }
  }

  private Stream<LogRecord> everything(MessageTable table) {
    var byUid = new MessageTable(table.count());
    for (int position = 0; position < table.count(); position++) {
      byUid.addCopy(table, table.rowAt(position));
    }
    int step = LogRecord.Assigned.MAX_MESSAGES;
    return Stream.concat(
        Stream.of(new LogRecord.Base(uidValidity(), uidNext)),
        IntStream.iterate(0, row -> row < byUid.count(), row -> row + step)
            .mapToObj(
                row -> LogRecord.Assigned.of(byUid, row, Math.min(byUid.count(), row + step))));
  }

  /// Writes the cache, so that the next start need not read the spool. Never fails.
  void saveIndex(MessageTable table, SpoolStamp stamp, SpoolHead head) {
    log.settled()
        .ifPresent(position ->
            files.saveIndex(new SpoolIndex(stamp, position, uidValidity(), uidNext, head, table)));
  }

  @Override
  public void close() {
    log.close();
  }
}
