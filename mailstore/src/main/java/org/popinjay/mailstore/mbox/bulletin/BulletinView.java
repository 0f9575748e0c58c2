package org.popinjay.mailstore.mbox.bulletin;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Copied;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.Flagged;
import org.popinjay.mailstore.Flags;
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
import org.popinjay.mailstore.mbox.disk.StoreFailures;
import org.popinjay.mailstore.mbox.mailbox.Copying;
import org.popinjay.mailstore.mbox.mailbox.Neighbours;

/// One session's picture of the shared bulletins. Nothing but `\Seen` can be changed, and nothing
/// has a mod-sequence (RFC 7162, section 3.1.2.2).
final class BulletinView implements MailboxView {
  private final BulletinBox box;
  private final BulletinShelf shelf;
  private final Neighbours neighbours;
  private final MailboxId id;
  private final Access access;
  private final UidValidity uidValidity;
  private List<BulletinShelf.Volume> volumes;
  private BitSet seen;
  private long uidNext;

  BulletinView(
      BulletinBox box,
      BulletinShelf shelf,
      Neighbours neighbours,
      MailboxId id,
      Access access,
      BulletinBox.Sight sight,
      BitSet seen) {
    this.box = box;
    this.shelf = shelf;
    this.neighbours = neighbours;
    this.id = id;
    this.access = access;
    this.seen = seen;
    uidValidity = sight.shelf().uidValidity();
    volumes = sight.volumes();
    uidNext = sight.shelf().uidNext();
  }

  @Override
  public int count() {
    return volumes.size();
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
    return ModSeq.ZERO;
  }

  @Override
  public boolean writable() {
    return false;
  }

  @Override
  public boolean keepsSeen() {
    return access == Access.WRITE;
  }

  @Override
  public Keywords keywords() {
    return Keywords.NONE;
  }

  @Override
  public boolean takesKeywords() {
    return false;
  }

  @Override
  public int recent() {
    return 0;
  }

  private BulletinShelf.Volume volume(int sequenceNumber) {
    return volumes.get(sequenceNumber - 1);
  }

  @Override
  public MessageMeta message(int sequenceNumber) {
    var volume = volume(sequenceNumber);
    return new MessageMeta(
        new Uid(volume.uid()),
        volume.octets(),
        seen.get(volume.uid()) ? Flags.of(Flag.SEEN) : Flags.NONE,
        false,
        ModSeq.ZERO,
        volume.date());
  }

  @Override
  public int[] resolve(NumberSet set) {
    return set.positions(count(), position -> volumes.get(position - 1).uid());
  }

  @Override
  public StoreResult<MessageContent> content(int sequenceNumber) {
    var volume = volume(sequenceNumber);
    byte[] text = shelf.text(volume);
    return text == null
        ? StoreResult.failed(
            new StoreFailure.Gone("bulletin " + volume.bulletin().number() + " is another now"))
        : StoreResult.done(new BulletinContent(text));
  }

  @Override
  public byte @Nullable [] remembered(int sequenceNumber) {
    return null;
  }

  @Override
  public void remember(int sequenceNumber, byte[] octets) {}

  @Override
  public StoreResult<Flagged> flag(
      int[] positions, FlagChange change, @Nullable ModSeq unchangedSince) {
    if (!keepsSeen()) {
      return readOnly();
    }
    return box.look()
        .flatMap(sight -> {
          try {
            return StoreResult.done(flag(positions, change, sight));
          } catch (IOException e) {
            return StoreResult.failed(StoreFailures.of(e));
          }
        });
  }

