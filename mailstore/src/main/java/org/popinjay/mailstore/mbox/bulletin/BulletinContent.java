package org.popinjay.mailstore.mbox.bulletin;

import java.nio.ByteBuffer;
import org.popinjay.mailstore.MessageContent;

/// The text of a bulletin, read whole when it was opened.
final class BulletinContent implements MessageContent {
  private final ByteBuffer text;

  BulletinContent(byte[] text) {
    this.text = ByteBuffer.wrap(text);
  }

  @Override
  public long octets() {
    return text.capacity();
  }

  @Override
  public Chunk read(ByteBuffer into) {
    int count = Math.min(into.remaining(), text.remaining());
    into.put(text.slice(text.position(), count));
    text.position(text.position() + count);
    return new Chunk.Octets(count);
  }

  @Override
  public void close() {}
}
