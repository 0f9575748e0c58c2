package org.popinjay.mailstore;

/// One user's mailboxes.
///
/// Thread-safe. Every method may block.
public interface Account {

  /// Opens a shared mailbox.
  ///
  /// A mailbox that has no mail yet and is INBOX is found empty and nothing is created. Fails with
  /// [StoreFailure.NotFound], [StoreFailure.Busy], [StoreFailure.Denied],
  /// [StoreFailure.NotAMailbox], [StoreFailure.Broken], [StoreFailure.NoSpace] or
  /// [StoreFailure.Unavailable].
  StoreResult<Mailbox> open(MailboxName name);

  /// Claims the INBOX for one session (RFC 1939, section 4: exclusive access).
  ///
  /// Delivery goes on meanwhile; what arrives is not part of the claimed picture. Fails as [#open]
  /// does, and with [StoreFailure.Claimed] while another session holds it and cannot be replaced.
  StoreResult<Maildrop> claim(MaildropClaims.Holder holder);
}
