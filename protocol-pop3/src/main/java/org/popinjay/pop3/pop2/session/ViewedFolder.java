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
      return StoreResult.done(Removed.NOTHING);
    }
    var read = (BitSet) seen.clone();
    read.andNot(remove);
    var flagged =
        read.isEmpty()
            ? StoreResult.done(Removed.NOTHING)
            : view.flag(positions(read), new FlagChange.Add(Flags.of(Flag.SEEN)), null)
                .map(_ -> Removed.NOTHING);
    return flagged.flatMap(none -> remove.isEmpty() ? StoreResult.done(none) : expunge(remove));
  }

  private StoreResult<Removed> expunge(BitSet remove) {
    return view.expunge(positions(remove)).map(gone -> removed(remove, gone));
  }

  /// Which ones stayed is not told.
  private Removed removed(BitSet remove, int gone) {
    int kept = remove.cardinality() - gone;
    long octets = kept > 0 ? 0 : remove.stream().mapToLong(this::octets).sum();
    return new Removed(gone, octets, kept);
  }

  private static int[] positions(BitSet numbers) {
    return numbers.stream().toArray();
  }

  @Override
  public void close() {
    view.close();
  }
}
