package org.popinjay.mailstore.mbox.access;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.mbox.disk.StoreFailures;
import org.popinjay.mailstore.mbox.spool.Extent;
import org.popinjay.mailstore.mbox.text.Presentation;

/// Reads one message through its presentation.
///
/// If another program changed the spool, the message is looked for again, and reading goes on where
/// it was if its octets there are still the same.
final class MboxContent implements MessageContent {
  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

  private final MessageReading reading;
  private final int uid;
  private final long octets;
  private final Presentation presentation;
  private Extent extent;
  private long consumed;
  private long produced;

  /// @param complete whether to add what the message lacked when this program stored it
  MboxContent(MessageReading reading, int uid, Extent extent, boolean complete) {
    this.reading = reading;
    this.uid = uid;
    this.extent = extent;
    octets = extent.wireOctets() + (complete ? Presentation.unstored(extent.bits()) : 0);
    presentation = new Presentation(extent.headerOctets(), extent.bits());
  }

  @Override
  public long octets() {
    return octets;
  }

  @Override
  public Chunk read(ByteBuffer into) {
    int from = into.position();
    int limit = into.limit();
    long left = octets - produced;
    boolean last = left <= limit - from;
    // Nothing that the message lacked when it was stored may follow its last octet.
    into.limit(last ? from + (int) left : limit);
    try {
      while (into.remaining() >= 2 || (last && into.hasRemaining())) {
        var failure = reading.readNext(this, into);
        if (failure != null) {
          into.position(from);
          return new Chunk.Lost(failure);
        }
      }
    } catch (IOException e) {
      into.position(from);
      return new Chunk.Lost(StoreFailures.of(e));
    } finally {
      into.limit(limit);
    }
    int count = into.position() - from;
    produced += count;
    return new Chunk.Octets(count);
  }

  int uid() {
    return uid;
  }

  Extent extent() {
    return extent;
  }

  /// Offset in the spool of the next stored octet.
  long position() {
    return extent.headerStart() + consumed;
  }

  /// Whether all stored octets were converted; the presentation may still have a line end to add.
  boolean storedDone() {
    return position() >= extent.contentEnd();
  }

  /// Converts stored octets from [#position] on.
  ///
  /// @throws IOException if they are more than the table says
  void convert(ByteBuffer stored, ByteBuffer into) throws IOException {
    int limit = stored.limit();
    int from = stored.position();
    int count = (int) Math.min(stored.remaining(), extent.contentEnd() - position());
    boolean last = count == extent.contentEnd() - position();
    int put = presentation.convert(stored.limit(from + count), last, into);
    if (put == 0 && stored.position() == from) {
      throw new IOException("uid %x reads longer than %d octets".formatted(uid, octets));
    }
    consumed += stored.position() - from;
    stored.limit(limit);
  }

  /// Adds what the presentation has still to add behind the stored octets.
  ///
  /// @throws IOException if that is less than the table says
  void finish(ByteBuffer into) throws IOException {
    if (presentation.convert(NOTHING.duplicate(), true, into) == 0) {
      throw new IOException("uid %x reads shorter than %d octets".formatted(uid, octets));
    }
  }

  /// Goes on in a message that was found again elsewhere.
  ///
  /// @return false if its octets may not be the same any more from here on
  boolean moveTo(Extent elsewhere) {
    boolean inBody = consumed >= extent.headerOctets();
    boolean sameHeader =
        elsewhere.headerOctets() == extent.headerOctets()
            && elsewhere.wireOctets() == extent.wireOctets();
    if (!inBody && consumed > 0 && !sameHeader) {
      return false;
    }
    if (consumed == 0 && elsewhere.wireOctets() != extent.wireOctets()) {
      return false;
    }
    if (inBody) {
      consumed += elsewhere.headerOctets() - extent.headerOctets();
    }
    extent = elsewhere;
    return true;
  }

  /// Says that this message is gone.
  StoreFailure gone() {
    return reading.gone(uid);
  }

  @Override
  public void close() {}
}
