package org.popinjay.pop3.pop2.netty;

import org.popinjay.mailstore.MessageContent.Chunk;
import org.popinjay.pop3.pop2.response.Pop2Response;
import org.popinjay.pop3.pop2.response.Pop2Response.Minus;
import org.popinjay.pop3.pop2.response.Pop2ResponseEncoder;
import org.popinjay.pop3.pop2.response.WrappedText;
import org.popinjay.pop3.pop2.session.Pop2Output;
import org.popinjay.pop3.session.Pop3Session.StoreTrouble;
import org.popinjay.wire.ResponseSink;

/// The way of answers to the socket: lines gather, texts of messages go piece by piece as the
/// client reads them.
final class Pop2ResponseStream implements Pop2Output {
  /// Texts ask for room for so many octets at least.
  private static final int PIECE_OCTETS_MIN = 16;

  private final ResponseSink sink;
  private final StoreTrouble trouble;
  private boolean unfinished;

  Pop2ResponseStream(ResponseSink sink, StoreTrouble trouble) {
    this.sink = sink;
    this.trouble = trouble;
  }

  @Override
  public boolean send(Pop2Response response) {
    return switch (response) {
      case Pop2Response.Line line -> {
        Pop2ResponseEncoder.encode(line, sink.buffer());
        yield true;
      }
      case Pop2Response.Text(WrappedText text) -> {
        unfinished = true;
        unfinished = !whole(text);
        yield !unfinished;
      }
    };
  }

  @Override
  public void flush() {
    sink.flush();
  }

  /// Last words, unless the client would take them for a part of a message.
  void part(Minus lastWords) {
    if (!unfinished) {
      send(lastWords);
    }
  }

  /// Sends a text; false if its octets could not be had or sent to the end.
  private boolean whole(WrappedText text) {
    try (text) {
      long left = text.octets();
      while (left > 0) {
        int wanted = Math.clamp(left, PIECE_OCTETS_MIN, ResponseSink.CHUNK_OCTETS);
        int room = sink.roomForPiece(wanted);
        int octets = room == 0 ? -1 : piece(text, room);
        if (octets <= 0) {
          return false;
        }
        left -= octets;
      }
      return true;
    }
  }

  /// Reads a piece into the buffer; -1 if the rest of the message is lost.
  private int piece(WrappedText text, int room) {
    var out = sink.room(room);
    return switch (text.read(out.nioBuffer(out.writerIndex(), room))) {
      case Chunk.Octets(int count) -> {
        out.writerIndex(out.writerIndex() + count);
        sink.hide(count);
        yield count;
      }
      case Chunk.Lost(var failure) -> {
        trouble.happened("read a message", failure);
        yield -1;
      }
    };
  }
}
