package org.popinjay.mailstore.mbox;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.popinjay.mailstore.mbox.MessageTable.Bits;

/// One session's picture: its own list of UIDs and of the flags it was told, 5 octets a message,
/// over tables shared with others.
final class MboxView implements MailboxView {
  private static final StoreFailure NOT_BUILT =
      new StoreFailure.Unavailable("this is not built yet");

  private final SpoolRegistry.Use use;
  private final Access access;
  private MboxMailbox.Picture picture;
  private final Map<Integer, MessageMeta> expunged = new HashMap<>();
  private int[] uids;
  private byte[] told;
  private int count;

  MboxView(SpoolRegistry.Use use, MboxMailbox.Picture picture, Access access) {
    this.use = use;
    this.access = access;
    this.picture = picture;
    count = picture.count();
    uids = new int[count];
    told = new byte[count];
    for (int position = 0; position < count; position++) {
      int row = picture.table().rowAt(position);
      uids[position] = picture.table().uid(row);
      told[position] = flags(picture.table(), row);
    }
  }

  private static byte flags(MessageTable table, int row) {
    return (byte) ((table.bits(row) & Bits.FLAGS) >> Bits.FLAGS_SHIFT);
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public UidValidity uidValidity() {
    return picture.uidValidity();
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
    var now = use.mailbox().lastPicture().table();
    int row = now.rowOf(uid);
    if (row >= 0) {
      return meta(now, row, new FlagSet(flags(now, row)));
    }
    var then = picture.table();
    int before = then.rowOf(uid);
    return before < 0
        ? Objects.requireNonNull(expunged.get(uid))
        : meta(then, before, new FlagSet(flags(then, before)));
  }

  private static MessageMeta meta(MessageTable table, int row, FlagSet flags) {
    return new MessageMeta(
        new Uid(table.uid(row)),
        table.wireOctets(row),
        new Flags(flags, Keywords.NONE),
        false,
        ModSeq.ZERO,
        new InternalDate(table.internalDate(row), 0));
  }

  @Override
  public int[] resolve(NumberSet set) {
    return set.positions(count, position -> uids[position - 1]);
  }

  @Override
  public StoreResult<MessageContent> content(int sequenceNumber) {
    return use.mailbox().content(uid(sequenceNumber));
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
    if (!writable()) {
      return readOnly();
    }
    return use.mailbox().flag(uidsAt(positions), change).map(marked -> flagged(positions, marked));
  }

  private Flagged flagged(int[] positions, MboxMailbox.Marked marked) {
    var flagged = new Flagged(new BitSet(), new BitSet(), new BitSet(), new BitSet());
    var now = use.mailbox().lastPicture().table();
    for (int i = 0; i < positions.length; i++) {
      flagged.done().set(positions[i], marked.there().get(i));
      flagged.gone().set(positions[i], !marked.there().get(i));
      flagged.changed().set(positions[i], marked.changed().get(i));
      boolean toldAll = told[positions[i] - 1] == marked.before().get(i).bits();
      if (marked.changed().get(i) && toldAll) {
        told[positions[i] - 1] = flags(now, now.rowOf(uid(positions[i])));
      }
    }
    return flagged;
  }

  private static <T> StoreResult<T> readOnly() {
    return StoreResult.failed(new StoreFailure.ReadOnly("opened to look only"));
  }

  @Override
  public StoreResult<Copied> copy(int[] positions, MailboxName target) {
    return StoreResult.failed(NOT_BUILT);
  }

  @Override
  public StoreResult<Copied> move(int[] positions, MailboxName target) {
    return StoreResult.failed(NOT_BUILT);
  }

  @Override
  public StoreResult<Boolean> flush() {
    return StoreResult.done(true);
  }

  @Override
  public long uidNext() {
    return picture.uidNext();
  }

  @Override
  public MailboxId id() {
    return picture.id();
  }

  @Override
  public ModSeq highestModSeq() {
    return ModSeq.ZERO;
  }

  @Override
  public boolean writable() {
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

  @Override
  public boolean remembersRemovals(ModSeq since) {
    return false;
  }

  @Override
  public UidSet removed(ModSeq since, UidSet among) {
    return UidSet.EMPTY;
  }

  @Override
  public List<MailboxChange> news(boolean expunges) {
    return changes(use.mailbox().lastPicture(), expunges);
  }

  @Override
  public StoreResult<Integer> expunge(int[] positions) {
    if (!writable()) {
      return readOnly();
    }
    return use.mailbox().remove(uidsAt(positions), new int[0]).map(MboxMailbox.Removed::removed);
  }

  private int[] uidsAt(int[] positions) {
    return Arrays.stream(positions).map(this::uid).toArray();
  }

  @Override
  public StoreResult<List<MailboxChange>> sync(boolean expunges) {
    return use.mailbox().picture().map(now -> changes(now, expunges));
  }

  private List<MailboxChange> changes(MboxMailbox.Picture now, boolean expunges) {
    if (!now.uidValidity().equals(picture.uidValidity())) {
      return List.of(new MailboxChange.Stale("UIDVALIDITY changed"));
    }
    var changes = new ArrayList<MailboxChange>();
    if (expunges) {
      reportExpunged(now, changes);
      expunged.clear();
    } else if (now.table() != picture.table()) {
      rememberExpunged(now);
    }
    picture = now;
    reportFlags(changes);
    reportArrived(changes);
    return changes;
  }

  private void reportExpunged(MboxMailbox.Picture now, List<MailboxChange> changes) {
    int kept = 0;
    for (int position = 0; position < count; position++) {
      if (now.table().rowOf(uids[position]) < 0) {
        changes.add(new MailboxChange.Expunged(kept + 1, new Uid(uids[position])));
      } else {
        uids[kept] = uids[position];
        told[kept] = told[position];
        kept++;
      }
    }
    count = kept;
  }

  private void rememberExpunged(MboxMailbox.Picture now) {
    var before = picture.table();
    for (int position = 0; position < count; position++) {
      int row = before.rowOf(uids[position]);
      if (row >= 0 && now.table().rowOf(uids[position]) < 0) {
        expunged.put(uids[position], meta(before, row, new FlagSet(told[position])));
      }
    }
  }

  private void reportFlags(List<MailboxChange> changes) {
    var table = picture.table();
    for (int position = 0; position < count; position++) {
      int row = table.rowOf(uids[position]);
      if (row >= 0 && flags(table, row) != told[position]) {
        told[position] = flags(table, row);
        changes.add(new MailboxChange.Flagged(position + 1));
      }
    }
  }

  private void reportArrived(List<MailboxChange> changes) {
    var table = picture.table();
    long last = count == 0 ? 0 : Integer.toUnsignedLong(uids[count - 1]);
    int from = picture.count();
    while (from > 0 && Integer.toUnsignedLong(table.uid(table.rowAt(from - 1))) > last) {
      from--;
    }
    int arrived = picture.count() - from;
    if (arrived == 0) {
      return;
    }
    uids = Arrays.copyOf(uids, count + arrived);
    told = Arrays.copyOf(told, count + arrived);
    for (int position = from; position < picture.count(); position++) {
      int row = table.rowAt(position);
      uids[count] = table.uid(row);
      told[count] = flags(table, row);
      count++;
    }
    changes.add(new MailboxChange.Arrived(count));
  }

  @Override
  public void close() {
    use.close();
  }
}
