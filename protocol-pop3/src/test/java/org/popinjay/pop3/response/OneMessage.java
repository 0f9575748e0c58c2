package org.popinjay.pop3.response;

import java.time.Instant;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.Uid;
import org.popinjay.mailstore.UidValidity;

/// A maildrop with one empty message that is gone.
record OneMessage(long uidNumber, long validity, @Nullable String id) implements Maildrop {
  @Override
  public int count() {
    return 1;
  }

  @Override
  public long octets(int number) {
    return 0;
  }

  @Override
  public Uid uid(int number) {
    return new Uid((int) uidNumber);
  }

  @Override
  public @Nullable String keptId(int number) {
    return id;
  }

  @Override
  public UidValidity uidValidity() {
    return new UidValidity(validity);
  }

  @Override
  public FlagSet flags(int number) {
    return new FlagSet(0);
  }

  @Override
  public Instant arrived(int number) {
    return Instant.EPOCH;
  }

  @Override
  public boolean claimed() {
    return true;
  }

  @Override
  public StoreResult<MessageContent> content(int number) {
    return StoreResult.failed(new StoreFailure.Gone("there never was one"));
  }

  @Override
  public StoreResult<Committed> commit(BitSet remove, BitSet seen) {
    return StoreResult.done(new Committed(0, 0, 0, 1, 0));
  }

  @Override
  public void close() {}
}
