package org.popinjay.imap;

import java.time.Duration;
import org.popinjay.imap.command.ImapVerb;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.wire.SessionEnd;

/// What IMAP sessions report for metrics. Called from any thread; must not block.
public interface ImapEvents {

  /// Hears nothing.
  ImapEvents NONE = new ImapEvents() {};

  /// Commands of one kind were carried out, one after the other on one connection.
  ///
  /// Told in runs, so that a pipelining client costs one call a batch.
  ///
  /// @param done how many were completed with OK
  /// @param refused how many were not
  /// @param nanos how long they took together
  default void commands(ImapVerb verb, int done, int refused, long nanos) {}

  /// A session with a mailbox open waits for news, or does so no more.
  ///
  /// @param change 1 or -1
  default void idling(int change) {}

  /// A client in IDLE was told of a change.
  ///
  /// @param nanos since the store knew of it
  default void announced(long nanos) {}

  /// A session gave way to a newer one of the same user.
  default void replaced() {}

  /// The store failed a session.
  default void storeFailed(StoreFailure failure) {}

  /// A session came to its end.
  default void ended(Summary summary) {}

  /// What a session did.
  ///
  /// @param lasted from sign-in to the end
  record Summary(
      Duration lasted,
      long fetchedMessages,
      long fetchedOctets,
      long appendedMessages,
      long expungedMessages,
      SessionEnd end) {}
}
