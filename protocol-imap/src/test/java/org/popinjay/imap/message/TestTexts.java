package org.popinjay.imap.message;

import java.nio.ByteBuffer;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.Uid;

/// Messages of given octets, read in pieces of odd sizes by a content that is as strict as the API.
final class TestTexts {
  static final Uid UID = new Uid(7);

  private final byte[] octets;
  private int opened;
  private int closed;

  private TestTexts(byte[] octets) {
    this.octets = octets;
  }

  /// A message of these octets at every position.
  static OpenText of(byte[] octets) {
    return new TestTexts(octets).text();
  }

  static TestTexts counted(byte[] octets) {
    return new TestTexts(octets);
  }

  OpenText text() {
    return new OpenText(_ -> {
      opened++;
      return StoreResult.done(new Strict());
    });
  }

  /// How often a message was opened.
  int opened() {
    return opened;
  }

  /// How often one was closed.
  int closed() {
    return closed;
  }

  private final class Strict implements MessageContent {
    private int at;

    @Override
    public long octets() {
      return octets.length;
    }

    @Override
    public Chunk read(ByteBuffer into) {
      if (!into.isDirect() || into.remaining() < 2) {
        throw new IllegalArgumentException("%s (expected direct, room for 2)".formatted(into));
      }
      int room = into.remaining() > 5 ? into.remaining() - 1 : into.remaining();
      int count = Math.min(room, octets.length - at);
      into.put(octets, at, count);
      at += count;
      return new Chunk.Octets(count);
    }

    @Override
    public void close() {
      closed++;
    }
  }
}
