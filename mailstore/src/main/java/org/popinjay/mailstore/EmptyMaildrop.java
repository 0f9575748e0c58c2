package org.popinjay.mailstore;

import java.time.Instant;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// The maildrop of somebody who has none.
final class EmptyMaildrop implements Maildrop {
  private static final UidValidity UID_VALIDITY = new UidValidity(1);

  private static IndexOutOfBoundsException noSuch(int number) {
    return new IndexOutOfBoundsException("message " + number + " of 0");
  }

  @Override
  public int count() {
    return 0;
  }

  @Override
  public long octets(int number) {
    throw noSuch(number);
  }

  @Override
  public Uid uid(int number) {
    throw noSuch(number);
  }

  @Override
  public @Nullable String keptId(int number) {
    throw noSuch(number);
  }

  @Override
  public UidValidity uidValidity() {
    return UID_VALIDITY;
  }

  @Override
  public FlagSet flags(int number) {
    throw noSuch(number);
  }

  @Override
  public Instant arrived(int number) {
    throw noSuch(number);
  }

  @Override
  public boolean claimed() {
    return true;
  }

  @Override
  public StoreResult<MessageContent> content(int number) {
    throw noSuch(number);
  }

  @Override
  public StoreResult<Committed> commit(BitSet remove, BitSet seen) {
    return StoreResult.done(new Committed(0, 0, 0, 0, 0));
  }

  @Override
  public void close() {}
}
