package org.popinjay.mailstore.memory;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.popinjay.mailstore.Account;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.InternalDate;
import org.popinjay.mailstore.MailStore;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MaildropClaims;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreTraits;

/// A store engine whose mail lives in memory: an INBOX for each owner's name, and what folders the
/// user makes.
///
/// ```java
/// var store = new MemoryStore();
/// store.deliver("tea", "Subject: one\n\nhello\n".getBytes(US_ASCII));
/// store.failNext(Operation.COMMIT, new StoreFailure.NoSpace("test"));
/// ```
///
/// Thread-safe, the tests' own methods included.
public final class MemoryStore implements MailStore {

  /// What can be told to fail.
  public enum Operation {
    /// [Account#open].
    OPEN,
    /// [Account#claim].
    CLAIM,
    /// [org.popinjay.mailstore.Mailbox#status].
    STATUS,
    /// [org.popinjay.mailstore.Mailbox#view].
    VIEW,
    /// Opening the text of a message, from a view or a maildrop.
    CONTENT,
    /// Reading a chunk of it.
    READ,
    /// Setting flags through a view.
    FLAG,
    /// Expunging through a view.
    EXPUNGE,
    /// Bringing a view up to date.
    SYNC,
    /// Copying and moving through a view.
    COPY,
    /// [org.popinjay.mailstore.MailboxView#flush].
    FLUSH,
    /// Beginning a draft, and writing to it.
    DRAFT,
    /// [Account#append].
    APPEND,
    /// All that looks at the tree of mailboxes or changes it.
    FOLDERS,
    /// Removing anything in the maildrop that is claimed next:
    /// [org.popinjay.mailstore.Maildrop#frozen].
    FREEZE,
    /// Committing a maildrop.
    COMMIT
  }

  private final ConcurrentHashMap<String, MemoryAccount> accounts = new ConcurrentHashMap<>();
  private final MaildropClaims claims = new MaildropClaims();
  private final PlannedFailures failures = new PlannedFailures();
  private final InstantSource clock;

  /// A store whose messages all arrived in the first second of 2023.
  public MemoryStore() {
    this(InstantSource.fixed(Instant.parse("2023-01-01T00:00:00Z")));
  }

  /// @param clock says when a message arrived
  public MemoryStore(InstantSource clock) {
    this.clock = clock;
  }

  /// Plays the delivery agent.
  ///
  /// @param user name of the owner; need not have been seen before
  /// @param message lines ended by LF or CRLF, without a From_ line
  public void deliver(String user, byte[] message) {
    deliver(user, MailboxName.INBOX, message);
  }

  /// Plays a delivery agent that sorts mail into folders.
  ///
  /// @param name of a mailbox that is there
  public void deliver(String user, MailboxName name, byte[] message) {
    deliver(user, name, message, clock.instant());
  }

  /// Plays a delivery agent of some time ago.
  public void deliver(String user, byte[] message, Instant when) {
    deliver(user, MailboxName.INBOX, message, when);
  }

  private void deliver(String user, MailboxName name, byte[] message, Instant when) {
    var account = account(user);
    var wire = WireForm.of(message);
    account.locked(() -> account.mailbox(name).append(wire, Flags.NONE, InternalDate.of(when)));
  }

  /// Plays another program that removes a message of the INBOX without asking anybody.
  ///
  /// @param position 1 for the first message that is there now
  public void removeBehindTheBack(String user, int position) {
    var account = account(user);
    account.locked(
        () -> account.inbox().removeAll(List.of(account.inbox().current().get(position - 1))));
  }

  /// Plays another program that puts an empty INBOX with another UIDVALIDITY in place of this one.
  public void replaceMailbox(String user) {
    var account = account(user);
    account.locked(() -> {
      account.inbox().replace();
      return true;
    });
  }

  /// Forgets when messages of a mailbox were removed, as happens when there are too many.
  public void forgetRemovals(String user, MailboxName name) {
    var account = account(user);
    account.locked(() -> {
      account.mailbox(name).forgetRemovals();
      return true;
    });
  }

  /// Plays a mailbox that has no mod-sequences (RFC 7162, section 3.1.2.2).
  public void dropModSeqs(String user, MailboxName name) {
    var account = account(user);
    account.locked(() -> {
      account.mailbox(name).dropModSeqs();
      return true;
    });
  }

  /// The messages of the INBOX as of now, as they look on the wire.
  public List<byte[]> messages(String user) {
    return messages(user, MailboxName.INBOX);
  }

  /// The messages of a mailbox that is there, as they look on the wire.
  public List<byte[]> messages(String user, MailboxName name) {
    var account = account(user);
    return account.locked(() ->
        account.mailbox(name).current().stream().map(message -> message.wire.clone()).toList());
  }

  /// Makes the next operation of a kind fail, whoever asks for it; nothing is changed by it then.
  /// Called twice, the next two fail.
  public void failNext(Operation operation, StoreFailure failure) {
    failures.add(operation, failure);
  }

  @Override
  public Account account(AccountOwner owner) {
    return account(owner.name());
  }

  @Override
  public StoreTraits traits() {
    return new StoreTraits(true, true, true);
  }

  @Override
  public void recover() {}

  @Override
  public String health() {
    return "";
  }

  @Override
  public void close() {
    failures.failEverything(new StoreFailure.Unavailable("the store is closed"));
  }

  private MemoryAccount account(String user) {
    return accounts.computeIfAbsent(user, _ -> new MemoryAccount(user, claims, failures, clock));
  }
}