  /// Changes `\Seen` of those that are still there, and no other flag.
  private Flagged flag(int[] positions, FlagChange change, BulletinBox.Sight sight)
      throws IOException {
    var there = uids(sight.volumes());
    var flagged = new Flagged(new BitSet(), new BitSet(), new BitSet(), new BitSet());
    var after =
        sight
            .seen()
            .change(
                now -> {
                  for (int position : positions) {
                    int uid = volume(position).uid();
                    boolean before = now.get(uid);
                    var flags = before ? Flags.of(Flag.SEEN) : Flags.NONE;
                    now.set(uid, change.applyTo(flags).system().has(Flag.SEEN));
                    flagged.done().set(position, there.get(uid));
                    flagged.gone().set(position, !there.get(uid));
                    flagged.changed().set(position, there.get(uid) && now.get(uid) != before);
                  }
                },
                there);
    // Only what was asked for is told by this command; the rest is news.
    for (int position : positions) {
      seen.set(volume(position).uid(), after.get(volume(position).uid()));
    }
    return flagged;
  }

  private static BitSet uids(List<BulletinShelf.Volume> volumes) {
    var uids = new BitSet();
    volumes.forEach(volume -> uids.set(volume.uid()));
    return uids;
  }

  private static <T> StoreResult<T> readOnly() {
    return StoreResult.failed(new StoreFailure.ReadOnly("bulletins can only be read"));
  }

  @Override
  public StoreResult<Integer> expunge(int[] positions) {
    return readOnly();
  }

  @Override
  public StoreResult<Copied> copy(int[] positions, MailboxName target) {
    return neighbours.with(
        target, to -> new Copying(this, positions, to, neighbours.scratch().get()).copy());
  }

  @Override
  public StoreResult<Copied> move(int[] positions, MailboxName target) {
    return readOnly();
  }

  @Override
  public StoreResult<Boolean> flush() {
    return StoreResult.done(true);
  }

  @Override
  public StoreResult<List<MailboxChange>> sync(boolean expunges) {
    return box.look()
        .flatMap(sight -> {
          try {
            return StoreResult.done(changes(sight, sight.seen().read(), expunges));
          } catch (IOException e) {
            return StoreResult.failed(StoreFailures.of(e));
          }
        });
  }

  private List<MailboxChange> changes(BulletinBox.Sight sight, BitSet seenNow, boolean expunges) {
    if (!sight.shelf().uidValidity().equals(uidValidity)) {
      return List.of(new MailboxChange.Stale("the UIDs of bulletins began anew"));
    }
    var changes = new ArrayList<MailboxChange>();
    var there = uids(sight.volumes());
    var kept = new ArrayList<BulletinShelf.Volume>(volumes);
    for (int position = kept.size(); expunges && position >= 1; position--) {
      int uid = kept.get(position - 1).uid();
      if (!there.get(uid)) {
        changes.add(new MailboxChange.Expunged(position, new Uid(uid)));
        kept.remove(position - 1);
      }
    }
    int before = kept.size();
    var had = uids(kept);
    sight.volumes().stream()
        .filter(volume -> volume.uid() >= uidNext && !had.get(volume.uid()))
        .forEach(kept::add);
    if (kept.size() > before) {
      changes.add(new MailboxChange.Arrived(kept.size()));
    }
    for (int position = 1; position <= before; position++) {
      int uid = kept.get(position - 1).uid();
      if (there.get(uid) && seen.get(uid) != seenNow.get(uid)) {
        changes.add(new MailboxChange.Flagged(position));
      }
    }
    volumes = List.copyOf(kept);
    seen = seenNow;
    uidNext = sight.shelf().uidNext();
    return changes;
  }

  @Override
  public List<MailboxChange> news(boolean expunges) {
    return List.of();
  }

  @Override
  public boolean remembersRemovals(ModSeq since) {
    return false;
  }

  @Override
  public UidSet removed(ModSeq since, UidSet among) {
    var gone = new UidSet.Builder();
    long next = 1;
    for (var volume : volumes) {
      if (volume.uid() > next) {
        gone.add(next, volume.uid() - 1L);
      }
      next = volume.uid() + 1L;
    }
    if (uidNext > next) {
      gone.add(next, uidNext - 1);
    }
    return gone.build().and(among);
  }

  @Override
  public void close() {}
}
