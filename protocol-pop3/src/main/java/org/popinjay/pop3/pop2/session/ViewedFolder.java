package org.popinjay.pop3.pop2.session;

import java.util.BitSet;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreResult;

/// Any other mailbox, in a picture that is never brought up to date, so that numbers stay. Nobody
/// claims it: sessions of IMAP go on beside it.
record ViewedFolder(MailboxView view) implements OpenFolder {

  @Override
  public int count() {
    return view.count();
  }

  @Override
  public long octets(int number) {
    return view.message(number).octets();
  }

  @Override
  public boolean seen(int number) {
    return view.message(number).flags().system().has(Flag.SEEN);
  }

  @Override
  public StoreResult<MessageContent> content(int number) {
    return view.content(number);
  }

  /// One that may not be changed takes everything for done and changes nothing.
  @Override
  public StoreResult<Removed> commit(BitSet remove, BitSet seen) {
    if (!view.writable()) {
      return StoreResult.done(new Removed(0, 0));
    }
    var read = (BitSet) seen.clone();
    read.andNot(remove);
    StoreResult<Integer> flagged =
        read.isEmpty()
            ? StoreResult.done(0)
            : view.flag(positions(read), new FlagChange.Add(Flags.of(Flag.SEEN)), null).map(_ -> 0);
    return flagged.flatMap(
        none -> remove.isEmpty() ? StoreResult.done(new Removed(none, 0)) : expunge(remove));
  }

  private StoreResult<Removed> expunge(BitSet remove) {
    return view.expunge(positions(remove))
        .map(gone -> new Removed(gone, remove.cardinality() - gone));
  }

  private static int[] positions(BitSet numbers) {
    return numbers.stream().toArray();
  }

  @Override
  public void close() {
    view.close();
  }
}
