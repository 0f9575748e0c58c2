package org.popinjay.mailstore;

/// One mailbox, shared by all sessions that have it open.
///
/// Thread-safe; methods may block.
public interface Mailbox extends AutoCloseable {

  /// Counts as of now: what other programs did since the last look is taken in first.
  StoreResult<MailboxStatus> status();

  /// Takes a picture for one session.
  StoreResult<MailboxView> view();

  /// Lets go of the mailbox; views stay usable until they are closed.
  @Override
  void close();
}
