package org.popinjay.mailstore.mbox.ledger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.MailboxId;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.disk.SpoolStamp;
import org.popinjay.mailstore.mbox.ids.KeptIds;
import org.popinjay.mailstore.mbox.ids.MailboxIds;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.state.Chronicle;
import org.popinjay.mailstore.mbox.state.LedgerReplay;
import org.popinjay.mailstore.mbox.state.LogRecord;
import org.popinjay.mailstore.mbox.state.SpoolIndex;
import org.popinjay.mailstore.mbox.state.StateLog;
import org.popinjay.mailstore.mbox.state.StateWrite;
import org.popinjay.mailstore.mbox.state.WholeLedger;
import org.popinjay.mailstore.mbox.text.KeywordSets;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.SpoolHead;
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
public final class MailboxLedger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MailboxLedger.class);

  private final MboxEnvironment environment;
  private final MailboxFiles files;
  private final StateLog log;
  private final MessageMemory memory;
  private final List<LogRecord> unwritten = new ArrayList<>();
  private @Nullable UidValidity uidValidity;
  private long uidNext = 1;
  private Chronicle chronicle = new Chronicle();
  private final MailboxIds ids = new MailboxIds();
  private @Nullable EarlierIndex earlierIndex;
  private @Nullable OldIndex oldIndex;
  private boolean sameUids;
  private long loggedTold = 1;
  private long toldBefore;

  /// What was kept of a mailbox.
  ///
  /// @param table its messages; where they lie is known only with a stamp
  /// @param stamp of the spool that the table was made from, if nothing happened since
  public record Kept(MessageTable table, SpoolHead head, @Nullable SpoolStamp stamp) {}

  MailboxLedger(MboxEnvironment environment, MailboxFiles files, StateLog log) {
    this.environment = environment;
    this.files = files;
    this.log = log;
    memory = files.memory();
  }

  /// Has the first look believe what an older server kept beside the spool.
  public void believe(EarlierIndex index) {
    earlierIndex = index;
  }

  /// What the first look at the mailbox came to, right after it.
  ///
  /// @param messages that were found
  ///
  /// @param left what an older server had left beside it
  public Adopted adopted(int messages, Optional<OldDrop> left) {
    return new Adopted(
        false,
        messages,
        ids.earlier(),
        sameUids,
        uidValidity().value(),
        Optional.ofNullable(oldIndex),
        left);
  }

  /// The ids that are kept with messages.
  public MailboxIds ids() {
    return ids;
  }

  /// What protocols keep of its messages; thread-safe.
  public MessageMemory memory() {
    return memory;
  }

  /// Reads what is remembered: the cached index if it is there, and what the log says beyond it.
  public Kept kept() throws IOException {
    var index = files.index();
    if (index != null) {
      var replay = new LedgerReplay(index);
      if (log.replay(index.position(), replay)) {
        var table = takeOver(replay);
        return new Kept(table, index.head(), replay.moved() ? null : index.stamp());
      }
    }
    var replay = new LedgerReplay();
    log.replay(log.start(), replay);
    return new Kept(takeOver(replay), SpoolHead.NONE, null);
  }

  private MessageTable takeOver(LedgerReplay replay) throws IOException {
    uidValidity = replay.uidValidity();
    uidNext = replay.uidNext();
    chronicle = replay.chronicle();
    loggedTold = chronicle.toldBelow();
    var table = replay.table();
    ids.restore(replay.ids(table));
    if (uidValidity != null && chronicle.highest() == 0) {
      renewModSeqs(table);
    }
    return table;
  }

  /// When what happened. Changed by whoever has written a change here.
  public Chronicle chronicle() {
    return chronicle;
  }

  /// The mod-sequence of the next change.
  public long nextModSeq() {
    return chronicle.highest() + 1;
  }

  /// Sessions were told this already, by a ledger of this mailbox that could not be kept.
  public void toldBefore(long modSeq) {
    toldBefore = modSeq;
  }

  /// Gives no UID below this one.
  public void goOnFrom(long uid) {
    uidNext = Math.max(uidNext, uid);
  }

  /// When messages changed is not known any more: all did now, later than anything that anybody was
  /// told (RFC 7162, section 3.1).
  public void renewModSeqs(MessageTable table) throws IOException {
    long base = firstModSeq();
    chronicle.beginAt(base);
    table.modSeqBase(base);
    var _ =
        write(
            List.of(
                new LogRecord.At(base),
                new LogRecord.Stamped(List.of(new LogRecord.Stamp(1, -1, base))),
                new LogRecord.Removed(base, List.of())));
  }

  /// Later than all that was before, even if nothing of that is known: the seconds of now times
  /// 2^20 grow faster than any mailbox changes, and clients that reckon with 53 bits can hold them.
  private long firstModSeq() {
    long now = environment.clock().instant().getEpochSecond() << 20;
    long before = Math.max(Math.max(chronicle.highest(), toldBefore), files.modSeqReserved());
    return Math.max(now, before + 1);
  }

  /// Whether nothing is known of the mailbox yet.
  public boolean isNew() {
    return uidValidity == null;
  }

  /// What the UIDs are relative to.
  public UidValidity uidValidity() {
    if (uidValidity == null) {
      throw new IllegalStateException("the mailbox has no UIDVALIDITY yet");
    }
    return uidValidity;
  }

  /// Whether the UIDs of an older server were taken over.
  public boolean keepsEarlierUids() {
    return sameUids;
  }

  /// Forgets that the mailbox began: what is taken in next gets another UIDVALIDITY.
  public void beginAnew() {
    uidValidity = null;
    uidNext = 1;
  }

  /// The mailbox's name for good.
  public MailboxId id() {
    return new MailboxId(files.id());
  }

  /// The next UID to be given, 1..2^32.
  public long uidNext() {
    return uidNext;
  }

  /// Whether the state is where it was and can be written; if not, it has to be opened anew.
  public boolean stillThere() throws IOException {
    return !log.failed() && log.stillThere();
  }

  /// Takes in a whole scan: messages found again keep their UIDs, new ones get one, the others are
  /// gone. The caller makes [Taken] known.
  ///
  /// @param known what was known before
  /// @param found is given its UIDs, flags, keywords and mod-sequences
  public Taken take(MessageTable known, MessageTable found, SpoolHead head) throws IOException {
    if (isNew()) {
      return adopt(found, head);
    }
    if (!UidAssigner.hasRoom(uidNext, found.count())) {
      return startAnew(found);
    }
    var outcome = Reconciler.reconcile(known, found);
    long modSeq = nextModSeq();
    var assigner = assigner(known.keywordSets(), modSeq);
    found.modSeqBase(known.count() == 0 ? modSeq : known.modSeqBase());
    var arrivals = assigner.recognise(known, found, outcome.knownRowOf());
    var changes = new ArrayList<LogRecord>();
    var expunged = List.<LogRecord.UidRange>of();
    if (outcome.vanished().length > 0) {
      var record = LogRecord.Expunged.of(ascending(outcome.vanished()));
      expunged = record.ranges();
      changes.add(record);
    }
    changes.addAll(LogRecord.Assigned.allOf(arrivals, 0, arrivals.count()));
    changes.addAll(assigner.changes());
    var records = new ArrayList<LogRecord>();
    ids.forget(outcome.vanished());
    if (!changes.isEmpty()) {
      records.add(new LogRecord.At(modSeq));
      records.addAll(LogRecord.Identified.allOf(ids.arrived(arrivals, 0, uidValidity())));
      records.addAll(changes);
    }
    if (!assigner.quietChanges().isEmpty()) {
      records.add(new LogRecord.At(0));
      records.addAll(assigner.quietChanges());
    }
    finish(assigner, found, records);
    return new Taken(
        changes.isEmpty() ? 0 : modSeq, expunged, flaggedIn(changes), outcome.uncertain());
  }

  /// What taking in a scan came to.
  ///
  /// @param modSeq of what changed, or 0 if nothing did
  /// @param expunged UIDs that are gone
  /// @param flagged UIDs that look different
  /// @param uncertain UIDs that are gone but may still be there in another form
  public record Taken(
      long modSeq,
      List<LogRecord.UidRange> expunged,
      List<LogRecord.UidRange> flagged,
      Set<Integer> uncertain) {

    /// Puts it into the chronicle.
    public void tell(Chronicle chronicle) {
      chronicle.happened(modSeq);
      expunged.forEach(range -> chronicle.removals().add(range.first(), range.last(), modSeq));
      flagged.forEach(range -> chronicle.flagged().add(range.first(), range.last(), modSeq));
    }
  }

  private static List<LogRecord.UidRange> flaggedIn(List<LogRecord> changes) {
    var ranges = new ArrayList<LogRecord.UidRange>();
    for (var change : changes) {
      switch (change) {
        case LogRecord.Flagged(var flagged) ->
            flagged.forEach(
                range -> ranges.add(new LogRecord.UidRange(range.first(), range.last())));
        case LogRecord.Labelled(_, var labelled) -> ranges.addAll(labelled);
        case LogRecord.Base _, LogRecord.Assigned _, LogRecord.Expunged _ -> {}
        case LogRecord.At _, LogRecord.Stamped _, LogRecord.Removed _, LogRecord.Told _ -> {}
        case LogRecord.Identified _ -> {}
      }
    }
    return ranges;
  }

  private Taken adopt(MessageTable found, SpoolHead head) throws IOException {
    var base = head.imapBase();
    int[] uids = base == null ? null : UidAssigner.imported(said(found), base);
    boolean keep = uids != null;
    if (base != null && !keep) {
      LOG.warn("UIDs of another server in {} are not sound; all are given anew", files.name());
    }
    var index = earlierIndex == null ? null : earlierIndex.match(found, base, uids);
    oldIndex = index == null ? null : index.report();
    if (index != null && index.holds()) {
      uids = index.uids();
      keep = true;
      uidValidity = files.begin(index.uidValidity());
      uidNext = index.uidNext();
    } else {
      uidValidity = files.begin(keep && base != null ? base.uidValidity() : 0);
      uidNext = keep && base != null ? base.uidLast() + 1 : 1;
    }
    var assigner = begin(found);
    assigner.adopt(found, uids, base == null ? Keywords.NONE : base.declared(), index);
    found.orderByUid();
    ids.beginWith(found, keep, uidValidity());
    sameUids = keep;
    return begun(assigner, found);
  }

  private static int[] said(MessageTable found) {
    var uids = new int[found.count()];
    Arrays.setAll(uids, found::uid);
    return uids;
  }

  /// No UID is left: all messages begin anew under another validity.
  private Taken startAnew(MessageTable found) throws IOException {
    LOG.warn("UIDs of {} are used up; UIDVALIDITY changes", files.name());
    uidValidity = files.begin(0);
    uidNext = 1;
    var assigner = begin(found);
    assigner.arrived(found, 0);
    ids.restore(KeptIds.NONE);
    var _ = ids.arrived(found, 0, uidValidity());
    return begun(assigner, found);
  }

  private UidAssigner begin(MessageTable found) {
    long first = firstModSeq();
    chronicle = new Chronicle();
    chronicle.beginAt(first);
    loggedTold = 1;
    found.modSeqBase(first);
    return assigner(new KeywordSets(), first);
  }

  private Taken begun(UidAssigner assigner, MessageTable found) throws IOException {
    var records = new ArrayList<LogRecord>();
    records.add(new LogRecord.Base(uidValidity(), assigner.uidNext()));
    records.add(new LogRecord.At(chronicle.highest()));
    records.add(new LogRecord.Removed(chronicle.highest(), List.of()));
    records.addAll(LogRecord.Identified.allOf(ids.kept()));
    records.addAll(LogRecord.Assigned.allOf(found, 0, found.count()));
    records.addAll(assigner.changes());
    finish(assigner, found, records);
    return new Taken(chronicle.highest(), List.of(), List.of(), Set.of());
  }

  /// Gives UIDs to mail that was appended. The caller makes [Taken] known.
  ///
  /// @param table what was appended, from a row on
  /// @param sets the keywords of the mailbox
  public Taken arrived(MessageTable table, int fromRow, KeywordSets sets) throws IOException {
    long modSeq = nextModSeq();
    table.modSeqBase(modSeq);
    var assigner = assigner(sets, modSeq);
    assigner.arrived(table, fromRow);
    if (fromRow == table.count()) {
      return new Taken(0, List.of(), List.of(), Set.of());
    }
    var records = new ArrayList<LogRecord>();
    records.add(new LogRecord.At(modSeq));
    records.addAll(LogRecord.Identified.allOf(ids.arrived(table, fromRow, uidValidity())));
    records.addAll(LogRecord.Assigned.allOf(table, fromRow, table.count()));
    records.addAll(assigner.changes());
    finish(assigner, table, records);
    return new Taken(modSeq, List.of(), List.of(), Set.of());
  }

  /// Gives UIDs to messages that this program appended. Whatever their rows say is true, unlike
  /// that of mail that others brought. The caller makes [Taken] known.
  ///
  /// @param sets the keywords of the mailbox
  /// @return null if that cannot be made durable for lack of space; then nothing was changed
  public @Nullable Taken appended(MessageTable tail, KeywordSets sets) throws IOException {
    long modSeq = nextModSeq();
    tail.modSeqBase(modSeq);
    var assigner = new UidAssigner(true, uidNext, sets, modSeq);
    assigner.arrived(tail, 0);
    var before = ids.kept();
    var records = new ArrayList<LogRecord>();
    records.add(new LogRecord.At(modSeq));
    records.addAll(LogRecord.Identified.allOf(ids.arrived(tail, 0, uidValidity())));
    records.addAll(LogRecord.Assigned.allOf(tail, 0, tail.count()));
    records.addAll(assigner.changes());
    if (!write(records)) {
      unwritten.subList(unwritten.size() - records.size(), unwritten.size()).clear();
      ids.restore(before);
      return null;
    }
    uidNext = assigner.uidNext();
    return new Taken(modSeq, List.of(), List.of(), Set.of());
  }

  private UidAssigner assigner(KeywordSets sets, long modSeq) {
    return new UidAssigner(environment.trustDelivered(), uidNext, sets, modSeq);
  }

  private void finish(UidAssigner assigner, MessageTable table, List<LogRecord> records)
      throws IOException {
    uidNext = assigner.uidNext();
    table.orderByUid();
    if (assigner.forged() > 0) {
      environment.events().forgedFields(assigner.forged());
    }
    var _ = write(records);
  }

  /// Remembers flags and keywords.
  ///
  /// @param modSeq of the change, or 0 if it is nothing that anybody has to hear of
  public void flagged(long modSeq, List<LogRecord> changes) throws IOException {
    var records = new ArrayList<LogRecord>();
    records.add(new LogRecord.At(modSeq));
    records.addAll(changes);
    var _ = write(records);
  }

  /// Remembers that rows are gone. The caller makes [Taken] known.
  ///
  /// @param uncertain as before
  public Taken expunged(MessageTable before, BitSet rows, Set<Integer> uncertain)
      throws IOException {
    long modSeq = nextModSeq();
    var record = LogRecord.Expunged.of(ascending(rows.stream().map(before::uid).toArray()));
    var _ = write(List.of(new LogRecord.At(modSeq), record));
    ids.forget(rows.stream().map(before::uid).toArray());
    return new Taken(modSeq, record.ranges(), List.of(), uncertain);
  }

  private static int[] ascending(int[] uids) {
    // Flipping the top bit makes the signed order that of unsigned UIDs.
    return Arrays.stream(uids)
        .map(uid -> uid ^ Integer.MIN_VALUE)
        .sorted()
        .map(uid -> uid ^ Integer.MIN_VALUE)
        .toArray();
  }

  /// Remembers whom sessions were told of, if that changed and there is nothing wrong.
  public void noteTold() {
    try {
      if (!isNew() && chronicle.toldBelow() != loggedTold && stillThere()) {
        var _ = write(List.of());
      }
    } catch (IOException e) {
      LOG.info("{}: what is recent could not be kept: {}", files.name(), e.getMessage());
    }
  }

  /// Writes records, and those that were kept for lack of space; false if they all have to be kept.
  private boolean write(List<LogRecord> records) throws IOException {
    if (chronicle.toldBelow() != loggedTold) {
      loggedTold = chronicle.toldBelow();
      unwritten.add(new LogRecord.Told(loggedTold));
    }
    unwritten.addAll(records);
    if (unwritten.isEmpty()) {
      return true;
    }
    var stored = files.store();
    for (var record : records) {
      if (record instanceof LogRecord.At(long modSeq)) {
        files.reserveModSeq(modSeq);
      }
    }
    return switch (stored instanceof StateWrite.Full ? stored : log.append(unwritten)) {
      case StateWrite.Written _ -> {
        unwritten.clear();
        check(log.sync());
        yield true;
      }
      case StateWrite.Full(PosixException cause) -> {
        environment.events().diskFull();
        LOG.error("state of {} cannot be written yet: {}", files.name(), cause.getMessage());
        yield false;
      }
      case StateWrite.Broken(PosixException cause) -> throw cause;
    };
  }

  private static void check(StateWrite outcome) throws IOException {
    switch (outcome) {
      case StateWrite.Written _ -> {}
      case StateWrite.Full(PosixException cause) -> throw cause;
      case StateWrite.Broken(PosixException cause) -> throw cause;
    }
  }

  /// Shortens the log if it says much that nobody needs any more. The table has to be up to date.
  public void compactIfWorthIt(MessageTable table) {
    if (unwritten.isEmpty()
        && log.bloated(table.count() + chronicle.removals().count(), ids.kept().memoryOctets())
        && log.compact(everything(table).records().iterator())
            instanceof StateWrite.Broken(var cause)) {
      LOG.error("state of {} could not be compacted: {}", files.name(), cause.getMessage());
    }
  }

  private WholeLedger everything(MessageTable table) {
    return new WholeLedger(table, uidValidity(), uidNext, chronicle, ids.kept());
  }

  /// Writes the cache, so that the next start need not read the spool. Never fails.
  public void saveIndex(MessageTable table, SpoolStamp stamp, SpoolHead head) {
    // What was found when the log was opened, and not added to since, is not settled before.
    var _ = log.sync();
    log.settled()
        .ifPresent(position ->
            files.saveIndex(
                new SpoolIndex(
                    stamp, position, uidValidity(), uidNext, chronicle, head, table, ids.kept())));
  }

  @Override
  public void close() {
    memory.close();
    log.close();
  }
}
