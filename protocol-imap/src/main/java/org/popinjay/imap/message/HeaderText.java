package org.popinjay.imap.message;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.MessageContent.Chunk;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.message.HeaderFilter;

/// Reads a header block, or what a filter lets through of it: all octets up to and including the
/// first blank line, or all there are if there is none (RFC 9051, section 6.4.5: HEADER).
///
/// Texts up to [#KEPT_OCTETS_MAX] are kept in memory, larger ones are counted only. One instance a
/// header.
final class HeaderText {
  /// Octets that are kept.
  static final int KEPT_OCTETS_MAX = 1024 * 1024;

  private static final int FIRST_PIECE_OCTETS = 4 * 1024;
  private static final int PIECE_OCTETS = 32 * 1024;

  /// What was seen of the line that is being read.
  private enum Line {
    /// Nothing.
    EMPTY,
    /// Only a CR.
    CR,
    /// It is not blank.
    TEXT
  }

  private final @Nullable HeaderFilter filter;
  private byte[] kept = new byte[FIRST_PIECE_OCTETS];
  private int keptLength;
  private long length;
  private long headerLength;
  private Line line = Line.EMPTY;
  private boolean ended;

  /// @param filter what to keep; null for all
  HeaderText(@Nullable HeaderFilter filter) {
    this.filter = filter;
  }

  /// Reads it.
  ///
  /// @param text stands at the beginning of the block
  /// @param octetsMax the block ends there at the latest
  /// @return why it cannot be read, or null
  @Nullable StoreFailure read(OpenText text, long octetsMax) {
    int wanted = FIRST_PIECE_OCTETS;
    while (headerLength < octetsMax && !ended) {
      var piece = text.scratch((int) Math.min(wanted, octetsMax - headerLength));
      switch (text.read(piece)) {
        case Chunk.Lost(var failure) -> {
          return failure;
        }
        case Chunk.Octets(int count) -> {
          ended = count == 0;
          take(piece.flip());
        }
      }
      wanted = PIECE_OCTETS;
    }
    if (filter != null) {
      filter.finish(this::keep);
    }
    return null;
  }

  private void take(ByteBuffer piece) {
    piece.limit(endIn(piece));
    headerLength += piece.limit();
    if (filter == null) {
      keep(piece);
    } else {
      filter.feed(piece, this::keep);
    }
  }

  /// Behind the blank line if it is in this piece, else the end of the piece.
  private int endIn(ByteBuffer piece) {
    var state = line;
    for (int at = 0; at < piece.limit(); at++) {
      byte octet = piece.get(at);
      if (octet == '\n') {
        if (state != Line.TEXT) {
          ended = true;
          return at + 1;
        }
        state = Line.EMPTY;
      } else {
        state = octet == '\r' && state == Line.EMPTY ? Line.CR : Line.TEXT;
      }
    }
    line = state;
    return piece.limit();
  }

  private void keep(ByteBuffer octets) {
    int count = octets.remaining();
    length += count;
    if (length <= KEPT_OCTETS_MAX) {
      if (keptLength + count > kept.length) {
        kept = Arrays.copyOf(kept, Math.min(KEPT_OCTETS_MAX, 2 * (keptLength + count)));
      }
      octets.get(kept, keptLength, count);
      keptLength += count;
    }
  }

  /// Size of the whole header block.
  long headerLength() {
    return headerLength;
  }

  /// Size of what the filter let through.
  long length() {
    return length;
  }

  /// What the filter let through; null if it is too large to be kept.
  byte @Nullable [] octets() {
    return length > KEPT_OCTETS_MAX ? null : Arrays.copyOf(kept, keptLength);
  }
}
