package org.popinjay.mailstore.memory;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.popinjay.mailstore.MessageDraft;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.memory.MemoryStore.Operation;

/// A message that is being written, in memory.
final class MemoryDraft implements MessageDraft {
  private final PlannedFailures failures;
  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

  MemoryDraft(PlannedFailures failures) {
    this.failures = failures;
  }

  @Override
  public StoreResult<Long> write(ByteBuffer more) {
    var planned = failures.next(Operation.DRAFT);
    if (planned.isPresent()) {
      return StoreResult.failed(planned.get());
    }
    byte[] piece = new byte[more.remaining()];
    more.get(piece);
    octets.writeBytes(piece);
    return StoreResult.done(octets());
  }

  @Override
  public long octets() {
    return octets.size();
  }

  @Override
  public boolean hasNul() {
    for (byte octet : octets.toByteArray()) {
      if (octet == 0) {
        return true;
      }
    }
    return false;
  }

  byte[] toByteArray() {
    return octets.toByteArray();
  }

  @Override
  public void close() {}
}
