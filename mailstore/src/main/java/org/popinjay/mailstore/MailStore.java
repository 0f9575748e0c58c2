package org.popinjay.mailstore;

import java.util.List;

/// The front door of a store engine: finds accounts and nothing else.
///
/// Thread-safe. Opening an account touches nothing; its methods may block and run on lanes, never
/// on an event loop.
public interface MailStore extends AutoCloseable {

  /// The mailboxes of one user.
  Account account(AccountOwner owner);

  /// Boards that everybody may read, for somebody who has no account. Never blocks.
  default Boards boards() {
    return Boards.NONE;
  }

  /// What this engine can; the announced capabilities follow from it.
  StoreTraits traits();

  /// Finishes or undoes what a crash left behind. Called once, before the first listener opens.
  ///
  /// May take as long as the crashed rewrites are large. What cannot be settled now (a lock is
  /// held, a spool is gone) is left for the next open of that mailbox.
  void recover();

  /// Whether the places that the engine keeps mail in can be used at all; for readiness checks.
  ///
  /// @return what is wrong, in words for the operator, or an empty string
  String health();

  /// Looks at an account as a session would, for an operator who wants to know why it does not
  /// work. Changes nothing, and waits for nobody.
  default List<Finding> examine(AccountOwner owner) {
    return List.of();
  }

  /// Opens a mailbox as if nothing of it were in memory, and lets it go: finishes or puts aside
  /// what a crash interrupted, puts a damaged state aside, and builds what cannot be used anew.
  /// Sessions that have it open go on.
  ///
  /// @param anew whether what is only a cache is thrown away first, so that all its mail is read
  ///   again; UIDs and flags stay
  default StoreResult<MailboxStatus> reopen(AccountOwner owner, MailboxName name, boolean anew) {
    return account(owner)
        .open(name)
        .flatMap(mailbox -> {
          try (mailbox) {
            return mailbox.status();
          }
        });
  }

  /// Lets go of everything; open views fail afterwards. Waits for running changes.
  @Override
  void close();
}
