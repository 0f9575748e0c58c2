package org.popinjay.mailstore.mbox.mailbox;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Copied;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Flagged;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.InternalDate;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.MailboxChange;
import org.popinjay.mailstore.MailboxId;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.MessageMeta;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.Uid;
import org.popinjay.mailstore.UidSet;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.access.FlagStore;
import org.popinjay.mailstore.mbox.access.Removed;
import org.popinjay.mailstore.mbox.ledger.LivePicture;
import org.popinjay.mailstore.mbox.text.KeywordSets;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;

/// One session's picture: its own list of UIDs, 4 octets a message, over a picture shared with
/// others.
///
/// What the session was told is one mod-sequence, up to which it knows everything, and the few
/// exceptions to it: changes of its own that it knows of before it was told older ones of others,
/// and removals that it must not be told of yet. So news cost what changed and not what there is.
final class MboxView implements MailboxView, LivePicture.Viewer {
  private final SpoolRegistry.Use use;
  private final Neighbours neighbours;
  private final LivePicture live;
  private final Access access;
  private final UidValidity uidValidity;
  private final MailboxId id;
  private int[] uids = new int[0];
  private int count;
  private BitSet recent = new BitSet();
  private long uidNext = 1;
  private boolean closed;

  /// Flags and arrivals up to this mod-sequence were told.
  private long told;

  /// Removals up to this mod-sequence were told.
  private long removalsTold;

  /// Positions, counted from 0, whose flags this session changed after [#told], each time knowing
  /// what they were before.
  private BitSet own = new BitSet();

  /// Mod-sequences of those changes.
  private final TreeSet<Long> ownChanges = new TreeSet<>();

