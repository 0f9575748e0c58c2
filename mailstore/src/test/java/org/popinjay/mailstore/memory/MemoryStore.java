package org.popinjay.mailstore.memory;

import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Account;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.Append;
import org.popinjay.mailstore.Appended;
import org.popinjay.mailstore.Folder;
import org.popinjay.mailstore.MailStore;
import org.popinjay.mailstore.Mailbox;
import org.popinjay.mailstore.MailboxId;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MaildropClaims;
import org.popinjay.mailstore.MessageDraft;
import org.popinjay.mailstore.SpecialUse;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.StoreTraits;

/// A store engine whose mail lives in memory: one INBOX for each owner's name.
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
    /// [Mailbox#status].
    STATUS,
    /// [Mailbox#view].
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
    /// Committing a maildrop.
    COMMIT
  }

  private final ConcurrentHashMap<String, MemoryMailbox> mailboxes = new ConcurrentHashMap<>();
  private final MaildropClaims claims = new MaildropClaims();
  private final PlannedFailures failures = new PlannedFailures();
  private final InstantSource clock;

  /// A store whose messages all arrived in the first second of 2023.
  public MemoryStore() {
    this(InstantSource.fixed(java.time.Instant.parse("2023-01-01T00:00:00Z")));
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
    mailbox(user).append(WireForm.of(message), clock.instant().getEpochSecond());
  }

  /// Plays another program that removes a message of the INBOX without asking anybody.
  ///
  /// @param position 1 for the first message that is there now
  public void removeBehindTheBack(String user, int position) {
    mailbox(user).remove(position);
  }

  /// Plays another program that puts an empty INBOX with another UIDVALIDITY in place of this one.
  public void replaceMailbox(String user) {
    mailbox(user).replace();
  }

  /// The messages of the INBOX as of now, as they look on the wire.
  public List<byte[]> messages(String user) {
    return mailbox(user).messages();
  }

  /// Makes the next operation of a kind fail, whoever asks for it; nothing is changed by it then.
  /// Called twice, the next two fail.
  public void failNext(Operation operation, StoreFailure failure) {
    failures.add(operation, failure);
  }

  @Override
  public Account account(AccountOwner owner) {
    return new MemoryAccount(owner.name());
  }

  @Override
  public StoreTraits traits() {
    return new StoreTraits(false, false, false);
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

  private MemoryMailbox mailbox(String user) {
    return mailboxes.computeIfAbsent(user, _ -> new MemoryMailbox(failures));
  }

  private static final StoreFailure NO_FOLDERS = new StoreFailure.Unavailable("not built yet");

  private final class MemoryAccount implements Account {
    private final String user;

    MemoryAccount(String user) {
      this.user = user;
    }

    @Override
    public StoreResult<Mailbox> open(MailboxName name) {
      var planned = failures.next(Operation.OPEN);
      if (planned.isPresent()) {
        return StoreResult.failed(planned.get());
      }
      return name.equals(MailboxName.INBOX)
          ? StoreResult.done(mailbox(user))
          : StoreResult.failed(new StoreFailure.NotFound(name.text()));
    }

    @Override
    public StoreResult<org.popinjay.mailstore.Maildrop> claim(MaildropClaims.Holder holder) {
      var planned = failures.next(Operation.CLAIM);
      if (planned.isPresent()) {
        return StoreResult.failed(planned.get());
      }
      return claims
          .claim(user, holder)
          .map(claim -> StoreResult.done(mailbox(user).maildrop(claim)))
          .orElseGet(() -> StoreResult.failed(new StoreFailure.Claimed(user)));
    }

    @Override
    public StoreResult<List<Folder>> folders() {
      return StoreResult.failed(NO_FOLDERS);
    }

    @Override
    public StoreResult<MailboxId> create(
        MailboxName name, boolean level, @Nullable SpecialUse use) {
      return StoreResult.failed(NO_FOLDERS);
    }

    @Override
    public StoreResult<Boolean> delete(MailboxName name) {
      return StoreResult.failed(NO_FOLDERS);
    }

    @Override
    public StoreResult<Boolean> rename(MailboxName from, MailboxName to) {
      return StoreResult.failed(NO_FOLDERS);
    }

    @Override
    public StoreResult<Set<MailboxName>> subscriptions() {
      return StoreResult.failed(NO_FOLDERS);
    }

    @Override
    public StoreResult<Boolean> subscribe(MailboxName name, boolean on) {
      return StoreResult.failed(NO_FOLDERS);
    }

    @Override
    public StoreResult<MessageDraft> draft() {
      return StoreResult.failed(NO_FOLDERS);
    }

    @Override
    public StoreResult<Appended> append(MailboxName name, List<Append> messages) {
      return StoreResult.failed(NO_FOLDERS);
    }
  }
}
