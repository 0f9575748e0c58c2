package org.popinjay.mailstore;

import java.time.Duration;

/// Why the store did not do something. Each kind has its answer on the wire in each protocol.
///
/// `detail` is for the operator's log and never for a client: it may name a file.
public sealed interface StoreFailure {

  /// In words for the log.
  String detail();

  /// Another program kept the mailbox locked for the whole time allowed.
  ///
  /// @param waited how long was tried
  /// @param detail who holds it, if known
  record Busy(Duration waited, String detail) implements StoreFailure {}

  /// Another session of this server has claimed the maildrop.
  record Claimed(String detail) implements StoreFailure {}

  /// No such mailbox.
  record NotFound(String detail) implements StoreFailure {}

  /// A message that was asked for is gone or cannot be told from others with certainty.
  record Gone(String detail) implements StoreFailure {}

  /// The disk is full.
  record NoSpace(String detail) implements StoreFailure {}

  /// The user's quota is used up.
  record OverQuota(String detail) implements StoreFailure {}

  /// The file is not one that this user's mail may be read from: owner, mode, type or links.
  record Denied(String detail) implements StoreFailure {}

  /// What is there is no mailbox; it is left alone.
  record NotAMailbox(String detail) implements StoreFailure {}

  /// The disk or the system failed.
  record Broken(String detail) implements StoreFailure {}

  /// The store cannot serve this now, for instance because its state was written by a newer
  /// version.
  record Unavailable(String detail) implements StoreFailure {}

  /// There is one of that name already.
  record AlreadyExists(String detail) implements StoreFailure {}

  /// The name cannot be had, or not for this: characters, INBOX.
  record NameRefused(String detail) implements StoreFailure {}

  /// The name, or a level of it, has too many octets, or there are too many levels.
  record NameTooLong(String detail) implements StoreFailure {}

  /// There are mailboxes below it.
  record HasChildren(String detail) implements StoreFailure {}

  /// Another mailbox has that special use.
  record UseTaken(String detail) implements StoreFailure {}

  /// The mailbox has as many keywords as it may have.
  record TooManyKeywords(String detail) implements StoreFailure {}

  /// The user subscribed to as many names as he may.
  record TooManySubscriptions(String detail) implements StoreFailure {}

  /// The mailbox or this picture of it cannot be changed.
  record ReadOnly(String detail) implements StoreFailure {}

  /// The octets cannot be kept as they are.
  record ContentRefused(String detail) implements StoreFailure {}
}
