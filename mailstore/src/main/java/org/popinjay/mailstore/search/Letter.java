package org.popinjay.mailstore.search;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.MessageMeta;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.search.PairScan.Pair;

/// The message that a search looks at; one object for all messages of a search, one after the
/// other. Reads no more of it than is asked for. Not thread-safe.
final class Letter implements AutoCloseable {
  /// Messages up to this size are held in memory as a whole; of others only the beginning is.
  static final int MOST_OCTETS = 256 << 10;

  /// What is read first: the whole header of most mail.
  private static final int FIRST_OCTETS = 1 << 10;

  /// Longest header that is looked at.
  private static final int MOST_HEADER_OCTETS = 1 << 20;

  private static final Pair LINE_BREAK = Pair.of('\n', '\r', 1, false);

  /// Takes the octets of a message, piece by piece.
  interface Sink {
    /// The next octets; they may be overwritten afterwards.
    void take(byte[] octets, int from, int to);
  }

  private final MailboxView view;
  private final PairScan scan = PairScan.fastest();

  /// Both grow to what is asked for: most searches read nothing, or headers.
  private ByteBuffer piece = ByteBuffer.allocateDirect(0);

  private byte[] octets = new byte[0];
  private long octetsRead;
  private int unreadable;

  // Of the message at the position.
  private int position;
  private @Nullable MessageMeta meta;
  private @Nullable MessageContent content;
  private int count;
  private int headerEnd;
  private boolean lost;

  Letter(MailboxView view) {
    this.view = view;
  }

  /// Octets read of all messages.
  long octetsRead() {
    return octetsRead;
  }

  /// Messages that could not be read although they are there.
  int unreadable() {
    return unreadable;
  }

  /// Goes to a message; nothing of it is read yet.
  void turnTo(int nextPosition) {
    close();
    position = nextPosition;
    meta = null;
    count = 0;
    headerEnd = -1;
    lost = false;
  }

  int position() {
    return position;
  }

  /// What is known without reading.
  MessageMeta meta() {
    if (meta == null) {
      meta = view.message(position);
    }
    return meta;
  }

  /// The first [#count] octets of the message.
  byte[] octets() {
    return octets;
  }

  /// How many octets are in memory.
  int count() {
    return count;
  }

  /// Whether anything was read, or was tried to.
  boolean wasRead() {
    return content != null || lost;
  }

  /// Whether it cannot be had.
  boolean isLost() {
    return lost;
  }

  /// Whether the header was read.
  boolean hasHeader() {
    return headerEnd >= 0;
  }

  /// Where the header ends: behind its blank line.
  int headerEnd() {
    return headerEnd;
  }

  /// Reads the header; false if the message cannot be had.
  boolean readHeader() {
    int looked = 0;
    int wanted = FIRST_OCTETS;
    while (headerEnd < 0) {
      if (!read(wanted)) {
        return false;
      }
      headerEnd = endOfHeader(looked);
      if (headerEnd < 0 && (isWhole() || wanted == MOST_HEADER_OCTETS)) {
        headerEnd = count;
      }
      looked = Math.max(0, count - 2);
      wanted = Math.min(wanted * 4, MOST_HEADER_OCTETS);
    }
    return true;
  }

  private int endOfHeader(int from) {
    if (count >= 2 && octets[0] == '\r' && octets[1] == '\n') {
      return 2;
    }
    int to = count - 2;
    for (int at = from; at < to; at++) {
      at = scan.find(LINE_BREAK, octets, at, to);
      if (at < to && octets[at + 2] == '\n') {
        return at + 3;
      }
    }
    return -1;
  }

  /// Reads the message into memory, or the first [#MOST_OCTETS] of it; false if it cannot be had.
  boolean readMost() {
    return read(MOST_OCTETS) && readHeader();
  }

  /// Whether all of it is in memory.
  boolean isWhole() {
    return content != null && count == content.octets();
  }

  /// Hands out the whole message from its beginning; false if it could not be read to its end.
  boolean pour(Sink sink) {
    if (isWhole()) {
      sink.take(octets, 0, count);
      return true;
    }
    close();
    content = open();
    byte[] chunk = new byte[MOST_OCTETS];
    int taken;
    while ((taken = next(chunk, 0, chunk.length)) > 0) {
      sink.take(chunk, 0, taken);
    }
    return !lost;
  }

  /// Reads until about so many octets are in memory, or all there are.
  private boolean read(int wanted) {
    if (content == null && !lost) {
      content = open();
    }
    if (wanted > octets.length) {
      octets = Arrays.copyOf(octets, wanted);
    }
    int taken;
    while (wanted - count >= 2 && (taken = next(octets, count, wanted)) > 0) {
      count += taken;
    }
    return !lost;
  }

  /// Reads the next octets into an array with room for two at least; 0 at the end and when the
  /// message is lost.
  private int next(byte[] into, int from, int to) {
    if (content == null) {
      return 0;
    }
    int room = Math.min(to - from, MOST_OCTETS);
    if (piece.capacity() < room) {
      piece = ByteBuffer.allocateDirect(room);
    }
    piece.clear().limit(room);
    return switch (content.read(piece)) {
      case MessageContent.Chunk.Octets(int taken) -> {
        piece.flip().get(into, from, taken);
        octetsRead += taken;
        yield taken;
      }
      case MessageContent.Chunk.Lost(StoreFailure failure) -> {
        lose(failure);
        yield 0;
      }
    };
  }

  private @Nullable MessageContent open() {
    return switch (view.content(position)) {
      case StoreResult.Done<MessageContent>(MessageContent opened) -> opened;
      case StoreResult.Failed<MessageContent>(StoreFailure failure) -> {
        lose(failure);
        yield null;
      }
    };
  }

  private void lose(StoreFailure failure) {
    lost = true;
    if (!(failure instanceof StoreFailure.Gone)) {
      unreadable++;
    }
  }

  @Override
  public void close() {
    if (content != null) {
      content.close();
      content = null;
    }
  }
}
