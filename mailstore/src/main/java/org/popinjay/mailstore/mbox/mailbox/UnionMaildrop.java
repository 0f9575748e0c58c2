package org.popinjay.mailstore.mbox.mailbox;

import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.Uid;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.drop.LeftMail;

/// What popper or qpopper left in `.USER.pop`, and behind it the rest of the spool, as one maildrop
/// out of which nothing can be removed: there is no room to put them together.
///
/// Each message has the id that it will have then.
public final class UnionMaildrop implements Maildrop {
  private final MboxMaildrop spool;
  private final LeftMail left;
  private final StoreFailure frozen;

  private boolean closed;

  /// For each number from 1 on: that of the spool, or a row of what is left as -1, -2, ...
  private final int[] places;

  /// Takes both over.
  ///
  /// @param frozen why nothing can be removed
  public UnionMaildrop(MboxMaildrop spool, LeftMail left, StoreFailure frozen) {
    this.spool = spool;
    this.left = left;
    this.frozen = frozen;
    var order = new int[1 + spool.count() + left.count()];
    var taken = new BitSet();
    int count = 0;
    for (int row = 0; row < left.count(); row++) {
      int uid = left.spoolUid(row);
      int number = uid == 0 ? 0 : spool.numberOf(uid);
      if (uid == 0) {
        order[++count] = -row - 1;
      } else if (number > 0 && !taken.get(number)) {
        taken.set(number);
        order[++count] = number;
      }
    }
    for (int number = 1; number <= spool.count(); number++) {
      if (!taken.get(number)) {
        order[++count] = number;
      }
    }
    places = Arrays.copyOf(order, count + 1);
  }

  @Override
  public int count() {
    return places.length - 1;
  }

  private int place(int number) {
    if (number < 1 || number > count()) {
      throw new IndexOutOfBoundsException("message " + number + " of " + count());
    }
    return places[number];
  }

  @Override
  public long octets(int number) {
    int place = place(number);
    return place > 0 ? spool.octets(place) : left.octets(-place - 1);
  }

  @Override
  public Uid uid(int number) {
    int place = place(number);
    return place > 0 ? spool.uid(place) : left.uid(-place - 1);
  }

  @Override
  public @Nullable String keptId(int number) {
    int place = place(number);
    return place > 0 ? spool.keptId(place) : left.keptId(-place - 1);
  }

  @Override
  public UidValidity uidValidity() {
    return spool.uidValidity();
  }

  @Override
  public FlagSet flags(int number) {
    int place = place(number);
    return place > 0 ? spool.flags(place) : left.flags(-place - 1);
  }

  @Override
  public Instant arrived(int number) {
    int place = place(number);
    return place > 0 ? spool.arrived(place) : left.arrived(-place - 1);
  }

  @Override
  public boolean claimed() {
    return spool.claimed();
  }

  @Override
  public StoreFailure frozen() {
    return frozen;
  }

  @Override
  public StoreResult<MessageContent> content(int number) {
    int place = place(number);
    return place > 0 ? spool.content(place) : StoreResult.done(left.content(-place - 1));
  }

  @Override
  public StoreResult<Committed> commit(BitSet remove, BitSet seen) {
    if (!remove.isEmpty() && claimed()) {
      return StoreResult.failed(frozen);
    }
    var inSpool = new BitSet();
    seen.stream().map(this::place).filter(place -> place > 0).forEach(inSpool::set);
    return spool.commit(remove, inSpool).map(this::withLeft);
  }

  private Committed withLeft(Committed spoolOnly) {
    int messages = spoolOnly.left();
    long octets = spoolOnly.leftOctets();
    for (int row = 0; row < left.count(); row++) {
      if (left.spoolUid(row) == 0) {
        messages++;
        octets += left.octets(row);
      }
    }
    return new Committed(
        spoolOnly.removed(), spoolOnly.removedOctets(), spoolOnly.kept(), messages, octets);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      left.close();
      spool.close();
    }
  }
}
