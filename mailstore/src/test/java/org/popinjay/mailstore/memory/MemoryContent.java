package org.popinjay.mailstore.memory;

import java.nio.ByteBuffer;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.memory.MemoryStore.Operation;

/// The octets of a message in memory. As strict about the buffer as the API is.
final class MemoryContent implements MessageContent {
  private final byte[] wire;
  private final PlannedFailures failures;
  private int at;

  MemoryContent(byte[] wire, PlannedFailures failures) {
    this.wire = wire;
    this.failures = failures;
  }

  @Override
  public long octets() {
    return wire.length;
  }

  @Override
  public Chunk read(ByteBuffer into) {
    if (!into.isDirect() || into.remaining() < 2) {
      throw new IllegalArgumentException("%s (expected direct, room for 2)".formatted(into));
    }
    var planned = failures.next(Operation.READ);
    if (planned.isPresent()) {
      return new Chunk.Lost(planned.get());
    }
    int count = Math.min(into.remaining(), wire.length - at);
    into.put(wire, at, count);
    at += count;
    return new Chunk.Octets(count);
  }

  @Override
  public void close() {}
}
