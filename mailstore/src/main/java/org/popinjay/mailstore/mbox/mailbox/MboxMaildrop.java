package org.popinjay.mailstore.mbox.mailbox;

import java.time.Instant;
import java.util.BitSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.Uid;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.mbox.access.Removed;
import org.popinjay.mailstore.mbox.ledger.Picture;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;

/// The picture of a mailbox that one POP3 session works on.
public final class MboxMaildrop implements Maildrop {
  private final SpoolRegistry.Use use;
  private final Picture picture;
  private final BooleanSupplier claimed;
  private final byte[] flags;
  private final @Nullable StoreFailure frozen;
  private final Runnable atClose;
  private boolean closed;

  /// @param claimed whether the claim still stands
  /// @param frozen why nothing may be removed, or null
  /// @param atClose gives the claim back; never blocks
  public MboxMaildrop(
      SpoolRegistry.Use use,
      Picture picture,
      BooleanSupplier claimed,
      @Nullable StoreFailure frozen,
      Runnable atClose) {
    this.frozen = frozen;
    this.atClose = atClose;
    this.use = use;
    this.picture = picture;
    this.claimed = claimed;
    flags = new byte[picture.count()];
    // What those who keep a board have read of it is nothing to its readers.
    for (int number = 1; number <= flags.length && !isBoard(); number++) {
      flags[number - 1] =
          (byte) ((picture.table().bits(row(number)) & Bits.FLAGS) >> Bits.FLAGS_SHIFT);
    }
  }

  @Override
  public int count() {
    return picture.count();
  }

  /// Number of the message with a UID, or 0.
  int numberOf(int uidBits) {
    int position = picture.table().positionNotBelow(uidBits);
    boolean there =
        position < count() && picture.table().uid(picture.table().rowAt(position)) == uidBits;
    return there ? position + 1 : 0;
  }

  private int row(int number) {
    if (number < 1 || number > picture.count()) {
      throw new IndexOutOfBoundsException("message " + number + " of " + picture.count());
    }
    return picture.table().rowAt(number - 1);
  }

  @Override
  public long octets(int number) {
    return picture.table().completeOctets(row(number));
  }

  @Override
  public Uid uid(int number) {
    return new Uid(picture.table().uid(row(number)));
  }

  @Override
  public @Nullable String keptId(int number) {
    return picture.ids().of(picture.table().uid(row(number)));
  }

  @Override
  public UidValidity uidValidity() {
    return picture.uidValidity();
  }

  @Override
  public FlagSet flags(int number) {
    return new FlagSet(flags[number - 1]);
  }

  @Override
  public Instant arrived(int number) {
    return Instant.ofEpochSecond(picture.table().internalDate(row(number)));
  }

  @Override
  public boolean claimed() {
    return claimed.getAsBoolean();
  }

  @Override
  public @Nullable StoreFailure frozen() {
    return frozen;
  }

  @Override
  public StoreResult<MessageContent> content(int number) {
    return use.mailbox().content(picture.table().uid(row(number)), true);
  }

  @Override
  public StoreResult<Committed> commit(BitSet remove, BitSet seen) {
    if (!claimed.getAsBoolean()) {
      return StoreResult.failed(new StoreFailure.Claimed("another session has the claim now"));
    }
    if (frozen != null && !remove.isEmpty()) {
      return StoreResult.failed(frozen);
    }
    var gone = uids(remove);
    var read = uids(seen);
    if (gone.length > 0) {
      return use.mailbox().remove(gone, read, 0).map(this::committed);
    }
    return read.length == 0 || isBoard()
        ? StoreResult.done(committed(Removed.NOTHING))
        : use.mailbox()
            .flag(read, new FlagChange.Add(Flags.of(Flag.SEEN)), null)
            .map(_ -> committed(Removed.NOTHING));
  }

  private boolean isBoard() {
    return use.mailbox().place().board();
  }

  private int[] uids(BitSet numbers) {
    return numbers.stream().map(number -> picture.table().uid(row(number))).toArray();
  }

  private Committed committed(Removed removed) {
    var left = use.mailbox().left(picture);
    return new Committed(
        removed.removed(), removed.octets(), removed.uncertain(), left.messages(), left.octets());
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    atClose.run();
    use.close();
  }
}
