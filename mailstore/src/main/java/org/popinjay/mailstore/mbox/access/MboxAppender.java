package org.popinjay.mailstore.mbox.access;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Appended;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.UidSet;
import org.popinjay.mailstore.lock.Purpose;
import org.popinjay.mailstore.lock.SpoolLock;
import org.popinjay.mailstore.mbox.append.AppendIntent;
import org.popinjay.mailstore.mbox.append.ForeignMessage;
import org.popinjay.mailstore.mbox.append.NewMessage;
import org.popinjay.mailstore.mbox.append.StorableMessage;
import org.popinjay.mailstore.mbox.append.Writable;
import org.popinjay.mailstore.mbox.disk.AppendStream;
import org.popinjay.mailstore.mbox.disk.BlockDigests;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.mailstore.mbox.disk.SpoolInode;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.mailstore.mbox.ledger.UidAssigner;
import org.popinjay.mailstore.mbox.rewrite.RewriteRun;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolFile;
import org.popinjay.mailstore.mbox.state.BulletinReceipt;
import org.popinjay.mailstore.mbox.text.KeywordSets;
import org.popinjay.mailstore.mbox.text.MboxScanner;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.posix.FileStat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Appends messages to a spool: all or none, durable when it returns, byte for byte what will be
/// read again.
///
/// What is to be written is written down first ([AppendIntent]), then the octets, then their UIDs:
/// a crash leaves either all of that or something that the next who opens the mailbox takes back.
/// What was written is read again by the scanner, as mail is that others delivered, so that the
/// table says of it what any later scan will say.
///
/// Not thread-safe: used under the gate of its mailbox.
public final class MboxAppender {
  private static final Logger LOG = LoggerFactory.getLogger(MboxAppender.class);
  private static final int STREAM_OCTETS = 256 << 10;
  private static final int WINDOW_OCTETS = 64 << 10;
  private static final int LEAST_PIECE = 512;
  private static final int PIECES = 1_024;

  private final MboxEnvironment environment;
  private final AccountOwner owner;
  private final SpoolFile spool;
  private final SpoolKnowledge known;
  private @Nullable AppendIntent unsettled;

  public MboxAppender(
      MboxEnvironment environment, AccountOwner owner, SpoolFile spool, SpoolKnowledge known) {
    this.environment = environment;
    this.owner = owner;
    this.spool = spool;
    this.known = known;
  }

  /// Appends messages of another mbox file, octet for octet, and takes them in as mail that was
  /// delivered. Called under the lock chain, after [SpoolKnowledge#rescanWhole].
  ///
  /// @param messages none, to have the spool end as it has to before anything is put behind it
  /// @return why that cannot be done, or null
  public @Nullable StoreFailure append(List<ForeignMessage> messages, SpoolLock lock)
      throws IOException {
    var failure = mendEnd(lock);
    if (failure == null) {
      failure = checkEnd(spool.stat());
    }
    if (failure != null || messages.isEmpty()) {
      return failure;
    }
    var stat = spool.stat();
    try (var arena = Arena.ofConfined()) {
      var transfer = new Transfer(arena, messages, stat.size(), lock);
      environment.appends().begin(intent(stat, known.ledger().uidNext(), transfer, null));
      boolean done = false;
      try {
        transfer.write();
        environment.files().syncData(spool.descriptor());
        failure = known.rescan(spool.stat());
        done = failure == null;
      } catch (RewriteRun.LockLost e) {
        failure = new StoreFailure.Unavailable(String.valueOf(e.getMessage()));
      } finally {
        if (!done) {
          takeBack(stat.size());
        }
      }
      environment.appends().end(SpoolInode.of(stat));
      return failure;
    }
  }

  private AppendIntent intent(
      FileStat stat, long firstUid, Transfer transfer, @Nullable BulletinReceipt receipt) {
    var ledger = known.ledger();
    return new AppendIntent(
        SpoolInode.of(stat),
        spool.name(),
        ledger.id().text(),
        stat.size(),
        ledger.uidValidity(),
        firstUid,
        transfer.pieces,
        receipt);
  }

  /// Appends messages, at least one.
  public StoreResult<Appended> append(List<NewMessage> messages) throws IOException {
    return append(messages, null, () -> true);
  }

  /// Appends bulletins, at least one.
  ///
  /// @param receipt is kept after a crash in which they came into the mailbox
  /// @param settle what is to be done as soon as they are there for good; if that is cut short by a
  ///   crash, or says that it failed, the receipt is kept
  public StoreResult<Appended> append(
      List<NewMessage> messages, @Nullable BulletinReceipt receipt, BooleanSupplier settle)
      throws IOException {
    var failure = known.load();
    if (failure != null) {
      return StoreResult.failed(failure);
    }
    var refused = spool.make();
    if (refused != null) {
      return StoreResult.failed(refused);
    }
    var appended = new ArrayList<Appended>(1);
    failure =
        known.locked(
            Purpose.WRITE,
            (stat, lock) -> {
              var changed = known.rescan(stat);
              if (changed == null) {
                changed = mendEnd(lock);
              }
              return changed == null
                  ? append(new Batch(messages, receipt, settle), lock, appended)
                  : changed;
            });
    if (failure == null && appended.isEmpty()) {
      failure = new StoreFailure.Broken(spool.path() + " vanished while it was to be locked");
    }
    return failure == null ? StoreResult.done(appended.getFirst()) : StoreResult.failed(failure);
  }

