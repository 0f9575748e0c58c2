package org.popinjay.mailstore.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.InternalDate;
import org.popinjay.mailstore.Keywords;
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

/// One mailbox, shared by all sessions. Everything in it is touched under the lock of its account.
final class MemoryMailbox implements Mailbox {
  /// Keywords that a mailbox takes.
  static final int MAX_KEYWORDS = 256;

  /// A message that was removed, and when.
  record Removal(Uid uid, long modSeq) {}

  final MemoryAccount account;
  private final MailboxId id;
  private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
  private List<StoredMessage> messages = new ArrayList<>();
  private List<Removal> removals = new ArrayList<>();
  private UidValidity uidValidity;
  private Keywords keywords = Keywords.NONE;
  private long uidNext = 1;
  private long recentFrom = 1;
  private long highest;
  private long floor;
  private boolean keepsModSeq = true;

  MemoryMailbox(MemoryAccount account, MailboxId id, UidValidity uidValidity) {
    this.account = account;
    this.id = id;
    this.uidValidity = uidValidity;
    highest = account.clock().instant().getEpochSecond() << 20;
    floor = highest;
  }

  MailboxId id() {
    return id;
  }

  /// The messages there are, in ascending order of UIDs.
  List<StoredMessage> current() {
    return messages;
  }

  UidValidity uidValidity() {
    return uidValidity;
  }

  long uidNext() {
    return uidNext;
  }

  /// The last change.
  long highest() {
    return highest;
  }

  /// Every removal after this one is in [#removals].
  long floor() {
    return floor;
  }

  List<Removal> removals() {
    return removals;
  }

  Keywords keywords() {
    return keywords;
  }

  /// UIDs from this one on were told to no session that may change the mailbox.
  long recentFrom() {
    return recentFrom;
  }

  /// Such a session is told of all that is there.
  void claimRecent() {
    recentFrom = uidNext;
  }

  /// Begins a change and returns its mod-sequence; watchers are called when the account's lock is
  /// free again.
  private long nextModSeq() {
    account.tellLater(watchers);
    return ++highest;
  }

  StoredMessage append(byte[] wire, Flags flags, InternalDate date) {
    return append(wire, flags, date, nextModSeq());
  }

  private StoredMessage append(byte[] wire, Flags flags, InternalDate date, long modSeq) {
    var known = learn(flags.keywords());
    var message =
        new StoredMessage(
            new Uid((int) uidNext++), wire, new Flags(flags.system(), known), date, modSeq);
    messages.add(message);
    return message;
  }

  /// Whether there is room for keywords.
  boolean takes(Keywords some) {
    return keywords.with(some.list()).list().size() <= MAX_KEYWORDS;
  }

  /// Makes keywords known, and returns them as the mailbox spells them.
  private Keywords learn(Keywords some) {
    keywords = keywords.with(some.list());
    return new Keywords(keywords.list().stream().filter(some::has).toList());
  }

  void replace() {
    messages.forEach(message -> message.gone = true);
    messages = new ArrayList<>();
    removals = new ArrayList<>();
    keywords = Keywords.NONE;
    uidNext = 1;
    recentFrom = 1;
    uidValidity = account.nextValidity();
    floor = nextModSeq();
  }

  /// Forgets when messages were removed.
  void forgetRemovals() {
    removals = new ArrayList<>();
    floor = highest;
  }

  /// Has no mod-sequences from here on.
  void dropModSeqs() {
    keepsModSeq = false;
  }

  boolean keepsModSeq() {
    return keepsModSeq;
  }

  /// The mailbox is no more: its pictures go stale.
  void abandon() {
    replace();
  }

  /// Removes messages and returns how many of them were still there.
  int removeAll(Collection<StoredMessage> leaving) {
    var there = leaving.stream().filter(message -> !message.gone).distinct().toList();
    if (!there.isEmpty()) {
      long modSeq = nextModSeq();
      for (var message : there) {
        message.gone = true;
        message.modSeq = modSeq;
        removals.add(new Removal(message.uid, modSeq));
      }
      messages.removeIf(message -> message.gone);
    }
    return there.size();
  }

  /// Changes flags of messages that are there; those that stay as they are get no new mod-sequence
  /// unless `always`.
  ///
  /// @return the messages that look different now
  List<StoredMessage> flag(List<StoredMessage> there, FlagChange change, boolean always) {
    var changed = new ArrayList<StoredMessage>();
    long modSeq = 0;
    for (var message : there) {
      var before = message.flags;
      var after = change.applyTo(before);
      if (always || !after.equals(before)) {
        modSeq = modSeq == 0 ? nextModSeq() : modSeq;
        message.become(new Flags(after.system(), learn(after.keywords())), modSeq);
      }
      if (!after.equals(before)) {
        changed.add(message);
      }
    }
    return changed;
  }

  /// Adds copies of messages of whatever mailbox in one change.
  List<StoredMessage> appendAll(List<StoredMessage> copied) {
    long modSeq = copied.isEmpty() ? highest : nextModSeq();
    return copied.stream()
        .map(each -> append(each.wire, each.flags, each.internalDate, modSeq))
        .toList();
  }

  StoreResult<MessageContent> content(StoredMessage message, boolean complete) {
    return attempt(
        Operation.CONTENT,
        () ->
            message.gone
                ? StoreResult.failed(new StoreFailure.Gone("uid " + message.uid))
                : StoreResult.done(
                    new MemoryContent(
                        complete ? message.complete() : message.wire, account.failures())));
  }

  /// Does something under the lock unless a test wants it to fail.
  <T> StoreResult<T> attempt(Operation operation, Supplier<StoreResult<T>> work) {
    return account.attempt(operation, work);
  }

  Maildrop maildrop(MaildropClaims.Claim claim) {
    return account.locked(
        () -> new MemoryMaildrop(this, claim, account.failures().next(Operation.FREEZE)));
  }

  @Override
  public Watch watch(Runnable changed) {
    watchers.add(changed);
    return () -> watchers.remove(changed);
  }

  @Override
  public StoreResult<MailboxView> view(Access access) {
    return attempt(Operation.VIEW, () -> StoreResult.done(new MemoryView(this, access)));
  }

  @Override
  public StoreResult<MailboxStatus> status() {
    return attempt(Operation.STATUS, () -> StoreResult.done(counts()));
  }

  private MailboxStatus counts() {
    return new MailboxStatus(
        messages.size(),
        messages.stream().mapToLong(message -> message.wire.length).sum(),
        messages.stream().filter(message -> message.uid.value() >= recentFrom).count(),
        messages.stream().filter(message -> !message.flags.system().has(Flag.SEEN)).count(),
        messages.stream().filter(message -> message.flags.system().has(Flag.DELETED)).count(),
        uidNext,
        uidValidity,
        keepsModSeq ? new ModSeq(highest) : ModSeq.ZERO,
        id);
  }

  @Override
  public void close() {}
}
