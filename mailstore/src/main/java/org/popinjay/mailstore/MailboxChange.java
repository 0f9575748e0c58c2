package org.popinjay.mailstore;

/// A difference between two pictures of a mailbox.
public sealed interface MailboxChange {
  /// New total number of messages (RFC 9051, section 7.4.1).
  record Arrived(int count) implements MailboxChange {}

  /// The message at this position is gone; later ones move down by one (RFC 9051, section 7.5.1).
  record Expunged(int sequenceNumber, Uid uid) implements MailboxChange {}

  /// Flags of the message at this position are different (RFC 9051, section 7.5.2); ask the picture
  /// for them.
  record Flagged(int sequenceNumber) implements MailboxChange {}

  /// The mailbox was replaced by another one; this picture is of no use any more.
  record Stale(String detail) implements MailboxChange {}
}
