package org.popinjay.pop3.pop2.session;

import java.util.BitSet;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;

/// What is open when a mailbox was asked for that is not there: no message (RFC 937, FOLD).
record NoFolder() implements OpenFolder {

  @Override
  public int count() {
    return 0;
  }

  @Override
  public long octets(int number) {
    throw new IndexOutOfBoundsException(number);
  }

  @Override
  public boolean seen(int number) {
    throw new IndexOutOfBoundsException(number);
  }

  @Override
  public StoreResult<MessageContent> content(int number) {
    return StoreResult.failed(new StoreFailure.NotFound("no mailbox is open"));
  }

  @Override
  public StoreResult<Removed> commit(BitSet remove, BitSet seen) {
    return StoreResult.done(Removed.NOTHING);
  }

  @Override
  public void close() {}
}
