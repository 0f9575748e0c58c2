package org.popinjay.mailstore.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Copied;
import org.popinjay.mailstore.FlagChange;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Flagged;
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
    final boolean recent;
    long told;

    Shown(StoredMessage message, boolean recent) {
      this.message = message;
      this.recent = recent;
      this.told = message.modSeq;
    }

    boolean untold() {
      return told != message.modSeq;
    }
  }

  private final MemoryMailbox mailbox;
  private final Access access;
  private final UidValidity uidValidity;
  private final List<Shown> picture = new ArrayList<>();
  private long uidNext;

  /// Takes the picture; under the lock of the account.
  MemoryView(MemoryMailbox mailbox, Access access) {
    this.mailbox = mailbox;
    this.access = access;
    this.uidValidity = mailbox.uidValidity();
    show(mailbox.current());
  }

  private void show(List<StoredMessage> more) {
    long recentFrom = mailbox.recentFrom();
    more.forEach(message -> picture.add(new Shown(message, message.uid.value() >= recentFrom)));
    if (access == Access.WRITE) {
      mailbox.claimRecent();
    }
    uidNext = mailbox.uidNext();
  }

  private <T> T locked(Supplier<T> work) {
    return mailbox.account.locked(work);
  }

  private boolean isStale() {
    return !uidValidity.equals(mailbox.uidValidity());
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
  public long uidNext() {
    return uidNext;
  }

  @Override
  public MailboxId id() {
    return mailbox.id();
  }

  @Override
  public ModSeq highestModSeq() {
    return locked(() -> {
      if (!mailbox.keepsModSeq()) {
        return ModSeq.ZERO;
      }
      long untold =
          picture.stream()
              .filter(Shown::untold)
              .mapToLong(shown -> shown.message.modSeq)
              .min()
              .orElse(Long.MAX_VALUE);
      long arriving = arriving().stream().mapToLong(each -> each.modSeq).min().orElse(untold);
      return new ModSeq(Math.min(mailbox.highest(), Math.min(untold, arriving) - 1));
    });
  }

  @Override
  public boolean writable() {
    return access == Access.WRITE;
  }

  @Override
  public Keywords keywords() {
    return locked(mailbox::keywords);
  }

  @Override
  public boolean takesKeywords() {
    return writable() && keywords().list().size() < MemoryMailbox.MAX_KEYWORDS;
  }

  @Override
  public int recent() {
    return (int) picture.stream().filter(shown -> shown.recent).count();
  }

  private Shown at(int sequenceNumber) {
    return picture.get(sequenceNumber - 1);
  }

  @Override
  public MessageMeta message(int sequenceNumber) {
    var shown = at(sequenceNumber);
    var message = shown.message;
    return locked(() ->
        new MessageMeta(
            message.uid,
            message.wire.length,
            message.flags,
            shown.recent,
            new ModSeq(message.gone ? shown.told : message.modSeq),
            message.internalDate));
  }

  @Override
  public int[] resolve(NumberSet set) {
    return set.positions(picture.size(), position -> at(position).message.uid.bits());
  }

  @Override
  public StoreResult<MessageContent> content(int sequenceNumber) {
    return mailbox.content(at(sequenceNumber).message, false);
  }

  @Override
  public byte @Nullable [] remembered(int sequenceNumber) {
    var message = at(sequenceNumber).message;
    return locked(() -> message.remembered == null ? null : message.remembered.clone());
  }

  @Override
  public void remember(int sequenceNumber, byte[] octets) {
    var message = at(sequenceNumber).message;
    if (octets.length <= 64 << 10) {
      locked(() -> message.remembered = octets.clone());
    }
  }

  private static <T> StoreResult<T> readOnly() {
    return StoreResult.failed(new StoreFailure.ReadOnly("opened to look only"));
  }

  @Override
  public StoreResult<Flagged> flag(
      int[] positions, FlagChange change, @Nullable ModSeq unchangedSince) {
    return !writable()
        ? readOnly()
        : mailbox.attempt(Operation.FLAG, () -> change(positions, change, unchangedSince));
  }

  private StoreResult<Flagged> change(
      int[] positions, FlagChange change, @Nullable ModSeq unchangedSince) {
    if (!(change instanceof FlagChange.Remove) && !mailbox.takes(change.flags().keywords())) {
      return StoreResult.failed(new StoreFailure.TooManyKeywords("no room for more"));
    }
    var flagged = new Flagged(new BitSet(), new BitSet(), new BitSet(), new BitSet());
    var current = new ArrayList<Shown>();
    for (int position : positions) {
      var shown = at(position);
      if (shown.message.gone) {
        flagged.gone().set(position);
      } else if (unchangedSince != null && isModified(shown.message, change, unchangedSince)) {
        flagged.modified().set(position);
      } else {
        flagged.done().set(position);
        if (!shown.untold()) {
          current.add(shown);
        }
      }
    }
    var there = flagged.done().stream().mapToObj(position -> at(position).message).toList();
    var changed = mailbox.flag(there, change, unchangedSince != null);
    flagged.done().stream()
        .filter(position -> changed.contains(at(position).message))
        .forEach(flagged.changed()::set);
    current.forEach(shown -> shown.told = shown.message.modSeq);
    return StoreResult.done(flagged);
  }

  private boolean isModified(StoredMessage message, FlagChange change, ModSeq since) {
    var named = change.flags();
    var then = message.at(since.value());
    if (message.modSeq <= since.value()) {
      return false;
    }
    if (change instanceof FlagChange.Replace || then == null) {
      return change instanceof FlagChange.Replace
          || !named.system().equals(FlagSet.NONE)
          || named.keywords().isEmpty()
          || named.keywords().list().stream().anyMatch(keywords()::has);
    }
    var now = message.flags;
    return ((now.system().bits() ^ then.system().bits()) & named.system().bits()) != 0
        || named.keywords().list().stream()
            .anyMatch(each -> now.keywords().has(each) != then.keywords().has(each));
  }

  @Override
  public StoreResult<Integer> expunge(int[] positions) {
    return !writable()
        ? readOnly()
        : mailbox.attempt(
            Operation.EXPUNGE, () -> StoreResult.done(mailbox.removeAll(messagesAt(positions))));
  }

  private List<StoredMessage> messagesAt(int[] positions) {
    return Arrays.stream(positions).mapToObj(position -> at(position).message).toList();
  }

  @Override
  public StoreResult<Copied> copy(int[] positions, MailboxName target) {
    return mailbox.attempt(Operation.COPY, () -> copied(positions, target));
  }

  @Override
  public StoreResult<Copied> move(int[] positions, MailboxName target) {
    return !writable()
        ? readOnly()
        : mailbox.attempt(
            Operation.COPY,
            () -> {
              if (mailbox.account.find(target) instanceof StoreResult.Done<MemoryMailbox>(var to)
                  && to == mailbox) {
                return StoreResult.failed(new StoreFailure.NameRefused("the same mailbox"));
              }
              return copied(positions, target)
                  .map(copied -> {
                    mailbox.removeAll(messagesAt(positions));
                    return copied;
                  });
            });
  }

  private StoreResult<Copied> copied(int[] positions, MailboxName target) {
    var source = messagesAt(positions);
    return switch (mailbox.account.find(target)) {
      case StoreResult.Failed<MemoryMailbox>(StoreFailure failure) -> StoreResult.failed(failure);
      case StoreResult.Done<MemoryMailbox>(MemoryMailbox to) -> {
        if (source.stream().anyMatch(message -> message.gone)) {
          yield StoreResult.failed(new StoreFailure.Gone("some message"));
        }
        var keywords =
            source.stream()
                .flatMap(message -> message.flags.keywords().list().stream())
                .collect(Collectors.toSet());
        if (!to.takes(Keywords.NONE.with(keywords))) {
          yield StoreResult.failed(new StoreFailure.TooManyKeywords("no room for more"));
        }
        var copies = to.appendAll(source);
        yield StoreResult.done(new Copied(to.uidValidity(), uids(source), uids(copies)));
      }
    };
  }

  private static UidSet uids(List<StoredMessage> messages) {
    return UidSet.of(messages.stream().mapToLong(message -> message.uid.value()).toArray());
  }

  @Override
  public StoreResult<Boolean> flush() {
    return mailbox.attempt(Operation.FLUSH, () -> StoreResult.done(true));
  }

  @Override
  public StoreResult<List<MailboxChange>> sync(boolean expunges) {
    return mailbox.attempt(Operation.SYNC, () -> StoreResult.done(changes(expunges)));
  }

  @Override
  public List<MailboxChange> news(boolean expunges) {
    return locked(() -> changes(expunges));
  }

  private List<MailboxChange> changes(boolean expunges) {
    if (isStale()) {
      return List.of(new MailboxChange.Stale("uidvalidity " + mailbox.uidValidity().value()));
    }
    var changes = new ArrayList<MailboxChange>();
    if (expunges) {
      expunged(changes);
    }
    int before = picture.size();
    show(arriving());
    if (picture.size() > before) {
      changes.add(new MailboxChange.Arrived(picture.size()));
    }
    flagged(changes);
    return changes;
  }

  private void expunged(List<MailboxChange> changes) {
    for (int position = picture.size(); position > 0; position--) {
      if (at(position).message.gone) {
        var uid = picture.remove(position - 1).message.uid;
        changes.add(new MailboxChange.Expunged(position, uid));
      }
    }
  }

  private void flagged(List<MailboxChange> changes) {
    for (int position = 1; position <= picture.size(); position++) {
      var shown = at(position);
      if (!shown.message.gone && shown.untold()) {
        shown.told = shown.message.modSeq;
        changes.add(new MailboxChange.Flagged(position));
      }
    }
  }

  private List<StoredMessage> arriving() {
    return isStale()
        ? List.of()
        : mailbox.current().stream().filter(message -> message.uid.value() >= uidNext).toList();
  }

  @Override
  public boolean remembersRemovals(ModSeq since) {
    return locked(() -> since.value() >= mailbox.floor());
  }

  @Override
  public UidSet removed(ModSeq since, UidSet among) {
    return locked(() -> {
      var here =
          UidSet.of(picture.stream().mapToLong(shown -> shown.message.uid.value()).toArray());
      if (since.value() >= mailbox.floor()) {
        var removed =
            UidSet.of(
                mailbox.removals().stream()
                    .filter(removal -> removal.modSeq() > since.value())
                    .mapToLong(removal -> removal.uid().value())
                    .toArray());
        return without(removed.and(among), here);
      }
      return uidNext == 1
          ? UidSet.EMPTY
          : without(new UidSet.Builder().add(1, uidNext - 1).build().and(among), here);
    });
  }

  /// Both are small in tests.
  private static UidSet without(UidSet all, UidSet some) {
    var rest = new UidSet.Builder();
    IntStream.range(0, all.ranges())
        .forEach(range -> {
          for (long uid = all.first(range); uid <= all.last(range); uid++) {
            if (!some.contains(uid)) {
              rest.add(uid);
            }
          }
        });
    return rest.build();
  }

  @Override
  public void close() {}
}
