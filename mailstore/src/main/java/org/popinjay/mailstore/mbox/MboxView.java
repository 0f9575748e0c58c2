package org.popinjay.mailstore.mbox;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.MailboxChange;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.MessageMeta;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.Uid;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.MessageTable.Bits;

/// One session's picture: its own list of UIDs and of the flags it was told, 5 octets a message,
/// over tables shared with others.
final class MboxView implements MailboxView {
  private final SpoolRegistry.Use use;
  private MboxMailbox.Picture picture;
  private final Map<Integer, MessageMeta> expunged = new HashMap<>();
  private int[] uids;
  private byte[] told;
  private int count;

  MboxView(SpoolRegistry.Use use, MboxMailbox.Picture picture) {
    this.use = use;
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
    var table = picture.table();
    int row = table.rowOf(uid);
    return row < 0
        ? Objects.requireNonNull(expunged.get(uid))
        : meta(table, row, new FlagSet(told[sequenceNumber - 1]));
  }

  private static MessageMeta meta(MessageTable table, int row, FlagSet flags) {
    return new MessageMeta(
        new Uid(table.uid(row)), table.wireOctets(row), flags, table.internalDate(row));
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
  public StoreResult<Integer> flag(int[] positions, FlagSet add, FlagSet remove) {
    return use.mailbox()
        .flag(uidsAt(positions), add, remove)
        .map(there -> {
          for (int position : positions) {
            if (there.contains(uid(position))) {
              told[position - 1] = (byte) ((told[position - 1] & ~remove.bits()) | add.bits());
            }
          }
          return there.size();
        });
  }

  @Override
  public StoreResult<Integer> expunge(int[] positions) {
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
        changes.add(new MailboxChange.Expunged(kept + 1));
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
        changes.add(new MailboxChange.Flagged(position + 1, new FlagSet(told[position])));
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
