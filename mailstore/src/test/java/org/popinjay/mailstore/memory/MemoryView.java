package org.popinjay.mailstore.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Copied;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Flagged;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.InternalDate;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.MailboxChange;
import org.popinjay.mailstore.MailboxId;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.MessageMeta;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.UidSet;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.memory.MemoryStore.Operation;

/// One session's picture of a mailbox in memory.
final class MemoryView implements MailboxView {

  /// A message as this session was last told of it.
  private static final class Shown {
    final StoredMessage message;
    FlagSet flags;

    Shown(StoredMessage message) {
      this.message = message;
      this.flags = message.flags;
    }
  }

  private final MemoryMailbox mailbox;
  private final UidValidity uidValidity;
  private final List<Shown> picture = new ArrayList<>();

  /// Takes the picture; under the lock of the mailbox.
  MemoryView(MemoryMailbox mailbox) {
    this.mailbox = mailbox;
    this.uidValidity = mailbox.uidValidity();
    mailbox.current().forEach(message -> picture.add(new Shown(message)));
  }

  @Override
  public int count() {
    return picture.size();
  }

  @Override
  public UidValidity uidValidity() {
    return uidValidity;
  }

  @Override
  public MessageMeta message(int sequenceNumber) {
    var shown = picture.get(sequenceNumber - 1);
    var message = shown.message;
    return new MessageMeta(
        message.uid,
        message.wire.length,
        new Flags(message.flags, Keywords.NONE),
        false,
        ModSeq.ZERO,
        new InternalDate(message.internalDate, 0));
  }

  @Override
  public int[] resolve(NumberSet set) {
    return set.positions(picture.size(), position -> picture.get(position - 1).message.uid.bits());
  }

  @Override
  public StoreResult<MessageContent> content(int sequenceNumber) {
    return mailbox.content(picture.get(sequenceNumber - 1).message);
  }

  @Override
  public StoreResult<Flagged> flag(
      int[] positions, FlagChange change, @Nullable ModSeq unchangedSince) {
    return mailbox.attempt(
        Operation.FLAG,
        () -> {
          var done = new BitSet();
          var changed = new BitSet();
          var gone = new BitSet();
          for (int position : positions) {
            var shown = picture.get(position - 1);
            if (shown.message.gone) {
              gone.set(position);
            } else {
              boolean told = shown.flags.equals(shown.message.flags);
              var before = shown.message.flags;
              shown.message.flags = change.applyTo(new Flags(before, Keywords.NONE)).system();
              shown.flags = told ? shown.message.flags : shown.flags;
              done.set(position);
              changed.set(position, !before.equals(shown.message.flags));
            }
          }
          return StoreResult.done(new Flagged(done, changed, new BitSet(), gone));
        });
  }

  private static final StoreFailure NOT_BUILT = new StoreFailure.Unavailable("not built yet");

  @Override
  public byte @Nullable [] remembered(int sequenceNumber) {
    return null;
  }

  @Override
  public void remember(int sequenceNumber, byte[] octets) {}

  @Override
  public StoreResult<Copied> copy(int[] positions, MailboxName target) {
    return StoreResult.failed(NOT_BUILT);
  }

  @Override
  public StoreResult<Copied> move(int[] positions, MailboxName target) {
    return StoreResult.failed(NOT_BUILT);
  }

  @Override
  public StoreResult<Boolean> flush() {
    return StoreResult.done(true);
  }

  @Override
  public long uidNext() {
    return 1;
  }

  @Override
  public MailboxId id() {
    return new MailboxId("M1");
  }

  @Override
  public ModSeq highestModSeq() {
    return ModSeq.ZERO;
  }

  @Override
  public boolean writable() {
    return true;
  }

  @Override
  public Keywords keywords() {
    return Keywords.NONE;
  }

  @Override
  public boolean takesKeywords() {
    return false;
  }

  @Override
  public int recent() {
    return 0;
  }

  @Override
  public boolean remembersRemovals(ModSeq since) {
    return false;
  }

  @Override
  public UidSet removed(ModSeq since, UidSet among) {
    return UidSet.EMPTY;
  }

  @Override
  public List<MailboxChange> news(boolean expunges) {
    return mailbox.locked(() -> changes(expunges));
  }

  @Override
  public StoreResult<Integer> expunge(int[] positions) {
    return mailbox.attempt(
        Operation.EXPUNGE,
        () ->
            StoreResult.done(
                mailbox.removeAll(
                    Arrays.stream(positions)
                        .mapToObj(position -> picture.get(position - 1).message)
                        .toList())));
  }

  @Override
  public StoreResult<List<MailboxChange>> sync(boolean expunges) {
    return mailbox.attempt(Operation.SYNC, () -> StoreResult.done(changes(expunges)));
  }

  private List<MailboxChange> changes(boolean expunges) {
    if (!uidValidity.equals(mailbox.uidValidity())) {
      return List.of(new MailboxChange.Stale("uidvalidity " + mailbox.uidValidity().value()));
    }
    var changes = new ArrayList<MailboxChange>();
    if (expunges) {
      expunged(changes);
    }
    flagged(changes);
    arrived(changes);
    return changes;
  }

  private void expunged(List<MailboxChange> changes) {
    for (int position = picture.size(); position > 0; position--) {
      if (picture.get(position - 1).message.gone) {
        var uid = picture.remove(position - 1).message.uid;
        changes.add(new MailboxChange.Expunged(position, uid));
      }
    }
  }

  private void flagged(List<MailboxChange> changes) {
    for (int position = 1; position <= picture.size(); position++) {
      var shown = picture.get(position - 1);
      if (!shown.message.gone && !shown.flags.equals(shown.message.flags)) {
        shown.flags = shown.message.flags;
        changes.add(new MailboxChange.Flagged(position));
      }
    }
  }

  private void arrived(List<MailboxChange> changes) {
    var last = picture.isEmpty() ? null : picture.getLast().message.uid;
    int before = picture.size();
    for (var message : mailbox.current()) {
      if (last == null || message.uid.compareTo(last) > 0) {
        picture.add(new Shown(message));
      }
    }
    if (picture.size() > before) {
      changes.add(new MailboxChange.Arrived(picture.size()));
    }
  }

  @Override
  public void close() {}
}
