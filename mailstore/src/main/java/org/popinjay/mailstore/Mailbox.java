package org.popinjay.mailstore;

/// One mailbox, shared by all sessions that have it open.
///
/// Thread-safe; methods may block.
public interface Mailbox extends AutoCloseable {

  /// Counts as of now: what other programs did since the last look is taken in first.
  StoreResult<MailboxStatus> status();

  /// Takes a picture for one session, as of now; one to look only where the mailbox may not be
  /// changed ([MailboxView#writable]).
  StoreResult<MailboxView> view(Access access);

  /// Calls back whenever pictures of this mailbox may have become old: mail arrived, another
  /// session or program changed something. Called from any thread, often once for many changes;
  /// must not block. The engine itself has taken the change in before it calls, so that
  /// [MailboxView#news] tells of it without a look at the disk.
  ///
  /// @return stops the calls when closed; never blocks
  Watch watch(Runnable changed);

  /// Lets go of the mailbox; views stay usable until they are closed.
  @Override
  void close();

  /// A subscription to changes.
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
