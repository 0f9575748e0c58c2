package org.popinjay.wire.transcript;

import java.net.InetSocketAddress;

/// A server that a transcript can be played against, with mailboxes that can be filled and looked
/// at.
public interface TranscriptServer extends AutoCloseable {

  /// Where it listens.
  InetSocketAddress address();

  /// Fills a mailbox of the user of the transcripts.
  void fill(String mailbox, byte[] mbox);

  /// Makes something happen that no client can bring about.
  default void prepare(String what) {
    throw new IllegalArgumentException("nobody knows how to: " + what);
  }

  /// What a mailbox looks like now, in the form that it was filled in.
  byte[] spool(String mailbox);

  /// Waits until what the last session did to the mailboxes is done.
  void settle();

  @Override
  void close();
}
