package org.popinjay.mailstore.mbox.append;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.popinjay.mailstore.MessageDraft;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.mbox.disk.ScratchFile;
import org.popinjay.mailstore.mbox.disk.StoreFailures;
import org.popinjay.posix.PosixException;

/// A message on its way into a spool, in a scratch file.
public final class DraftFile implements MessageDraft {
  private static final int PIECE_OCTETS = 64 << 10;

  private final ScratchFile file;
  private final DraftShape shape = new DraftShape();

  public DraftFile(ScratchFile file) {
    this.file = file;
  }

  @Override
  public StoreResult<Long> write(ByteBuffer octets) {
    try {
      if (octets.isDirect()) {
        add(octets);
      } else {
        var piece = ByteBuffer.allocateDirect(Math.min(PIECE_OCTETS, octets.remaining()));
        while (octets.hasRemaining()) {
          int count = Math.min(piece.capacity(), octets.remaining());
          piece.clear().put(octets.slice(octets.position(), count)).flip();
          octets.position(octets.position() + count);
          add(piece);
        }
      }
      return StoreResult.done(octets());
    } catch (PosixException e) {
      return StoreResult.failed(StoreFailures.of(e));
    }
  }

  private void add(ByteBuffer direct) throws PosixException {
    shape.take(MemorySegment.ofBuffer(direct), 0, direct.remaining());
    file.write(direct);
  }

  @Override
  public long octets() {
    return shape.octets();
  }

  @Override
  public boolean hasNul() {
    return shape.hasNul();
  }

  /// Where the octets are, for the one who stores them.
  public Staged staged() {
    return new Staged(file, 0, shape.facts());
  }

  @Override
  public void close() {
    file.close();
  }
}
