package org.popinjay.imap.message;

import java.nio.ByteBuffer;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.message.HeaderFilter;

/// What a filter lets through of a header that is too large for memory, from an offset on.
final class FilteredContent implements MessageContent {
  private static final int PIECE_OCTETS = 4 * 1024;

  /// A filter may hold the beginning of a line back and give it with the next octets.
  private static final int HELD_OCTETS_MAX = 4 * 1024;

  private final MessageContent header;
  private final HeaderFilter filter;
  private final long octets;
  private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_OCTETS);
  private final ByteBuffer wanted = ByteBuffer.allocate(PIECE_OCTETS + HELD_OCTETS_MAX).limit(0);
  private long toSkip;
  private long given;
  private boolean ended;

  /// @param header all octets of the header
  /// @param from offset in what the filter lets through
  /// @param octets how many from there on
  FilteredContent(MessageContent header, HeaderFilter filter, long from, long octets) {
    this.header = header;
    this.filter = filter;
    this.toSkip = from;
    this.octets = octets;
  }

  @Override
  public long octets() {
    return octets;
  }

  @Override
  public Chunk read(ByteBuffer into) {
    while (!wanted.hasRemaining() && !ended && given < octets) {
      if (fill() instanceof Chunk.Lost lost) {
        return lost;
      }
    }
    int count = (int) Math.min(Math.min(wanted.remaining(), into.remaining()), octets - given);
    into.put(wanted.slice(wanted.position(), count));
    wanted.position(wanted.position() + count);
    given += count;
    return new Chunk.Octets(count);
  }

  private Chunk fill() {
    var chunk = header.read(piece.clear());
    if (chunk instanceof Chunk.Octets(int count)) {
      wanted.clear();
      filter.feed(piece.flip(), wanted::put);
      ended = count == 0;
      if (ended) {
        filter.finish(wanted::put);
      }
      wanted.flip();
      int skipped = (int) Math.min(toSkip, wanted.remaining());
      wanted.position(skipped);
      toSkip -= skipped;
    }
    return chunk;
  }

  @Override
  public void close() {
    header.close();
  }
}
