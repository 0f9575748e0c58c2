package org.popinjay.wire.transcript;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
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

  /// That form.
  ///
  /// @param messages as they look on the wire
  static byte[] mbox(Iterable<byte[]> messages) {
    var mbox = new ByteArrayOutputStream();
    for (var message : messages) {
      mbox.writeBytes("From tea Sun Jan  1 00:00:00 2023\n".getBytes(ISO_8859_1));
      mbox.writeBytes(new String(message, ISO_8859_1).replace("\r\n", "\n").getBytes(ISO_8859_1));
      mbox.write('\n');
    }
    return mbox.toByteArray();
  }

  /// Waits until what the last session did to the mailboxes is done.
  void settle();

  @Override
  void close();
}
