package org.popinjay.mailstore;

import java.util.List;

/// One session's picture of a mailbox.
///
/// Another session may expunge at any moment; this picture changes only when [#sync] says so, since
/// message numbers must not shift under a client's running command (RFC 9051, section 7.5.1). Used
/// by one session at a time; not thread-safe. Methods may block unless they say otherwise.
public interface MailboxView extends AutoCloseable {

  /// Messages in this picture, at most 2^31-1. Never blocks.
  int count();

  /// What UIDs of this picture are relative to. Never blocks.
  UidValidity uidValidity();

  /// The message at a position. Never blocks.
  ///
  /// @param sequenceNumber 1 up to [#count]
  /// @throws IndexOutOfBoundsException when outside that range
  MessageMeta message(int sequenceNumber);

  /// Positions named by a set, ascending and without doubles; numbers of no message are left out.
  /// Never blocks.
  int[] resolve(NumberSet set);

  /// Opens the text of a message.
  ///
  /// @param sequenceNumber 1 up to [#count]
  StoreResult<MessageContent> content(int sequenceNumber);

  /// Sets flags of messages; durable when it returns [StoreResult.Done]. This picture shows them at
  /// once and [#sync] does not report them, unless another session changed the same message too.
  ///
  /// @param positions ascending, each 1 up to [#count]
  /// @param add flags to add
  /// @param remove flags to take away
  /// @return how many of the messages were still there
  StoreResult<Integer> flag(int[] positions, FlagSet add, FlagSet remove);

  /// Removes messages for good; durable when it returns [StoreResult.Done]. This picture shows it
  /// at the next [#sync].
  ///
  /// @param positions ascending, each 1 up to [#count]
  /// @return how many were removed; those that could not be identified with certainty stay
  StoreResult<Integer> expunge(int[] positions);

  /// Brings the picture up to date and returns what changed, in the order to report it: each
  /// position counts in the picture that the changes before it have left.
  ///
  /// @param expunges false keeps expunged messages in the picture until a later call
  StoreResult<List<MailboxChange>> sync(boolean expunges);

  /// Lets the picture go. Never blocks.
  @Override
  void close();
}
