package org.popinjay.mailstore.mbox.mailbox;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Flags;
import org.popinjay.mailstore.InternalDate;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.mbox.append.DraftShape;
import org.popinjay.mailstore.mbox.append.NewMessage;
import org.popinjay.mailstore.mbox.append.Staged;
import org.popinjay.mailstore.mbox.disk.ScratchFile;
import org.popinjay.mailstore.mbox.disk.StoreFailures;

/// Messages of a mailbox on their way into another one, or into the same.
///
/// All of them are read into a scratch file first and stored from there. So no mailbox is locked
/// while another one is waited for, two sessions that copy crosswise cannot stand in each other's
/// way, and nothing is written before everything is there. Not thread-safe.
final class Staging implements AutoCloseable {
  private static final int BUFFER_OCTETS = 256 << 10;

  /// Room that is worth a reading.
  private static final int LEAST_ROOM = 16 << 10;

  private final ScratchFile file;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory = arena.allocate(BUFFER_OCTETS);
  private final ByteBuffer buffer = memory.asByteBuffer();
  private final List<NewMessage> messages = new ArrayList<>();

  Staging(ScratchFile file) {
    this.file = file;
  }

  /// Adds a message.
  ///
  /// @param content is read to its end, not closed
  /// @return why it cannot be had, or null
  @Nullable StoreFailure add(MessageContent content, Flags flags, InternalDate internalDate) {
    long from = file.size() + buffer.position();
    var shape = new DraftShape();
    try {
      while (shape.octets() < content.octets()) {
        if (buffer.remaining() < LEAST_ROOM) {
          flush();
        }
        int at = buffer.position();
        if (content.read(buffer) instanceof MessageContent.Chunk.Lost(StoreFailure failure)) {
          return failure;
        }
        shape.take(memory, at, buffer.position());
      }
    } catch (IOException e) {
      return StoreFailures.of(e);
    }
    var staged = new Staged(file, from, shape.facts());
    messages.add(new NewMessage(staged, flags, internalDate));
    return null;
  }

  private void flush() throws IOException {
    if (buffer.position() > 0) {
      file.write(buffer.flip());
      buffer.clear();
    }
  }

  /// The messages, ready to be stored.
  List<NewMessage> messages() throws IOException {
    flush();
    return messages;
  }

  @Override
  public void close() {
    arena.close();
    file.close();
  }
}
