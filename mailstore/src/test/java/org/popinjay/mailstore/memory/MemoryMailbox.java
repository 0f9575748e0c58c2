package org.popinjay.mailstore.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Mailbox;
import org.popinjay.mailstore.MailboxId;
import org.popinjay.mailstore.MailboxStatus;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.MaildropClaims;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.ModSeq;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.Uid;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.memory.MemoryStore.Operation;

/// The INBOX of one user, shared by all sessions.
final class MemoryMailbox implements Mailbox {
  final PlannedFailures failures;
  private final ReentrantLock lock = new ReentrantLock();
  private List<StoredMessage> messages = new ArrayList<>();
  private UidValidity uidValidity = new UidValidity(1);
  private int uidNext = 1;

  MemoryMailbox(PlannedFailures failures) {
    this.failures = failures;
  }

  /// Does something that nobody else may see half done.
  <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /// The messages there are, in ascending order of UIDs; to be read under the lock.
  List<StoredMessage> current() {
    return messages;
  }

  /// What UIDs are relative to; to be read under the lock.
  UidValidity uidValidity() {
    return uidValidity;
  }

  void append(byte[] wire, long internalDate) {
    locked(() -> messages.add(new StoredMessage(new Uid(uidNext++), wire, internalDate)));
  }

  void remove(int position) {
    locked(() -> removeAll(List.of(messages.get(position - 1))));
  }

  void replace() {
    locked(() -> {
      removeAll(List.copyOf(messages));
      messages = new ArrayList<>();
      uidNext = 1;
      uidValidity = new UidValidity(uidValidity.value() + 1);
      return messages;
    });
  }

  List<byte[]> messages() {
    return locked(() -> messages.stream().map(message -> message.wire.clone()).toList());
  }

  /// Removes messages, under the lock, and returns how many of them were still there.
  int removeAll(Collection<StoredMessage> leaving) {
    int removed = 0;
    for (var message : leaving) {
      removed += message.gone ? 0 : 1;
      message.gone = true;
    }
    messages.removeIf(message -> message.gone);
    return removed;
  }

  StoreResult<MessageContent> content(StoredMessage message) {
    return attempt(
        Operation.CONTENT,
        () ->
            message.gone
                ? StoreResult.failed(new StoreFailure.Gone("uid " + message.uid))
                : StoreResult.done(new MemoryContent(message.wire, failures)));
  }

  /// Does something under the lock unless a test wants it to fail.
  <T> StoreResult<T> attempt(Operation operation, Supplier<StoreResult<T>> work) {
    var planned = failures.next(operation);
    return planned.isPresent() ? StoreResult.failed(planned.get()) : locked(work);
  }

  Maildrop maildrop(MaildropClaims.Claim claim) {
    return locked(() -> new MemoryMaildrop(this, claim));
  }

  @Override
  public Watch watch(Runnable changed) {
    return () -> {};
  }

  @Override
  public StoreResult<MailboxView> view(Access access) {
    return attempt(Operation.VIEW, () -> StoreResult.done(new MemoryView(this)));
  }

  @Override
  public StoreResult<MailboxStatus> status() {
    return attempt(Operation.STATUS, () -> StoreResult.done(counts()));
  }

  private MailboxStatus counts() {
    return new MailboxStatus(
        messages.size(),
        messages.stream().mapToLong(message -> message.wire.length).sum(),
        0,
        messages.stream().filter(message -> !message.flags.has(Flag.SEEN)).count(),
        messages.stream().filter(message -> message.flags.has(Flag.DELETED)).count(),
        Integer.toUnsignedLong(uidNext),
        uidValidity,
        ModSeq.ZERO,
        new MailboxId("M1"));
  }

  /// Adds and takes away flags, under the lock.
  static void flag(StoredMessage message, FlagSet add, FlagSet remove) {
    message.flags = changed(message.flags, add, remove);
  }

  static FlagSet changed(FlagSet flags, FlagSet add, FlagSet remove) {
    return new FlagSet((flags.bits() | add.bits()) & ~remove.bits());
  }

  @Override
  public void close() {}
}
