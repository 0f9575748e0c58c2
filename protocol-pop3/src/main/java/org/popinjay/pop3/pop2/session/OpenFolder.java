package org.popinjay.pop3.pop2.session;

import java.util.BitSet;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreResult;

/// A mailbox as POP2 sees it: numbers that stay, sizes, texts, and one commit at the end.
///
/// Used by one session at a time. Methods may block on the disk unless they say otherwise.
interface OpenFolder extends AutoCloseable {

  /// Messages in it. Never blocks.
  int count();

  /// Exact size of a message on the wire in octets. Never blocks.
  ///
  /// @param number 1 up to [#count]
  long octets(int number);

  /// Whether a message was read before it was opened. Never blocks.
  ///
  /// @param number 1 up to [#count]
  boolean seen(int number);

  /// Opens the text of a message.
  ///
  /// @param number 1 up to [#count]
  StoreResult<MessageContent> content(int number);

  /// Removes messages and marks others as seen; durable when it returns [StoreResult.Done]. The end
  /// of this mailbox's use: numbers mean nothing any more.
  ///
  /// @param remove numbers to remove
  /// @param seen numbers to mark
  StoreResult<Removed> commit(BitSet remove, BitSet seen);

  /// Lets it go, and changes nothing. Never blocks.
  @Override
  void close();

  /// What a commit did.
  ///
  /// @param messages how many are gone
  /// @param octets their size on the wire; 0 where others removed some of them at the same moment
  /// @param kept how many were to go, and could not be told from others with certainty
  record Removed(int messages, long octets, int kept) {
    /// There was nothing to remove.
    static final Removed NOTHING = new Removed(0, 0, 0);
  }
}
