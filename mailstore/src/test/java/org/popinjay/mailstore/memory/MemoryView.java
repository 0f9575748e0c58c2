package org.popinjay.mailstore.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.MailboxChange;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.MessageMeta;
import org.popinjay.mailstore.NumberSet;
import org.popinjay.mailstore.StoreResult;
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
    return new MessageMeta(message.uid, message.wire.length, shown.flags, message.internalDate);
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
  public StoreResult<Integer> flag(int[] positions, FlagSet add, FlagSet remove) {
    return mailbox.attempt(
        Operation.FLAG,
        () -> {
          int changed = 0;
          for (int position : positions) {
            var shown = picture.get(position - 1);
            if (!shown.message.gone) {
              MemoryMailbox.flag(shown.message, add, remove);
              shown.flags = MemoryMailbox.changed(shown.flags, add, remove);
              changed++;
            }
          }
          return StoreResult.done(changed);
        });
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
        picture.remove(position - 1);
        changes.add(new MailboxChange.Expunged(position));
      }
    }
  }

  private void flagged(List<MailboxChange> changes) {
    for (int position = 1; position <= picture.size(); position++) {
      var shown = picture.get(position - 1);
      if (!shown.message.gone && !shown.flags.equals(shown.message.flags)) {
        shown.flags = shown.message.flags;
        changes.add(new MailboxChange.Flagged(position, shown.flags));
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