  /// Ends the last line and puts a blank line behind it, if another program did not, and takes that
  /// in as if the other one had.
  private @Nullable StoreFailure mendEnd(SpoolLock lock) throws IOException {
    var stat = spool.stat();
    var failure = checkEnd(stat);
    if (failure != null || stat.size() == 0) {
      return failure;
    }
    try (var arena = Arena.ofConfined()) {
      var tail = arena.allocate(Math.min(3, stat.size())).asByteBuffer();
      WholeTransfers.read(
          environment.files(), spool.descriptor(), tail, stat.size() - tail.capacity());
      var missing = missingEnd(tail.flip());
      if (missing.isEmpty()) {
        return null;
      }
      if (!lock.stillOurs()) {
        return lockLost();
      }
      var octets = arena.allocate(missing.length()).asByteBuffer();
      missing.chars().forEach(c -> octets.put((byte) c));
      write(octets.flip(), stat.size());
    }
    return known.rescan(spool.stat());
  }

  /// What the end of the file lacks of a line end and a blank line.
  private String missingEnd(ByteBuffer tail) {
    int last = tail.limit() - 1;
    var table = known.table();
    boolean crlf = table.count() > 0 && (table.bits(table.count() - 1) & Bits.CRLF) != 0;
    var lineEnd = crlf ? "\r\n" : "\n";
    if (tail.get(last) != '\n') {
      // As the scanner takes an open line to end, so that the message stays the same.
      return "\n\n";
    }
    boolean blank =
        last > 0
            && (tail.get(last - 1) == '\n'
                || (tail.get(last - 1) == '\r' && last > 1 && tail.get(last - 2) == '\n'));
    return blank ? "" : lineEnd;
  }

  private @Nullable StoreFailure checkEnd(FileStat stat) {
    return stat.size() == known.table().end()
        ? null
        : new StoreFailure.Busy(
            Duration.ZERO, spool.path() + " is written to by a program that does not lock it");
  }

  private StoreFailure lockLost() {
    return new StoreFailure.Unavailable("a lock of " + spool.path() + " was taken away");
  }

  /// What is appended at once.
  private record Batch(
      List<NewMessage> messages, @Nullable BulletinReceipt receipt, BooleanSupplier settle) {}

  private @Nullable StoreFailure append(Batch batch, SpoolLock lock, List<Appended> appended)
      throws IOException {
    var messages = batch.messages();
    if (unsettled != null) {
      unsettled.keepReceipt(environment.state());
      settled();
    }
    var stat = spool.stat();
    var failure = checkEnd(stat);
    if (failure != null) {
      return failure;
    }
    if (!hasRoomForKeywords(messages)) {
      return new StoreFailure.TooManyKeywords(spool.path() + " has as many as it may have");
    }
    long firstUid = known.ledger().uidNext();
    if (!UidAssigner.hasRoom(firstUid, messages.size())) {
      return new StoreFailure.Unavailable("no UIDs are left in " + spool.path());
    }
    if (environment.writeFlags()) {
      failure = known.base().freshen(firstUid + messages.size(), lock::stillOurs);
      stat = spool.stat();
    }
    if (failure != null) {
      return failure;
    }
    var storable = new ArrayList<StorableMessage>(messages.size());
    for (var each : messages) {
      long uid = firstUid + storable.size();
      storable.add(new StorableMessage(each, owner.name(), uid));
    }
    try (var arena = Arena.ofConfined()) {
      var transfer = new Transfer(arena, storable, stat.size(), lock);
      var intent = intent(stat, firstUid, transfer, batch.receipt());
      environment.appends().begin(intent);
      failure = carryOut(transfer, storable, stat.size());
      if (failure != null) {
        return failure;
      }
      unsettled = intent;
      if (batch.settle().getAsBoolean()) {
        settled();
      }
    }
    appended.add(
        new Appended(
            known.ledger().uidValidity(),
            new UidSet.Builder().add(firstUid, firstUid + messages.size() - 1).build()));
    return null;
  }

  /// The receipt of bulletins that are in the mailbox, as long as it is nowhere but in what was
  /// written down before they were put there.
  public @Nullable BulletinReceipt unsettled() {
    return unsettled == null ? null : unsettled.receipt();
  }

  /// It is said elsewhere by now.
  public void settled() {
    if (unsettled != null) {
      environment.appends().end(unsettled.spool());
      unsettled = null;
    }
  }

