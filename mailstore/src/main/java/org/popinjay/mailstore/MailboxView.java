package org.popinjay.mailstore;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One session's picture of a mailbox.
///
/// Another session may expunge at any moment; the numbers of this picture change only when [#sync]
/// or [#news] says so, since they must not shift under a client's running command (RFC 9051,
/// section 7.5.1). Flags are as they are now. Messages that are gone and untold are still here:
/// their meta can be had, their text while the engine can. Used by one session at a time; not
/// thread-safe. Methods may block unless they say otherwise.
public interface MailboxView extends AutoCloseable {

  /// Messages in this picture, at most 2^31-1. Never blocks.
  int count();

  /// What UIDs of this picture are relative to. Never blocks.
  UidValidity uidValidity();

  /// Lower bound of the UID of the next message that this picture will show, 1..2^32. Never blocks.
  long uidNext();

  /// The mailbox's name for good. Never blocks.
  MailboxId id();

  /// The greatest mod-sequence that covers no change untold by this picture; [ModSeq#ZERO] in a
  /// mailbox that keeps none (RFC 7162, section 3.1.2.2). Never blocks.
  ModSeq highestModSeq();

  /// Whether the mailbox can be changed through this picture. Never blocks.
  boolean writable();

  /// Whether `\Seen` can be set and taken away, though perhaps nothing else can be changed: in a
  /// mailbox that users share, each has his own (RFC 9051, section 6.3.2). Never blocks.
  default boolean keepsSeen() {
    return writable();
  }

  /// Keywords that the mailbox knows. Never blocks.
  Keywords keywords();

  /// Whether new keywords can be made. Never blocks.
  boolean takesKeywords();

  /// Messages of this picture that are recent. Never blocks.
  int recent();

  /// The message at a position. Never blocks.
  ///
  /// @param sequenceNumber 1 up to [#count]
  /// @throws IndexOutOfBoundsException when outside that range
  MessageMeta message(int sequenceNumber);

  /// Positions named by a set, ascending and without doubles; numbers of no message are left out.
  /// Never blocks.
  int[] resolve(NumberSet set);

  /// Opens the text of a message. Fails with [StoreFailure.Gone] when it cannot be had any more.
  ///
  /// @param sequenceNumber 1 up to [#count]
  StoreResult<MessageContent> content(int sequenceNumber);

  /// What [#remember] was last given for the message, or null; it may be lost at any time. Reading
  /// in the order of positions is the fast way. May block on the disk.
  byte @Nullable [] remembered(int sequenceNumber);

  /// Keeps octets that a protocol worked out from the text of a message and wants back cheaply, in
  /// later sessions too. At most 64 KiB; more is not kept. May block on the disk; failing is
  /// silent.
  void remember(int sequenceNumber, byte[] octets);

  /// Changes flags of messages; durable when it returns [StoreResult.Done]. [#sync] does not report
  /// them, unless another session changed the same message too.
  ///
  /// All messages changed get one new mod-sequence. Fails with [StoreFailure.TooManyKeywords] or
  /// [StoreFailure.ReadOnly] and has changed nothing then.
  ///
  /// @param positions ascending, each 1 up to [#count]
  /// @param unchangedSince leaves alone what changed after this; null changes all. That other flags
  ///   changed than those to be added or removed does not count, as long as the engine remembers
  ///   how it was (RFC 7162, section 3.1.12)
  StoreResult<Flagged> flag(int[] positions, FlagChange change, @Nullable ModSeq unchangedSince);

  /// Removes messages for good; durable when it returns [StoreResult.Done]. This picture shows it
  /// at the next [#sync] or [#news]. Fails with [StoreFailure.ReadOnly].
  ///
  /// @param positions ascending, each 1 up to [#count]
  /// @return how many were removed; those that could not be identified with certainty stay
  StoreResult<Integer> expunge(int[] positions);

  /// Copies messages with flags and dates to the end of a mailbox of the same account, all or none;
  /// durable when it returns [StoreResult.Done]. Fails with [StoreFailure.NotFound] and
  /// [StoreFailure.NotAMailbox] of the target, [StoreFailure.Gone] if one of them is there no more,
  /// [StoreFailure.TooManyKeywords].
  ///
  /// @param positions ascending, each 1 up to [#count]
  StoreResult<Copied> copy(int[] positions, MailboxName target);

  /// Copies as [#copy] does and then removes the messages here; a crash in between leaves both.
  /// Fails also with [StoreFailure.ReadOnly] and, if the target is this mailbox, with
  /// [StoreFailure.NameRefused].
  StoreResult<Copied> move(int[] positions, MailboxName target);

  /// Writes flags that are so far only in the engine's own log where other programs see them.
  StoreResult<Boolean> flush();

  /// Looks for what others did, brings the picture up to date and returns what changed, in the
  /// order to report it: each position counts in the picture that the changes before it have left.
  ///
  /// @param expunges false keeps expunged messages in the picture until a later call
  StoreResult<List<MailboxChange>> sync(boolean expunges);

  /// As [#sync], but of what the engine knows already, without a look at the disk.
  List<MailboxChange> news(boolean expunges);

  /// Whether every removal after a mod-sequence is still known one by one. Never blocks.
  boolean remembersRemovals(ModSeq since);

  /// UIDs out of a set that are removed (as this picture shows it) and were not before a
  /// mod-sequence (RFC 7162, section 3.2.5). Where that is not known any more: all of them that are
  /// not in this picture and below [#uidNext].
  UidSet removed(ModSeq since, UidSet among);

  /// Lets the picture go. Never blocks.
  @Override
  void close();
}