  MboxView(
      SpoolRegistry.Use use,
      Neighbours neighbours,
      UidValidity uidValidity,
      MailboxId id,
      Access access) {
    this.use = use;
    this.neighbours = neighbours;
    this.live = use.mailbox().live();
    this.access = access;
    this.uidValidity = uidValidity;
    this.id = id;
    live.locked(() -> {
      arrive();
      removalsTold = told;
      live.opened(this);
      return count;
    });
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public UidValidity uidValidity() {
    return uidValidity;
  }

  @Override
  public long uidNext() {
    return uidNext;
  }

  @Override
  public MailboxId id() {
    return id;
  }

  @Override
  public ModSeq highestModSeq() {
    return live.locked(() -> {
      var removals = live.chronicle().removals();
      int untold = removals.firstAfter(removalsTold);
      long least = untold < removals.count() ? removals.modSeq(untold) - 1 : told;
      return new ModSeq(Math.min(told, removals.knows(removalsTold) ? least : removalsTold));
    });
  }

  @Override
  public boolean writable() {
    return access == Access.WRITE;
  }

  @Override
  public Keywords keywords() {
    return live.locked(() -> live.table().keywordSets().all());
  }

  @Override
  public boolean takesKeywords() {
    return writable() && keywords().list().size() < KeywordSets.MOST_KEYWORDS;
  }

  @Override
  public int recent() {
    return recent.cardinality();
  }

  private int uid(int sequenceNumber) {
    if (sequenceNumber < 1 || sequenceNumber > count) {
      throw new IndexOutOfBoundsException("message " + sequenceNumber + " of " + count);
    }
    return uids[sequenceNumber - 1];
  }

  @Override
  public MessageMeta message(int sequenceNumber) {
    int uid = uid(sequenceNumber);
    boolean isRecent = recent.get(sequenceNumber - 1);
    return live.locked(() -> meta(live.tableOf(uid), uid, isRecent));
  }

  private static MessageMeta meta(MessageTable table, int uid, boolean isRecent) {
    int row = table.rowOf(uid);
    if (row < 0) {
      // The mailbox was replaced by another one; the session is about to hear of it.
      return new MessageMeta(
          new Uid(uid), 0, Flags.NONE, isRecent, ModSeq.ZERO, new InternalDate(0, 0));
    }
    return new MessageMeta(
        new Uid(uid),
        table.wireOctets(row),
        new Flags(
            new FlagSet((table.bits(row) & Bits.FLAGS) >> Bits.FLAGS_SHIFT), table.keywords(row)),
        isRecent,
        new ModSeq(table.modSeq(row)),
        new InternalDate(table.internalDate(row), table.zoneMinutes(row)));
  }

  @Override
  public int[] resolve(NumberSet set) {
    return set.positions(count, position -> uids[position - 1]);
  }

  @Override
  public StoreResult<MessageContent> content(int sequenceNumber) {
    return use.mailbox().content(uid(sequenceNumber), false);
  }

  @Override
  public byte @Nullable [] remembered(int sequenceNumber) {
    return use.mailbox().remembered(uid(sequenceNumber));
  }

  @Override
  public void remember(int sequenceNumber, byte[] octets) {
    use.mailbox().remember(uid(sequenceNumber), octets);
  }

  @Override
  public StoreResult<Flagged> flag(
      int[] positions, FlagChange change, @Nullable ModSeq unchangedSince) {
    return writable()
        ? use.mailbox()
            .flag(uidsAt(positions), change, unchangedSince)
            .map(marked -> flagged(positions, marked))
        : readOnly();
  }

  private Flagged flagged(int[] positions, FlagStore.Marked marked) {
    var flagged = new Flagged(new BitSet(), new BitSet(), new BitSet(), new BitSet());
    for (int i = 0; i < positions.length; i++) {
      boolean there = marked.there().get(i);
      boolean modified = marked.modified().get(i);
      flagged.done().set(positions[i], there);
      flagged.changed().set(positions[i], marked.changed().get(i));
      flagged.modified().set(positions[i], modified);
      flagged.gone().set(positions[i], !there && !modified);
    }
    if (marked.modSeq() != 0 && marked.highestBefore() == told) {
      told = marked.modSeq();
    } else if (marked.modSeq() != 0) {
      for (int i = 0; i < positions.length; i++) {
        boolean knewIt = isTold(positions[i] - 1, marked.before()[i]);
        if (marked.moved().get(i)) {
          own.set(positions[i] - 1, knewIt);
        }
      }
      ownChanges.add(marked.modSeq());
    }
    return flagged;
  }

  /// Whether the session knows how the message at a position, counted from 0, looked at a
  /// mod-sequence.
  private boolean isTold(int position, long modSeq) {
    return modSeq <= told || (own.get(position) && ownChanges.contains(modSeq));
  }

  private static <T> StoreResult<T> readOnly() {
    return StoreResult.failed(new StoreFailure.ReadOnly("opened to look only"));
  }

  @Override
  public StoreResult<Integer> expunge(int[] positions) {
    return writable()
        ? use.mailbox().remove(uidsAt(positions), new int[0], 1).map(Removed::removed)
        : readOnly();
  }

  @Override
  public StoreResult<Copied> copy(int[] positions, MailboxName target) {
    return hasGhost(positions)
        ? ghost()
        : neighbours.with(target, to -> copying(positions, to).copy());
  }

  /// Whether one of the messages is there no more, though its text may still be had.
  private boolean hasGhost(int[] positions) {
    return live.locked(
        () -> Arrays.stream(positions).anyMatch(position -> live.table().rowOf(uid(position)) < 0));
  }

  private static <T> StoreResult<T> ghost() {
    return StoreResult.failed(new StoreFailure.Gone("one of the messages is there no more"));
  }

  private Copying copying(int[] positions, MboxMailbox target) {
    return new Copying(this, positions, target, neighbours.scratch().get());
  }

  @Override
  public StoreResult<Copied> move(int[] positions, MailboxName target) {
    if (!writable()) {
      return readOnly();
    }
    if (hasGhost(positions)) {
      return ghost();
    }
    return neighbours.with(
        target,
        to ->
            to == use.mailbox()
                ? StoreResult.failed(
                    new StoreFailure.NameRefused(
                        "to move within " + to.path() + " is to do nothing"))
                : copying(positions, to).move(use.mailbox()));
  }

  @Override
  public StoreResult<Boolean> flush() {
    return use.mailbox().flush();
  }

  private int[] uidsAt(int[] positions) {
    return Arrays.stream(positions).map(this::uid).toArray();
  }

  @Override
  public StoreResult<List<MailboxChange>> sync(boolean expunges) {
    return use.mailbox().look().map(_ -> news(expunges));
  }

  @Override
  public List<MailboxChange> news(boolean expunges) {
    long toldBefore = removalsTold;
    var changes = live.locked(() -> changes(expunges));
    if (removalsTold != toldBefore && live.locked(live::exorcise)) {
      use.mailbox().dropGhosts();
    }
    return changes;
  }

  @Override
  public long removalsTold() {
    return removalsTold;
  }

  private List<MailboxChange> changes(boolean expunges) {
    if (!uidValidity.equals(live.uidValidity())) {
      return List.of(new MailboxChange.Stale("the mailbox was replaced or deleted"));
    }
    long highest = live.chronicle().highest();
    if (highest == told && (!expunges || removalsTold == told)) {
      return List.of();
    }
    var changes = new ArrayList<MailboxChange>();
    if (expunges) {
      leave(changes);
    }
    int before = count;
    long toldBefore = told;
    arrive();
    if (count > before) {
      changes.add(new MailboxChange.Arrived(count));
    }
    tellFlags(toldBefore, before, changes);
    own = new BitSet();
    ownChanges.clear();
    if (expunges || nothingRemovedSince(removalsTold)) {
      removalsTold = told;
    }
    return changes;
  }

  private boolean nothingRemovedSince(long since) {
    var removals = live.chronicle().removals();
    return removals.knows(since) && removals.firstAfter(since) == removals.count();
  }

  /// Takes removed messages out of the picture, last ones first.
  private void leave(List<MailboxChange> changes) {
    var gone = gonePositions();
    for (int position = gone.length() - 1;
        position >= 0;
        position = gone.previousSetBit(position - 1)) {
      changes.add(new MailboxChange.Expunged(position + 1, new Uid(uids[position])));
    }
    if (gone.isEmpty()) {
      return;
    }
    int kept = gone.nextSetBit(0);
    var keptRecent = recent.get(0, kept);
    var keptOwn = own.get(0, kept);
    for (int position = kept; position < count; position++) {
      if (!gone.get(position)) {
        keptRecent.set(kept, recent.get(position));
        keptOwn.set(kept, own.get(position));
        uids[kept++] = uids[position];
      }
    }
    recent = keptRecent;
    own = keptOwn;
    count = kept;
  }

  /// Positions, counted from 0, of messages that are gone and untold.
  private BitSet gonePositions() {
    var removals = live.chronicle().removals();
    return removals.knows(removalsTold)
        ? positionsOf(removals.since(removalsTold), count)
        : positionsWhere(position -> live.table().rowOf(uids[position]) < 0);
  }

  private BitSet positionsWhere(java.util.function.IntPredicate condition) {
    var positions = new BitSet();
    for (int position = 0; position < count; position++) {
      positions.set(position, condition.test(position));
    }
    return positions;
  }

  /// Positions, counted from 0 and below a limit, of UIDs; the cost goes with the ranges.
  private BitSet positionsOf(UidSet set, int limit) {
    var positions = new BitSet();
    for (int range = 0; range < set.ranges(); range++) {
      int from = positionNotBelow(set.first(range), limit);
      int to = positionNotBelow(set.last(range) + 1, limit);
      positions.set(from, Math.max(from, to));
    }
    return positions;
  }

  private int positionNotBelow(long uid, int limit) {
    int low = 0;
    int high = limit;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Integer.toUnsignedLong(uids[middle]) < uid) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// Takes new messages into the picture.
  private void arrive() {
    var table = live.table();
    int from = uidNext > 0xFFFF_FFFFL ? table.count() : table.positionNotBelow((int) uidNext);
    int arrived = table.count() - from;
    if (arrived > 0) {
      uids = Arrays.copyOf(uids, count + arrived);
      long recentFrom = live.chronicle().toldBelow();
      for (int position = from; position < table.count(); position++) {
        int row = table.rowAt(position);
        boolean isRecent =
            Integer.toUnsignedLong(table.uid(row)) >= recentFrom
                && (table.bits(row) & Bits.OLD) == 0;
        recent.set(count, isRecent);
        uids[count++] = table.uid(row);
      }
    }
    uidNext = live.uidNext();
    told = live.chronicle().highest();
    if (access == Access.WRITE) {
      live.chronicle().toldBelow(uidNext);
    }
  }

  private void tellFlags(long since, int before, List<MailboxChange> changes) {
    var flagged = live.chronicle().flagged();
    var candidates =
        flagged.knows(since)
            ? positionsOf(flagged.since(since), before)
            : positionsWhere(position -> position < before);
    var table = live.table();
    for (int position = candidates.nextSetBit(0);
        position >= 0;
        position = candidates.nextSetBit(position + 1)) {
      int row = table.rowOf(uids[position]);
      if (row >= 0 && isUntold(position, table.modSeq(row), since)) {
        changes.add(new MailboxChange.Flagged(position + 1));
      }
    }
  }

  private boolean isUntold(int position, long modSeq, long since) {
    return modSeq > since && !(own.get(position) && ownChanges.contains(modSeq));
  }

  @Override
  public boolean remembersRemovals(ModSeq since) {
    return live.locked(() -> live.chronicle().removals().knows(since.value()));
  }

  @Override
  public UidSet removed(ModSeq since, UidSet among) {
    return live.locked(() -> {
      var shown = uidNext == 1 ? UidSet.EMPTY : new UidSet.Builder().add(1, uidNext - 1).build();
      var asked = among.and(shown);
      var removals = live.chronicle().removals();
      return removals.knows(since.value())
          ? without(removals.since(since.value()).and(asked))
          : without(asked);
    });
  }

  /// What is left of a set without the UIDs of this picture.
  private UidSet without(UidSet set) {
    var rest = new UidSet.Builder();
    for (int range = 0; range < set.ranges(); range++) {
      long next = set.first(range);
      int position = positionNotBelow(next, count);
      for (;
          position < count && Integer.toUnsignedLong(uids[position]) <= set.last(range);
          position++) {
        long here = Integer.toUnsignedLong(uids[position]);
        if (here > next) {
          rest.add(next, here - 1);
        }
        next = here + 1;
      }
      if (next <= set.last(range)) {
        rest.add(next, set.last(range));
      }
    }
    return rest.build();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      boolean unneeded =
          live.locked(() -> {
            live.closed(this);
            return live.exorcise();
          });
      if (unneeded) {
        use.mailbox().dropGhosts();
      }
      use.close();
    }
  }
}
