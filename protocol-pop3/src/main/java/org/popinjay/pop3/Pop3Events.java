package org.popinjay.pop3;

import java.time.Duration;
import java.util.OptionalLong;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.pop3.command.Pop3Verb;
import org.popinjay.pop3.pop2.command.Pop2Verb;
import org.popinjay.wire.SessionEnd;

/// What POP3 sessions report for metrics. Called from any thread; must not block.
public interface Pop3Events {

  /// Hears nothing.
  Pop3Events NONE = new Pop3Events() {};

  /// Commands of one kind were carried out, one after the other on one connection.
  ///
  /// Told in runs, so that a pipelining client costs one call a batch.
  ///
  /// @param done how many were answered with `+OK`
  /// @param refused how many were not
  /// @param nanos how long they took together
  default void commands(Pop3Verb verb, int done, int refused, long nanos) {}

  /// As [#commands], of POP2.
  default void pop2Commands(Pop2Verb verb, int done, int refused, long nanos) {}

  /// A maildrop could not be opened after a good sign-in.
  default void notOpened(StoreFailure failure) {}

  /// A user came again before `pop3.loginDelay` was over.
  default void tooSoon() {}

  /// A session took the maildrop of a silent one.
  default void tookOver() {}

  /// The store failed a session that has a maildrop open.
  default void storeFailed(StoreFailure failure) {}

  /// A session with a maildrop came to its end.
  default void ended(Summary summary) {}

  /// What a session did.
  ///
  /// @param lasted from sign-in to the end
  record Summary(
      Duration lasted,
      long retrievedMessages,
      long retrievedOctets,
      long deletedMessages,
      long deletedOctets,
      OptionalLong leftMessages,
      SessionEnd end) {}
}
