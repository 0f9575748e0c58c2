package org.popinjay.mailstore;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One user's mailboxes.
///
/// Thread-safe. Every method may block. Besides the failures named with each, all fail with
/// [StoreFailure.Busy], [StoreFailure.Denied], [StoreFailure.NoSpace], [StoreFailure.OverQuota],
/// [StoreFailure.Broken] or [StoreFailure.Unavailable], and have changed nothing then.
public interface Account {

  /// Opens a shared mailbox.
  ///
  /// A mailbox that has no mail yet and is INBOX is found empty and nothing is created. Fails with
  /// [StoreFailure.NotFound] or [StoreFailure.NotAMailbox] (a mere level of the tree included).
  StoreResult<Mailbox> open(MailboxName name);

  /// Whether INBOX is known to other programs of this machine by such a name, such as the path of
  /// its file. Asks no file, and never blocks.
  boolean isInbox(String name);

  /// Claims the INBOX for one session (RFC 1939, section 4: exclusive access).
  ///
  /// Delivery goes on meanwhile; what arrives is not part of the claimed picture. Fails as [#open]
  /// does, and with [StoreFailure.Claimed] while another session holds it and cannot be replaced.
  StoreResult<Maildrop> claim(MaildropClaims.Holder holder);

  /// What stands in front of names that users share (RFC 9051, section 6.3.10). Never blocks.
  default List<String> sharedPrefixes() {
    return List.of();
  }

  /// Every name in the tree, INBOX first, the others in the order of their names' octets in UTF-8.
  /// Opens no mailbox.
  StoreResult<List<Folder>> folders();

  /// Makes a mailbox, and the levels above it that are missing.
  ///
  /// Fails with [StoreFailure.AlreadyExists], [StoreFailure.NameRefused],
  /// [StoreFailure.NameTooLong], or [StoreFailure.UseTaken] when another folder has the use.
  ///
  /// @param level true makes a mere level of the tree, to be filled later (a client's `CREATE a/`)
  /// @param use what it is for, or null
  StoreResult<MailboxId> create(MailboxName name, boolean level, @Nullable SpecialUse use);

  /// Removes a mailbox with its mail. If there are mailboxes below it, its name stays as a mere
  /// level. Fails with [StoreFailure.NotFound], [StoreFailure.NameRefused] (INBOX), or
  /// [StoreFailure.HasChildren] for a level with mailboxes below.
  StoreResult<Boolean> delete(MailboxName name);

  /// Gives a mailbox and all below it another name. Of INBOX the messages move and INBOX stays,
  /// empty (RFC 9051, section 6.3.6). Fails with [StoreFailure.NotFound],
  /// [StoreFailure.AlreadyExists], [StoreFailure.NameRefused], [StoreFailure.NameTooLong].
  StoreResult<Boolean> rename(MailboxName from, MailboxName to);

  /// The names that the user subscribed to, whether such mailboxes exist or not.
  StoreResult<Set<MailboxName>> subscriptions();

  /// Subscribes to a name, or takes that back; durable when it returns. Fails with
  /// [StoreFailure.TooManySubscriptions].
  StoreResult<Boolean> subscribe(MailboxName name, boolean on);

  /// Begins a message that is to be appended.
  StoreResult<MessageDraft> draft();

  /// Adds messages to a mailbox, all or none, durable when it returns [StoreResult.Done].
  ///
  /// Fails with [StoreFailure.NotFound], [StoreFailure.NotAMailbox],
  /// [StoreFailure.TooManyKeywords], [StoreFailure.ContentRefused] (a NUL).
  StoreResult<Appended> append(MailboxName name, List<Append> messages);

  /// Boards that the user may read. Never blocks.
  default Boards boards() {
    return Boards.NONE;
  }
}
