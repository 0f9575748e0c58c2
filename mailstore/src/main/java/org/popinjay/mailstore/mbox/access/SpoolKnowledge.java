package org.popinjay.mailstore.mbox.access;

import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.StoreEvents.IndexUse;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.lock.Purpose;
import org.popinjay.mailstore.lock.SpoolLock;
import org.popinjay.mailstore.mbox.disk.SpoolStamp;
import org.popinjay.mailstore.mbox.ids.IdGiver;
import org.popinjay.mailstore.mbox.ledger.EarlierIndex;
import org.popinjay.mailstore.mbox.ledger.LivePicture;
import org.popinjay.mailstore.mbox.ledger.MailboxFiles;
import org.popinjay.mailstore.mbox.ledger.MailboxLedger;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolFile;
import org.popinjay.mailstore.mbox.spool.SpoolReader;
import org.popinjay.mailstore.mbox.text.ImapBase;
import org.popinjay.mailstore.mbox.text.MboxScanner;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.mailstore.mbox.text.SpoolHead;
import org.popinjay.posix.Errno;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is known of one spool, and how it is brought up to date when another program was there.
///
/// Not thread-safe: used under the gate of its mailbox; [#table], [#stamp] and [#version] may be
/// read under the gate's read side. A new [#version] begins whenever messages may lie elsewhere
/// than before.
public final class SpoolKnowledge {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolKnowledge.class);

  /// Below this a spool is quicker read again than its index written.
  private static final long WORTH_SAVING_OCTETS = 4 << 20;

  /// Up to this a spool that grew is read again whole, in a few milliseconds.
  private static final long QUICKLY_READ_OCTETS = 4 << 20;

  private final MboxEnvironment environment;
  private final AccountOwner owner;
  private final SpoolFile spool;
  private final BaseUpkeep base;
  private final CrashRepair crash;
  private final SameMail same;
  private final Assumptions assumed = new Assumptions();
  private final LivePicture live;

  private @Nullable MailboxLedger ledger;
  private @Nullable SpoolStamp stamp;
  private SpoolHead head = SpoolHead.NONE;
  private MessageTable table = new MessageTable(0);
  private Set<Integer> uncertain = Set.of();
  private long version;
  private long unsavedOctets;

  public SpoolKnowledge(
      MboxEnvironment environment, AccountOwner owner, SpoolFile spool, LivePicture live) {
    this.live = live;
    this.environment = environment;
    this.owner = owner;
    this.spool = spool;
    base = new BaseUpkeep(environment, spool, new SpoolReader(environment, spool), this);
    crash = new CrashRepair(environment, spool, this);
    same = new SameMail(environment, spool);
    version = environment.nextVersion();
  }

  /// The messages as of the last look.
  public MessageTable table() {
    return table;
  }

  /// What the spool looked like then; null when it was not there or is not known.
  @Nullable SpoolStamp stamp() {
    return stamp;
  }

  /// Tells pictures of all spools apart.
  long version() {
    return version;
  }

  /// What lies before the first message.
  SpoolHead head() {
    return head;
  }

  /// Keeps the base of the spool true.
  public BaseUpkeep base() {
    return base;
  }

  /// UIDs that vanished but may still be there in another form.
  Set<Integer> uncertain() {
    return uncertain;
  }

  /// UIDs and flags as they survive.
  ///
  /// @throws IllegalStateException before [#bringUpToDate]
  public MailboxLedger ledger() {
    if (ledger == null) {
      throw new IllegalStateException("nothing is known yet of " + spool.path());
    }
    return ledger;
  }

  /// Whether there is a [#ledger].
  public boolean isLoaded() {
    return ledger != null;
  }

  /// Takes in what other programs did since the last look. Reads nothing of a spool that did not
  /// change.
  ///
  /// @return why that cannot be done, or null
  public @Nullable StoreFailure bringUpToDate() throws IOException {
    return bringUpToDate(environment.lockTimeout());
  }

  /// As [#bringUpToDate()], waiting so long for other programs.
  public @Nullable StoreFailure bringUpToDate(Duration patience) throws IOException {
    boolean inMemory = ledger != null;
    var failure = load();
    if (failure != null) {
      return failure;
    }
    var named = spool.look();
    if (named == null) {
      return vanish();
    }
    if (stamp != null && stamp.isUnchanged(named)) {
      environment.events().indexUsed(inMemory ? IndexUse.MEMORY : IndexUse.DISK);
      return null;
    }
    return locked(Purpose.READ, patience, (stat, _) -> rescan(stat));
  }

  /// Work under the lock chain.
  @FunctionalInterface
  public interface LockedWork {
    /// Does it.
    ///
    /// @param stat of the locked spool
    /// @param lock for checking on a long way that it is still ours
    @Nullable StoreFailure run(FileStat stat, SpoolLock lock) throws IOException;
  }

  /// Runs work under the lock chain; a spool that is not there is an empty INBOX or no folder, and
  /// the work is not run.
  public @Nullable StoreFailure locked(Purpose purpose, LockedWork work) throws IOException {
    return locked(purpose, environment.lockTimeout(), work);
  }

  private @Nullable StoreFailure locked(Purpose purpose, Duration patience, LockedWork work)
      throws IOException {
    return switch (spool.lock(purpose, patience)) {
      case SpoolFile.Hold.Missing _ -> vanish();
      case SpoolFile.Hold.Refused(StoreFailure failure) -> failure;
      case SpoolFile.Hold.Held(var lock, FileStat stat) -> {
        try (lock) {
          yield work.run(stat, lock);
        }
      }
    };
  }

  /// Reads what is kept of the mailbox outside the spool, unless that is in memory already, and
  /// finishes what a crash left behind.
  public @Nullable StoreFailure load() throws IOException {
    if (ledger != null && !ledger.stillThere()) {
      LOG.info("the state of {} was removed; it is built anew", spool.path());
      forget();
    }
    if (ledger != null) {
      return null;
    }
    return switch (MailboxFiles.open(environment, owner, spool.place().name())) {
      case StoreResult.Failed<MailboxLedger>(StoreFailure failure) -> failure;
      case StoreResult.Done<MailboxLedger>(MailboxLedger opened) -> {
        opened.toldBefore(live.locked(() -> live.chronicle().highest()));
        var kept = opened.kept();
        ledger = opened;
        if (!spool.place().isFolder()) {
          opened
              .ids()
              .giveBy(
                  new IdGiver(
                      environment.ids(owner.name()),
                      owner.name(),
                      new SpoolReader(environment, spool)::octets));
        }
        if (environment.ids(owner.name()).isAfterDovecot()) {
          opened.believe(new EarlierIndex(environment, owner, spool));
        }
        replace(kept.table(), kept.head(), kept.stamp());
        if (kept.stamp() != null && kept.stamp().racy()) {
          assumed.upTo(table.end());
        }
        if (!opened.isNew()) {
          goOn(opened, kept.table());
        }
        yield crash.run(opened);
      }
    };
  }

  /// What sessions saw before must not be undone: a change that they were told of and that got lost
  /// becomes another one.
  private void goOn(MailboxLedger opened, MessageTable kept) throws IOException {
    long told = live.locked(() -> live.chronicle().highest());
    boolean sameLife = opened.uidValidity().equals(live.locked(live::uidValidity));
    if (sameLife && opened.chronicle().highest() < told) {
      opened.goOnFrom(live.locked(live::uidNext));
      opened.renewModSeqs(kept);
    }
    live.change(() -> live.show(kept, opened));
  }

  /// Lets go of everything that is known, so that the next look starts from what is on disk and
  /// finishes a rewrite that did not come to its end.
  public void forget() {
    close();
    replace(new MessageTable(0), SpoolHead.NONE, null);
  }

  /// The spool is not there: INBOX has no messages then, a folder does not exist.
  private @Nullable StoreFailure vanish() throws IOException {
    spool.close();
    if (spool.place().isFolder()) {
      return new StoreFailure.NotFound(spool.path() + " is not there");
    }
    if (stamp != null || table.count() > 0 || ledger().isNew()) {
      var nothing = new MessageTable(0);
      become(ledger().take(table, nothing, SpoolHead.NONE), nothing, SpoolHead.NONE, null);
    }
    return null;
  }

  /// Makes what the ledger took in the current picture, for the sessions, too.
  void become(
      MailboxLedger.Taken taken,
      MessageTable next,
      SpoolHead nextHead,
      @Nullable SpoolStamp nextStamp) {
    uncertain = taken.uncertain();
    replace(next, nextHead, nextStamp);
    if (taken.modSeq() != 0) {
      changeLive(taken, () -> {});
    } else {
      live.locked(() -> {
        live.show(next, ledger());
        return next;
      });
    }
  }

  /// Changes what sessions see, in one step with its mod-sequence.
  void changeLive(MailboxLedger.Taken taken, Runnable change) {
    var opened = ledger();
    live.change(() -> {
      change.run();
      taken.tell(opened.chronicle());
      live.show(table, opened);
    });
    opened.compactIfWorthIt(table);
  }

  /// Bookkeeping fields were written into the spool; nothing that a session sees has changed.
  ///
  /// @param rows whose fields say now what the table says
  void rewritten(MessageTable next, BitSet rows, SpoolStamp nextStamp) throws IOException {
    if (next == table) {
      stamp = nextStamp;
    } else {
      replace(next, head, nextStamp);
      live.locked(() -> {
        live.show(next, ledger());
        return next;
      });
      noteUnsaved(next.end());
    }
    ledger().flagged(0, List.of(FlagStore.said(next, rows)));
  }

  /// A rewrite put a base into the first message.
  void baseWritten(ImapBase base) {
    head = head.with(base);
  }

  /// Makes another picture the current one.
  void replace(MessageTable next, SpoolHead nextHead, @Nullable SpoolStamp nextStamp) {
    table = next;
    head = nextHead;
    stamp = nextStamp;
    version = environment.nextVersion();
    assumed.upTo(0);
  }

  /// Reads what changed since the last look. Called under the lock chain.
  public @Nullable StoreFailure rescan(FileStat stat) throws IOException {
    if (stamp != null && stamp.isUnchanged(stat)) {
      return null;
    }
    if (stamp != null && stamp.mayHaveGrownTo(stat) && table.count() > 0 && takeTail(stat)) {
      environment.events().indexUsed(IndexUse.TAIL);
      return null;
    }
    environment.events().indexUsed(IndexUse.FULL);
    return takeAll(stat);
  }

  /// Reads all that changed since the last look, also where it leaves no trace. Called under the
  /// lock chain before anything is written that depends on where messages lie.
  public @Nullable StoreFailure rescanWhole(FileStat stat) throws IOException {
    var failure = rescan(stat);
    return failure == null && assumed.any() ? takeAll(stat) : failure;
  }

  /// Whether a message is only taken to be where the table says.
  boolean isAssumed(int uid) {
    if (!assumed.any()) {
      return false;
    }
    int row = table.rowOf(uid);
    return row >= 0 && assumed.has(table, row);
  }

  /// Makes sure of a message that is only taken to be where the table says, and takes all in anew
  /// if it is not there. Called under the lock chain, after [#rescan].
  @Nullable StoreFailure confirm(FileStat stat, int uid) throws IOException {
    int row = table.rowOf(uid);
    if (row < 0 || !assumed.has(table, row)) {
      return null;
    }
    return same.row(table, row) && assumed.confirm(table, row) ? null : takeAll(stat);
  }

  /// Takes in what was appended; false if more than that was changed.
  private boolean takeTail(FileStat stat) throws IOException {
    int last = table.count() - 1;
    long from = table.offset(last);
    boolean quickly = stat.size() <= QUICKLY_READ_OCTETS;
    if (quickly && !same.front(table, last)) {
      return false;
    }
    var tail = new MessageTable(16);
    if (!(environment.scan(spool.descriptor(), from, stat.size(), false, tail)
            instanceof MboxScanner.Outcome.Scanned)
        || tail.count() == 0
        || !SameMail.message(table, last, tail, 0)) {
      return false;
    }
    var taken = ledger().arrived(tail, 1, table.keywordSets());
    int ending = Bits.SEPARATOR | Bits.NO_FINAL_LINE_END;
    Runnable append =
        () -> {
          table.bits(last, (table.bits(last) & ~ending) | (tail.bits(0) & ending));
          table.append(tail, 1);
          table.end(tail.end());
        };
    if (taken.modSeq() == 0) {
      append.run();
    } else {
      changeLive(taken, append);
    }
    stamp = environment.stamp(spool, stat).upTo(table.end());
    assumed.upTo(quickly ? 0 : from);
    unsavedOctets += stat.size() - from;
    return true;
  }

  private @Nullable StoreFailure takeAll(FileStat stat) throws IOException {
    var found = new MessageTable((int) Math.min(1 << 20, stat.size() / 4096 + 16));
    return switch (environment.scan(spool.descriptor(), 0, stat.size(), ledger().isNew(), found)) {
      case MboxScanner.Outcome.NotAnMbox(long offset, String there) ->
          new StoreFailure.NotAMailbox(
              spool.path() + " is no mbox: at " + offset + " stands " + there);
      case MboxScanner.Outcome.Scanned scanned -> {
        found.trim();
        var foundHead = SpoolHead.of(scanned.head());
        var nextStamp = environment.stamp(spool, stat).upTo(found.end());
        var taken = ledger().take(table, found, foundHead);
        new StoredForms(environment, spool).restore(table, found);
        become(taken, found, foundHead, nextStamp);
        noteUnsaved(stat.size());
        yield null;
      }
    };
  }

  /// Gives all messages UIDs anew, in the order in which they lie now, unless the file says which
  /// they have. Called under the lock chain for a mailbox of which nobody was told yet.
  public @Nullable StoreFailure beginAnew(FileStat stat) throws IOException {
    if (!ledger().keepsEarlierUids()) {
      ledger().beginAnew();
    }
    return takeAll(stat);
  }

  /// Takes in what this program appended and was read again; the spool is still locked.
  void appended(MailboxLedger.Taken taken, MessageTable tail) {
    changeLive(
        taken,
        () -> {
          table.append(tail, 0);
          table.end(tail.end());
        });
    try {
      keepMailLookingNew(table);
      restamp();
    } catch (IOException e) {
      LOG.info("{} has to be read again: {}", spool.path(), e.getMessage());
      stamp = null;
    }
    noteUnsaved(tail.end() - tail.offset(0));
  }

  /// Shells and mutt tell new mail by an access time before the modification time.
  ///
  /// Only the owner of a file may set it. Where the spool has another one, the mail is as it should
  /// be all the same, and nothing else may fail for it.
  public void keepMailLookingNew(MessageTable after) throws IOException {
    int seen = Flag.SEEN.bit() << Bits.FLAGS_SHIFT;
    for (int row = 0; row < after.count(); row++) {
      if ((after.bits(row) & seen) == 0) {
        long before = spool.stat().modifiedNanos() / 1_000_000_000L - 1;
        setAccessTime(before);
        return;
      }
    }
  }

  private void setAccessTime(long seconds) throws IOException {
    try {
      environment.as(
          owner,
          () -> {
            environment.files().setAccessTime(spool.descriptor(), seconds, 0);
            return true;
          });
    } catch (PosixException e) {
      if (e.errno() != Errno.EPERM) {
        throw e;
      }
      LOG.debug("{}: new mail in it does not look new: {}", spool.path(), e.getMessage());
    }
  }

  /// The spool, still locked, is what the table says.
  void restamp() throws IOException {
    stamp = environment.stamp(spool, spool.stat()).upTo(table.end());
  }

  /// So many octets would have to be read again if the index on disk stayed as it is.
  void noteUnsaved(long octets) {
    unsavedOctets += octets;
    if (unsavedOctets >= WORTH_SAVING_OCTETS) {
      saveIndex();
    }
  }

  /// Writes the index to disk if it is not there already.
  public void saveIndex() {
    if (ledger != null && stamp != null && unsavedOctets > 0) {
      ledger.saveIndex(table, assumed.any() ? stamp.doubtful() : stamp, head);
      unsavedOctets = 0;
    }
  }

  /// Lets go of the state log.
  public void close() {
    if (ledger != null) {
      ledger.noteTold();
      ledger.close();
      ledger = null;
    }
  }
}
