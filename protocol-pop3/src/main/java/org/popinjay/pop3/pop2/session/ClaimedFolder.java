package org.popinjay.pop3.pop2.session;

import java.util.BitSet;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;

/// The INBOX, claimed for this session as POP3 claims it.
record ClaimedFolder(Maildrop maildrop) implements OpenFolder {

  @Override
  public int count() {
    return maildrop.count();
  }

  @Override
  public long octets(int number) {
    return maildrop.octets(number);
  }

  @Override
  public boolean seen(int number) {
    return maildrop.flags(number).has(Flag.SEEN);
  }

  @Override
  public StoreResult<MessageContent> content(int number) {
    return maildrop.content(number);
  }

  @Override
  public StoreResult<Removed> commit(BitSet remove, BitSet seen) {
    return maildrop.claimed()
        ? maildrop
            .commit(remove, seen)
            .map(done -> new Removed(done.removed(), done.removedOctets(), done.kept()))
        : StoreResult.failed(new StoreFailure.Claimed("another session took over"));
  }

  @Override
  public void close() {
    maildrop.close();
  }
}