  private boolean hasRoomForKeywords(List<NewMessage> messages) {
    var all = known.table().keywordSets().all();
    for (var each : messages) {
      if (!each.flags().keywords().isEmpty()) {
        all = all.with(each.flags().keywords().list());
      }
    }
    return all.list().size() <= KeywordSets.MOST_KEYWORDS;
  }

  private @Nullable StoreFailure carryOut(
      Transfer transfer, List<StorableMessage> messages, long start) throws IOException {
    boolean done = false;
    try {
      transfer.write();
      var tail = readAgain(messages, start);
      if (tail == null) {
        return new StoreFailure.Broken("what was appended to " + spool.path() + " reads otherwise");
      }
      environment.files().syncData(spool.descriptor());
      var taken = known.ledger().appended(tail, known.table().keywordSets());
      if (taken == null) {
        return new StoreFailure.NoSpace("no room for the state of " + spool.path());
      }
      done = true;
      known.appended(taken, tail);
      return null;
    } catch (RewriteRun.LockLost e) {
      return new StoreFailure.Unavailable(String.valueOf(e.getMessage()));
    } finally {
      if (!done) {
        takeBack(start);
      }
    }
  }

  /// Reads what was written as the next scan will, and gives the rows what they cannot tell of
  /// themselves; null if it is not the messages that were written.
  private @Nullable MessageTable readAgain(List<StorableMessage> messages, long start)
      throws IOException {
    long size = spool.stat().size();
    var tail = new MessageTable(messages.size());
    if (!(environment.scan(spool.descriptor(), start, size, false, tail)
            instanceof MboxScanner.Outcome.Scanned)
        || tail.count() != messages.size()
        || tail.end() != size) {
      return null;
    }
    for (int row = 0; row < tail.count(); row++) {
      var message = messages.get(row);
      tail.wireOctets(row, message.wireOctets());
      var date = message.internalDate();
      tail.internalDate(row, date.epochSecond(), date.zoneMinutes());
      int scanned = tail.bits(row) & ~(Bits.FLAGS | Bits.OLD);
      int told = tail.uid(row) == (int) message.uid() ? Bits.FILE_UID : 0;
      tail.bits(row, UidAssigner.written(scanned | message.bits() | told));
    }
    return tail;
  }

  /// Undoes what was written. If not even that works, the next who opens the mailbox does it.
  private void takeBack(long start) {
    try {
      var stat = spool.stat();
      if (stat.size() > start) {
        environment.files().truncate(spool.descriptor(), start);
      }
      environment.appends().end(SpoolInode.of(stat));
      known.restamp();
    } catch (IOException e) {
      LOG.error("an append to {} could not be taken back: {}", spool.path(), e.getMessage());
      known.forget();
    }
  }

  private void write(ByteBuffer octets, long end) throws IOException {
    try {
      WholeTransfers.write(environment.files(), spool.descriptor(), octets, end);
    } catch (IOException e) {
      Replacement.quietly(() -> environment.files().truncate(spool.descriptor(), end));
      throw e;
    }
  }

  /// Lets go of what was made for the next append.
  public void release() {
    var stamp = known.stamp();
    if (stamp != null) {
      environment.appends().release(new SpoolInode(stamp.device(), stamp.inode()));
    }
  }

  /// The octets of an append: looked at once to say what will be written, then written.
  private final class Transfer {
    final BlockDigests pieces;
    private final List<? extends Writable> messages;
    private final long start;
    private final SpoolLock lock;
    private final ByteBuffer buffer;
    private final ByteBuffer window;
    private final boolean allInBuffer;

    Transfer(Arena arena, List<? extends Writable> messages, long start, SpoolLock lock)
        throws IOException {
      this.messages = messages;
      this.start = start;
      this.lock = lock;
      long octets = messages.stream().mapToLong(Writable::octets).sum();
      pieces = new BlockDigests(Math.clamp(octets / PIECES, LEAST_PIECE, STREAM_OCTETS));
      buffer =
          arena
              .allocate(Math.min(STREAM_OCTETS, octets + (long) messages.size() * LEAST_PIECE))
              .asByteBuffer();
      window = arena.allocate(Math.clamp(octets, LEAST_PIECE, WINDOW_OCTETS)).asByteBuffer();
      var measured = run(pieces);
      pieces.close();
      allInBuffer = measured <= buffer.capacity();
    }

    private long run(AppendStream.Sink sink) throws IOException {
      var stream = new AppendStream(buffer, sink);
      for (var message : messages) {
        message.writeTo(stream, environment.zone(), window);
      }
      stream.flush();
      return stream.octets();
    }

    /// Writes them to the end of the spool.
    void write() throws IOException {
      if (allInBuffer) {
        put(buffer.rewind(), 0);
      } else {
        run(this::put);
      }
    }

    private void put(ByteBuffer octets, long offset) throws IOException {
      if (!lock.stillOurs()) {
        throw new RewriteRun.LockLost(spool.name());
      }
      WholeTransfers.write(environment.files(), spool.descriptor(), octets, start + offset);
    }
  }
}
