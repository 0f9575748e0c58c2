package org.popinjay.mailstore;

import java.time.Instant;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// A mailbox claimed for one POP3 session: numbers are fixed, nobody else may claim it.
///
/// Used by one session at a time; not thread-safe. Methods may block on the disk unless they say
/// otherwise. Closing changes nothing (RFC 1939, section 6: no QUIT, no removal).
public interface Maildrop extends AutoCloseable {

  /// Messages in the picture taken at the claim. Never blocks.
  int count();

  /// Exact size on the wire in octets. Never blocks.
  ///
  /// @param number 1 up to [#count]
  long octets(int number);

  /// Identifier of a message. Never blocks.
  ///
  /// @param number 1 up to [#count]
  Uid uid(int number);

  /// The id that is kept with a message, or null: one that an older server gave it, or that the
  /// settings had made of its text. It is no other message's, neither here nor as its UID has one,
  /// and stays as long as the UID. 1 to 70 octets 0x21 to 0x7E. Never blocks.
  ///
  /// @param number 1 up to [#count]
  @Nullable String keptId(int number);

  /// What UIDs of this maildrop are relative to. Never blocks.
  UidValidity uidValidity();

  /// Flags at the claim. Never blocks.
  ///
  /// @param number 1 up to [#count]
  FlagSet flags(int number);

  /// When a message arrived, as IMAP's internal date says it. Never blocks.
  ///
  /// @param number 1 up to [#count]
  Instant arrived(int number);

  /// Whether the claim still stands. Never blocks.
  boolean claimed();

  /// Why nothing can be removed in this session, or null if it can: part of the mail may be where
  /// it cannot be reached for now, and a removal would not hold. Never blocks.
  default @Nullable StoreFailure frozen() {
    return null;
  }

  /// Opens the text of a message.
  ///
  /// Fails with [StoreFailure.Gone] when another program removed the message or it cannot be told
  /// from others with certainty.
  ///
  /// @param number 1 up to [#count]
  StoreResult<MessageContent> content(int number);

  /// Removes messages and marks others as seen; durable when it returns [StoreResult.Done].
  ///
  /// All or nothing, but for messages that another program changed or removed meanwhile: what
  /// cannot be identified with certainty stays, and is counted in the result. Fails with
  /// [StoreFailure.Claimed] once the claim does not stand any more, with [StoreFailure.Busy],
  /// [StoreFailure.NoSpace], [StoreFailure.OverQuota] or [StoreFailure.Broken], and then nothing
  /// was removed. May be called again; what is gone already is not an error.
  ///
  /// @param remove numbers to remove; bit n stands for message n, bit 0 is not used
  /// @param seen numbers to mark as seen, likewise
  StoreResult<Committed> commit(BitSet remove, BitSet seen);

  /// Gives the claim back. Closing twice is harmless. Never blocks.
  @Override
  void close();

  /// One without messages, which nobody has to claim.
  static Maildrop empty() {
    return new EmptyMaildrop();
  }

  /// What a commit did.
  ///
  /// @param removed messages that are gone now because of it
  /// @param removedOctets their size on the wire
  /// @param kept messages that were to go and could not be identified with certainty
  /// @param left messages of this picture that are still there; as of an earlier look if there was
  ///   nothing to do
  /// @param leftOctets their size on the wire
  record Committed(int removed, long removedOctets, int kept, int left, long leftOctets) {}
}
