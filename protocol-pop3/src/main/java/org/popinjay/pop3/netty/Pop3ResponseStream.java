package org.popinjay.pop3.netty;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.MessageContent.Chunk;
import org.popinjay.pop3.response.BodyLines;
import org.popinjay.pop3.response.DotStuffing;
import org.popinjay.pop3.response.LineMaker;
import org.popinjay.pop3.response.Pop3Response;
import org.popinjay.pop3.response.Pop3Response.Err;
import org.popinjay.pop3.response.Pop3Response.Lines;
import org.popinjay.pop3.response.Pop3Response.Listing;
import org.popinjay.pop3.response.Pop3Response.Made;
import org.popinjay.pop3.response.Pop3Response.SingleLine;
import org.popinjay.pop3.response.Pop3Response.Text;
import org.popinjay.pop3.response.Pop3ResponseEncoder;
import org.popinjay.pop3.response.Rows;
import org.popinjay.pop3.session.Outcome;
import org.popinjay.pop3.session.Pop3Output;
import org.popinjay.pop3.session.Pop3Session.StoreTrouble;
import org.popinjay.wire.ResponseSink;

/// The way of answers to the socket: short ones gather, long ones go piece by piece as the client
/// reads them.
final class Pop3ResponseStream implements Pop3Output, LineMaker.Taker {

  /// Rows are printed into an array of so many octets, then moved in one go.
  private static final int ROWS_OCTETS = 4096;

  /// Octets read at once for TOP, which mostly wants no more than the header.
  private static final int TOP_PIECE_OCTETS = 8 * 1024;

  /// Contents ask for room for two octets at least.
  private static final int PIECE_OCTETS_MIN = 16;

  private final ResponseSink sink;
  private final StoreTrouble trouble;
  private boolean unfinished;

  Pop3ResponseStream(ResponseSink sink, StoreTrouble trouble) {
    this.trouble = trouble;
    this.sink = sink;
  }

  @Override
  public Outcome send(Pop3Response response) {
    return switch (response) {
      case SingleLine line -> {
        Pop3ResponseEncoder.encode(line, sink.buffer());
        yield line instanceof Err ? Outcome.REFUSED : Outcome.DONE;
      }
      case Lines lines -> {
        Pop3ResponseEncoder.encode(lines, sink.buffer());
        yield Outcome.DONE;
      }
      case Listing listing -> listing(listing);
      case Text text -> text(text);
      case Made made -> made(made);
    };
  }

  @Override
  public void flush() {
    sink.flush();
  }

  /// Whether an answer of several lines was begun and not brought to its end.
  boolean unfinished() {
    return unfinished;
  }

  private Outcome listing(Listing listing) {
    unfinished = true;
    Pop3ResponseEncoder.encode(listing.first(), sink.buffer());
    var octets = new byte[ROWS_OCTETS];
    int end = fill(listing.rows(), octets);
    while (end > 0) {
      if (sink.space() < end && !sink.flushAndWait()) {
        return Outcome.CUT_OFF;
      }
      sink.room(end).writeBytes(octets, 0, end);
      end = fill(listing.rows(), octets);
    }
    Pop3ResponseEncoder.terminate(sink.buffer());
    unfinished = false;
    return Outcome.DONE;
  }

  private Outcome made(Made made) {
    unfinished = true;
    Pop3ResponseEncoder.encode(made.first(), sink.buffer());
    if (!made.lines().make(this)) {
      return Outcome.CUT_OFF;
    }
    Pop3ResponseEncoder.terminate(sink.buffer());
    unfinished = false;
    return Outcome.DONE;
  }

  @Override
  public boolean take(ByteBuffer octets) {
    while (octets.hasRemaining()) {
      if (sink.space() == 0 && !sink.flushAndWait()) {
        return false;
      }
      int count = Math.min(octets.remaining(), sink.space());
      sink.room(count).writeBytes(octets.slice(octets.position(), count));
      octets.position(octets.position() + count);
      sink.hide(count);
    }
    return true;
  }

  @Override
  public boolean waits() {
    return !sink.gone();
  }

  private static int fill(Rows rows, byte[] octets) {
    int at = 0;
    while (octets.length - at >= rows.longest()) {
      int end = rows.next(octets, at);
      if (end == at) {
        break;
      }
      at = end;
    }
    return at;
  }

  private Outcome text(Text text) {
    unfinished = true;
    try (var content = text.content()) {
      Pop3ResponseEncoder.encode(text.first(), sink.buffer());
      boolean whole = text.bodyLinesMax() == Text.WHOLE;
      if (!pieces(content, whole ? null : new BodyLines(text.bodyLinesMax()))) {
        return Outcome.CUT_OFF;
      }
      Pop3ResponseEncoder.terminate(sink.buffer());
      unfinished = false;
      return Outcome.DONE;
    }
  }

  /// Sends the octets of a message; false if they could not be had or sent to the end.
  ///
  /// @param lines says where to stop; null for the whole message
  private boolean pieces(MessageContent content, @Nullable BodyLines lines) {
    var stuffing = new DotStuffing();
    long left = content.octets();
    int pieceMax = lines == null ? ResponseSink.CHUNK_OCTETS : TOP_PIECE_OCTETS;
    while (left > 0 && (lines == null || !lines.complete())) {
      int wanted = DotStuffing.room(Math.clamp(left, PIECE_OCTETS_MIN, pieceMax));
      int room = sink.roomForPiece(wanted);
      if (room == 0) {
        return false;
      }
      var out = sink.room(room);
      var piece = out.nioBuffer(out.writerIndex(), room);
      int octets = read(content, piece.slice(0, DotStuffing.fits(room)));
      if (octets <= 0) {
        return false;
      }
      int end = lines == null ? octets : lines.wanted(piece, 0, octets);
      int written = stuffing.stuff(piece, 0, end);
      out.writerIndex(out.writerIndex() + written);
      sink.hide(written);
      left -= octets;
    }
    return true;
  }

  /// Reads a piece; -1 if the rest of the message is lost.
  private int read(MessageContent content, ByteBuffer into) {
    return switch (content.read(into)) {
      case Chunk.Octets(int count) -> count;
      case Chunk.Lost(var failure) -> {
        trouble.happened("read a message", failure);
        yield -1;
      }
    };
  }
}
