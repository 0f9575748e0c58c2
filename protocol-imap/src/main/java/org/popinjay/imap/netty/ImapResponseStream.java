package org.popinjay.imap.netty;

import java.nio.ByteBuffer;
import org.popinjay.imap.response.FetchData;
import org.popinjay.imap.response.ImapResponse;
import org.popinjay.imap.response.ImapResponseWriter;
import org.popinjay.imap.session.ImapOutput;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.MessageContent.Chunk;
import org.popinjay.wire.ResponseSink;

/// The way of responses to the socket: short ones gather, texts of messages go piece by piece as
/// the client reads them.
final class ImapResponseStream implements ImapOutput {

  /// Contents ask for room for two octets at least.
  private static final int PIECE_OCTETS_MIN = 16;

  private final ResponseSink sink;
  private final ImapSession session;
  private boolean unfinished;
  private long sent;

  ImapResponseStream(ResponseSink sink, ImapSession session) {
    this.sink = sink;
    this.session = session;
  }

  @Override
  public boolean send(ImapResponse response) {
    if (unfinished) {
      return false;
    }
    sent++;
    if (response instanceof ImapResponse.Fetched fetched) {
      return fetched(fetched);
    }
    writer().write(response);
    return sink.space() > 0 || sink.flushAndWait();
  }

  @Override
  public void flush() {
    sink.flush();
  }

  @Override
  public boolean gone() {
    return sink.gone();
  }

  /// Whether a response was begun and not brought to its end.
  boolean unfinished() {
    return unfinished;
  }

  /// Counts up with each response.
  long sent() {
    return sent;
  }

  private boolean fetched(ImapResponse.Fetched fetched) {
    unfinished = true;
    writer().beginFetch(fetched.sequenceNumber());
    boolean first = true;
    for (var item : fetched.items()) {
      int before = sink.buffer().readableBytes();
      writer().item(item, first);
      first = false;
      if (item instanceof FetchData.Text) {
        sink.hide(sink.buffer().readableBytes() - before);
      }
      if (item instanceof FetchData.Slice(_, var content, long octets)
          && !pieces(content, octets)) {
        return false;
      }
    }
    writer().endFetch();
    unfinished = false;
    return sink.space() > 0 || sink.flushAndWait();
  }

  /// Sends octets of a message; false if they could not be had or sent to the end.
  private boolean pieces(MessageContent content, long octets) {
    long left = octets;
    while (left > 0) {
      int wanted = Math.clamp(left, PIECE_OCTETS_MIN, ResponseSink.CHUNK_OCTETS);
      int room = sink.roomForPiece(wanted);
      if (room == 0) {
        return false;
      }
      var out = sink.room(room);
      int read = read(content, out.nioBuffer(out.writerIndex(), room));
      if (read <= 0) {
        return false;
      }
      int mine = (int) Math.min(read, left);
      out.writerIndex(out.writerIndex() + mine);
      sink.hide(mine);
      left -= mine;
    }
    return true;
  }

  /// Reads a piece; -1 if the rest of the message is lost.
  private int read(MessageContent content, ByteBuffer into) {
    return switch (content.read(into)) {
      case Chunk.Octets(int count) -> count;
      case Chunk.Lost(var failure) -> {
        session.storeFailed("read a message", failure);
        yield -1;
      }
    };
  }

  private ImapResponseWriter writer() {
    return new ImapResponseWriter(sink.buffer(), session.dialect());
  }
}
