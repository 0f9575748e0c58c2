package org.popinjay.pop3.pop2.session;

import java.util.Arrays;
import java.util.BitSet;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.MailboxChange;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.StoreResult;

/// Any other mailbox, in a picture that is not brought up to date before a removal, so that numbers
/// stay. Nobody claims it: sessions of IMAP go on beside it.
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

  /// Takes note of what others did first, since what they removed was not removed here, and what
  /// they changed is not known for certain and stays.
  private StoreResult<Removed> expunge(BitSet remove) {
    var uids = new NumberSet.Uids(remove.stream().mapToObj(this::uid).toList());
    return view.sync(true)
        .flatMap(changes -> {
          boolean stale = changes.stream().anyMatch(MailboxChange.Stale.class::isInstance);
          int[] there = stale ? new int[0] : view.resolve(uids);
          long octets = Arrays.stream(there).mapToLong(this::octets).sum();
          return there.length == 0
              ? StoreResult.done(new Removed(0, 0, remove.cardinality()))
              : view.expunge(there)
                  .map(gone ->
                      new Removed(
                          gone, gone == there.length ? octets : 0, remove.cardinality() - gone));
        });
  }

  private NumberSet.Range uid(int number) {
    long uid = view.message(number).uid().value();
    return new NumberSet.Range(uid, uid);
  }

  private static int[] positions(BitSet numbers) {
    return numbers.stream().toArray();
  }

  @Override
  public void close() {
    view.close();
  }
}
