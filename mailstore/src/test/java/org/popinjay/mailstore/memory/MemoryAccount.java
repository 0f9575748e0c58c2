package org.popinjay.mailstore.memory;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Account;
import org.popinjay.mailstore.Append;
import org.popinjay.mailstore.Appended;
import org.popinjay.mailstore.Folder;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.Mailbox;
import org.popinjay.mailstore.MailboxId;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.MaildropClaims;
import org.popinjay.mailstore.MessageDraft;
import org.popinjay.mailstore.SpecialUse;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.UidSet;
import org.popinjay.mailstore.UidValidity;
import org.popinjay.mailstore.memory.MemoryStore.Operation;

/// The mailboxes of one user, under one lock.
final class MemoryAccount implements Account {
  private static final String DELIMITER = "/";

  /// A name in the tree; a mere level has no mailbox.
  private record Node(@Nullable MemoryMailbox mailbox, @Nullable SpecialUse use) {}

  private final String user;
  private final MaildropClaims claims;
  private final PlannedFailures failures;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Runnable> waiting = new LinkedHashSet<>();
  private final TreeMap<MailboxName, Node> tree =
      new TreeMap<>(
          Comparator.comparing((MailboxName name) -> !name.equals(MailboxName.INBOX))
              .thenComparing(
                  name -> name.text().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
  private final Set<MailboxName> subscriptions =
      new TreeSet<>(Comparator.comparing(MailboxName::text));
  private long validities;
  private int ids;

  MemoryAccount(String user, MaildropClaims claims, PlannedFailures failures, InstantSource clock) {
    this.user = user;
    this.claims = claims;
    this.failures = failures;
    this.clock = clock;
    tree.put(MailboxName.INBOX, new Node(newMailbox(), null));
  }

  @Override
  public boolean isInbox(String name) {
    return name.equals("/var/mail/" + user);
  }

  InstantSource clock() {
    return clock;
  }

  PlannedFailures failures() {
    return failures;
  }

  UidValidity nextValidity() {
    return new UidValidity(++validities);
  }

  private MemoryMailbox newMailbox() {
    return new MemoryMailbox(this, new MailboxId("M" + ++ids), nextValidity());
  }

  MemoryMailbox inbox() {
    return mailbox(MailboxName.INBOX);
  }

  /// The mailbox of a name that a test knows to be there.
  MemoryMailbox mailbox(MailboxName name) {
    return locked(() -> {
      var node = tree.get(name);
      if (node == null || node.mailbox == null) {
        throw new IllegalArgumentException("no mailbox " + name.text());
      }
      return node.mailbox;
    });
  }

  /// Calls these when the lock is free.
  void tellLater(Collection<Runnable> watchers) {
    waiting.addAll(watchers);
  }

  /// Does something that nobody else may see half done.
  <T> T locked(Supplier<T> work) {
    var told = new ArrayList<Runnable>();
    lock.lock();
    try {
      return work.get();
    } finally {
      if (lock.getHoldCount() == 1) {
        told.addAll(waiting);
        waiting.clear();
      }
      lock.unlock();
      told.forEach(Runnable::run);
    }
  }

  /// Does something under the lock unless a test wants it to fail.
  <T> StoreResult<T> attempt(Operation operation, Supplier<StoreResult<T>> work) {
    var planned = failures.next(operation);
    return planned.isPresent() ? StoreResult.failed(planned.get()) : locked(work);
  }

  /// The mailbox of a name; under the lock.
  StoreResult<MemoryMailbox> find(MailboxName name) {
    var node = tree.get(name);
    if (node == null) {
      return StoreResult.failed(new StoreFailure.NotFound(name.text()));
    }
    return node.mailbox == null
        ? StoreResult.failed(new StoreFailure.NotAMailbox(name.text()))
        : StoreResult.done(node.mailbox);
  }

  @Override
  public StoreResult<Mailbox> open(MailboxName name) {
    return attempt(Operation.OPEN, () -> find(name).map(mailbox -> mailbox));
  }

  @Override
  public StoreResult<Maildrop> claim(MaildropClaims.Holder holder) {
    var planned = failures.next(Operation.CLAIM);
    if (planned.isPresent()) {
      return StoreResult.failed(planned.get());
    }
    return claims
        .claim(user, holder)
        .map(claim -> StoreResult.done(inbox().maildrop(claim)))
        .orElseGet(() -> StoreResult.failed(new StoreFailure.Claimed(user)));
  }

  @Override
  public StoreResult<List<Folder>> folders() {
    return attempt(
        Operation.FOLDERS,
        () ->
            StoreResult.done(
                tree.entrySet().stream()
                    .map(each ->
                        new Folder(
                            each.getKey(),
                            each.getValue().mailbox != null,
                            true,
                            !below(each.getKey()).isEmpty(),
                            each.getValue().use))
                    .toList()));
  }

  /// Names below a name, at any depth.
  private List<MailboxName> below(MailboxName name) {
    return tree.keySet().stream()
        .filter(each -> each.text().startsWith(name.text() + DELIMITER))
        .toList();
  }

  @Override
  public StoreResult<MailboxId> create(MailboxName name, boolean level, @Nullable SpecialUse use) {
    return attempt(Operation.FOLDERS, () -> created(name, level, use));
  }

  private StoreResult<MailboxId> created(
      MailboxName name, boolean level, @Nullable SpecialUse use) {
    var before = tree.get(name);
    if (refused(name)) {
      return StoreResult.failed(new StoreFailure.NameRefused(name.text()));
    }
    if (tooLong(name)) {
      return StoreResult.failed(new StoreFailure.NameTooLong(name.text()));
    }
    if (before != null && (before.mailbox != null || level)) {
      return StoreResult.failed(new StoreFailure.AlreadyExists(name.text()));
    }
    if (use != null && tree.values().stream().anyMatch(node -> node.use == use)) {
      return StoreResult.failed(new StoreFailure.UseTaken(use.name()));
    }
    makeLevelsAbove(name);
    var made = newMailbox();
    tree.put(name, new Node(level ? null : made, use));
    return StoreResult.done(made.id());
  }

  private static boolean refused(MailboxName name) {
    var text = name.text();
    return name.equals(MailboxName.INBOX)
        || List.of(text.split(DELIMITER, -1)).contains("")
        || text.codePoints().anyMatch(Character::isISOControl);
  }

  private static boolean tooLong(MailboxName name) {
    var levels = List.of(name.text().split(DELIMITER, -1));
    return octets(name.text()) > 1_000
        || levels.size() > 16
        || levels.stream().anyMatch(level -> octets(level) > 240);
  }

  private static int octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private void makeLevelsAbove(MailboxName name) {
    var text = name.text();
    for (int at = text.indexOf(DELIMITER); at >= 0; at = text.indexOf(DELIMITER, at + 1)) {
      tree.putIfAbsent(new MailboxName(text.substring(0, at)), new Node(null, null));
    }
  }

  @Override
  public StoreResult<Boolean> delete(MailboxName name) {
    return attempt(
        Operation.FOLDERS,
        () -> {
          var node = tree.get(name);
          boolean children = !below(name).isEmpty();
          if (name.equals(MailboxName.INBOX)) {
            return StoreResult.failed(new StoreFailure.NameRefused(name.text()));
          }
          if (node == null) {
            return StoreResult.failed(new StoreFailure.NotFound(name.text()));
          }
          if (node.mailbox == null && children) {
            return StoreResult.failed(new StoreFailure.HasChildren(name.text()));
          }
          if (node.mailbox != null) {
            node.mailbox.abandon();
          }
          if (children) {
            tree.put(name, new Node(null, null));
          } else {
            tree.remove(name);
          }
          return StoreResult.done(true);
        });
  }

  @Override
  public StoreResult<Boolean> rename(MailboxName from, MailboxName to) {
    return attempt(Operation.FOLDERS, () -> renamed(from, to));
  }

  private StoreResult<Boolean> renamed(MailboxName from, MailboxName to) {
    var node = tree.get(from);
    if (node == null) {
      return StoreResult.failed(new StoreFailure.NotFound(from.text()));
    }
    if (tree.containsKey(to)) {
      return StoreResult.failed(new StoreFailure.AlreadyExists(to.text()));
    }
    if (refused(to) || to.text().startsWith(from.text() + DELIMITER)) {
      return StoreResult.failed(new StoreFailure.NameRefused(to.text()));
    }
    if (tooLong(to)) {
      return StoreResult.failed(new StoreFailure.NameTooLong(to.text()));
    }
    makeLevelsAbove(to);
    if (from.equals(MailboxName.INBOX)) {
      var target = newMailbox();
      tree.put(to, new Node(target, null));
      target.appendAll(inbox().current());
      inbox().removeAll(List.copyOf(inbox().current()));
      return StoreResult.done(true);
    }
    for (var each : below(from)) {
      var moved = to.text() + each.text().substring(from.text().length());
      tree.put(new MailboxName(moved), tree.remove(each));
    }
    tree.remove(from);
    tree.put(to, node);
    return StoreResult.done(true);
  }

  @Override
  public StoreResult<Set<MailboxName>> subscriptions() {
    return attempt(Operation.FOLDERS, () -> StoreResult.done(Set.copyOf(subscriptions)));
  }

  @Override
  public StoreResult<Boolean> subscribe(MailboxName name, boolean on) {
    return attempt(
        Operation.FOLDERS,
        () -> StoreResult.done(on ? subscriptions.add(name) : subscriptions.remove(name)));
  }

  @Override
  public StoreResult<MessageDraft> draft() {
    return attempt(Operation.DRAFT, () -> StoreResult.done(new MemoryDraft(failures)));
  }

  @Override
  public StoreResult<Appended> append(MailboxName name, List<Append> messages) {
    return attempt(Operation.APPEND, () -> appended(name, messages));
  }

  private StoreResult<Appended> appended(MailboxName name, List<Append> messages) {
    return switch (find(name)) {
      case StoreResult.Failed<MemoryMailbox>(StoreFailure failure) -> StoreResult.failed(failure);
      case StoreResult.Done<MemoryMailbox>(MemoryMailbox mailbox) -> {
        if (messages.stream().anyMatch(message -> message.draft().hasNul())) {
          yield StoreResult.failed(new StoreFailure.ContentRefused("a NUL"));
        }
        var keywords = Keywords.NONE;
        for (var message : messages) {
          keywords = keywords.with(message.flags().keywords().list());
        }
        if (!mailbox.takes(keywords)) {
          yield StoreResult.failed(new StoreFailure.TooManyKeywords("no room for more"));
        }
        var uids = new UidSet.Builder();
        for (var message : messages) {
          byte[] octets = WireForm.ofDraft(((MemoryDraft) message.draft()).toByteArray());
          uids.add(mailbox.append(octets, message.flags(), message.internalDate()).uid.value());
        }
        yield StoreResult.done(new Appended(mailbox.uidValidity(), uids.build()));
      }
    };
  }
}
