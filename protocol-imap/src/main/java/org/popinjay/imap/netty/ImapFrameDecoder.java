package org.popinjay.imap.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.parse.FrameStart;
import org.popinjay.imap.parse.ImapFrame;
import org.popinjay.imap.parse.ImapInput.End;
import org.popinjay.imap.parse.ImapInput.Excess;
import org.popinjay.imap.parse.ImapInput.Fatal;
import org.popinjay.imap.parse.ImapInput.Refused;
import org.popinjay.imap.parse.LiteralMark;
import org.popinjay.wire.AuthenticationHandler;
import org.popinjay.wire.InputDecoder;
import org.popinjay.wire.LineFault;
import org.popinjay.wire.SaslLine;

/// Cuts the stream into frames: lines, and the literals that their marks announce (RFC 9051,
/// section 2.2.1; RFC 7888). Hands on [org.popinjay.imap.parse.ImapInput], and [SaslLine] or
/// [LineFault] during an exchange.
///
/// A literal is asked for only when it is small enough, and when [LiteralGate] says so; one that is
/// not is answered instead. What comes unasked and is too large is thrown away as it comes. Of an
/// APPEND, the frame is handed on when the first message is announced; the messages go through an
/// [Upload] in pieces and never lie in memory. Lines end with CRLF or with LF alone, as people at a
/// terminal send them. Every octet is looked at once, however the stream is cut.
public final class ImapFrameDecoder extends InputDecoder {
  /// The first octet of what a TLS client says first.
  private static final byte TLS_HANDSHAKE = 0x16;

  /// A client waits for its turn to send a literal.
  private static final int TURN = 1 << 8;

  /// The command thread has not decided about a message.
  private static final int DECISION = 1 << 9;

  /// The command thread has octets enough for now.
  private static final int FULL = 1 << 10;

  private enum Mode {
    LINE,
    LITERAL,
    MESSAGE,
    DISCARDING_LINE,
    DISCARDING_LITERAL
  }

  private final FrameBuffer frame = new FrameBuffer();

  private FrameLimits limits;
  private FrameLimits afterSignIn;
  private LiteralGate gate;
  private Consumer<Excess> excessive = _ -> {};

  private Mode mode = Mode.LINE;

  /// Where the current line of the frame begins in it.
  private int lineFrom;

  /// Octets of lines and of literals of the current frame.
  private int lineOctets;

  private int literalOctets;

  /// Octets of the current literal that have not come.
  private long remaining;

  /// Whether the current literal comes without leave.
  private boolean unasked;

  /// Why the current frame is thrown away, and how much of it was.
  private Excess excess = Excess.LINE;

  private @Nullable String refusedTag;
  private long thrownAway;

  /// The messages of the current frame, and whether what remains of them is thrown away.
  private @Nullable Upload upload;

  private boolean unwanted;
  private boolean signedIn;
  private boolean exchanging;
  private boolean firstLine = true;

  /// @param beforeSignIn what a stranger may send
  /// @param gate gives leave to send literals, until another one is set
  public ImapFrameDecoder(FrameLimits beforeSignIn, LiteralGate gate) {
    this.limits = beforeSignIn;
    this.afterSignIn = beforeSignIn;
    this.gate = gate;
  }

  /// Has somebody hear of frames that are thrown away, each once, whatever becomes of it. On the
  /// event loop.
  public void tellOfExcess(Consumer<Excess> listener) {
    excessive = listener;
  }

  /// Has another gate give leave to send literals.
  public void gatedBy(LiteralGate next) {
    gate = next;
  }

  /// Has other limits hold from [AuthenticationHandler.SignedIn] on.
  public void allow(FrameLimits user) {
    afterSignIn = user;
  }

  /// Takes lines for the responses of a SASL exchange, or for commands again.
  public void exchanging(boolean now) {
    exchanging = now;
  }

  @Override
  public int begunOctets() {
    return frame.capacity();
  }

  @Override
  public boolean nothingBehind() {
    return !anyPending() && frame.isEmpty();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof AuthenticationHandler.SignedIn) {
      limits = afterSignIn;
      signedIn = true;
    }
    super.userEventTriggered(ctx, event);
  }

  @Override
  protected boolean begun() {
    return mode != Mode.LINE || !frame.isEmpty() || upload != null;
  }

  @Override
  protected boolean step(ChannelHandlerContext ctx, ByteBuf buffer) {
    switch (mode) {
      case LINE -> {
        return line(ctx, buffer);
      }
      case LITERAL -> literal(buffer);
      case MESSAGE -> message(buffer);
      case DISCARDING_LINE -> discardLine(ctx, buffer);
      case DISCARDING_LITERAL -> discardLiteral(buffer);
    }
    return true;
  }

  /// Takes what there is of a line; false if what it begins with has still to come.
  private boolean line(ChannelHandlerContext ctx, ByteBuf buffer) {
    if (frame.isEmpty() && upload == null && !exchanging && takesTelnetRequests(buffer)) {
      return false;
    }
    if (buffer.isReadable()) {
      someLine(ctx, buffer);
    }
    return true;
  }

  private void someLine(ChannelHandlerContext ctx, ByteBuf buffer) {
    if (firstLine && frame.isEmpty() && buffer.getByte(buffer.readerIndex()) == TLS_HANDSHAKE) {
      fatal(ctx, End.FOREIGN);
      return;
    }
    boolean ends = takeLine(buffer);
    if (lineOctets > limits.line() && lineOctets > longestLine()) {
      discard(Excess.LINE);
      mode = Mode.DISCARDING_LINE;
      discardedLine(ctx, ends);
    } else if (ends) {
      lineEnds(ctx);
    }
  }

  private int longestLine() {
    boolean token = exchanging || FrameStart.isAuthenticate(frame.octets(), frame.length());
    return token ? limits.tokenLine() : limits.line();
  }

  /// Takes what there is of a line; true if it ends.
  private boolean takeLine(ByteBuf buffer) {
    int from = buffer.readerIndex();
    int lf = buffer.indexOf(from, buffer.writerIndex(), (byte) '\n');
    int count = lf < 0 ? buffer.readableBytes() : lf + 1 - from;
    take(buffer, count);
    lineOctets += count;
    return lf >= 0;
  }

  /// Takes octets into the frame. A stranger's may be a password, of which nothing stays behind.
  private void take(ByteBuf buffer, int count) {
    int from = buffer.readerIndex();
    frame.add(buffer, count);
    if (!signedIn) {
      buffer.setZero(from, count);
    }
  }

  private void lineEnds(ChannelHandlerContext ctx) {
    if (firstLine && FrameStart.isForeign(frame.octets(), frame.length())) {
      fatal(ctx, End.FOREIGN);
      return;
    }
    firstLine = false;
    var mark = exchanging ? null : LiteralMark.at(frame.octets(), lineFrom, frame.length());
    if (mark == null) {
      complete(ctx);
    } else {
      announced(ctx, mark);
    }
  }

  /// Octets of the frame without the line's end behind them.
  private int lengthWithoutLineEnd() {
    int length = frame.length() - 1;
    return length > lineFrom && frame.octets()[length - 1] == '\r' ? length - 1 : length;
  }

  private void complete(ChannelHandlerContext ctx) {
    var octets = frame.take(lengthWithoutLineEnd());
    var messages = upload;
    begin();
    if (messages != null) {
      messages.offer(new Upload.Event.Ended(ByteBuffer.wrap(octets)));
    } else if (exchanging) {
      ctx.fireChannelRead(new SaslLine(octets));
    } else if (octets.length > 0) {
      ctx.fireChannelRead(new ImapFrame(octets));
    }
  }

  /// Begins a frame.
  private void begin() {
    mode = Mode.LINE;
    frame.clear();
    lineFrom = 0;
    lineOctets = 0;
    literalOctets = 0;
    upload = null;
    unwanted = false;
  }

  private void announced(ChannelHandlerContext ctx, LiteralMark mark) {
    remaining = mark.octets();
    unasked = mark.unasked();
    boolean first = upload == null;
    boolean message =
        !first
            || (limits.messages()
                && FrameStart.announcesMessage(frame.octets(), frame.length(), lineFrom == 0));
    if (unasked && remaining > limits.unasked()) {
      refuse(ctx, message ? Excess.UNASKED_MESSAGE : Excess.LITERAL);
    } else if (message) {
      messageAnnounced(ctx);
    } else if (remaining > Math.min(limits.literal(), limits.literals() - literalOctets)) {
      refuse(ctx, Excess.LITERAL);
    } else {
      literalAnnounced();
    }
  }

  private void literalAnnounced() {
    literalOctets += (int) remaining;
    lineFrom = frame.length();
    mode = remaining == 0 ? Mode.LINE : Mode.LITERAL;
    if (!unasked) {
      hold(TURN);
      gate.awaitTurn(() -> release(TURN));
    }
  }

  private void literal(ByteBuf buffer) {
    int count = (int) Math.min(remaining, buffer.readableBytes());
    take(buffer, count);
    remaining -= count;
    if (remaining == 0) {
      mode = Mode.LINE;
      lineFrom = frame.length();
    }
  }

  /// Hands the frame on up to here, or what stands between two messages, and waits for the decision
  /// whether the message is to come.
  private void messageAnnounced(ChannelHandlerContext ctx) {
    mode = Mode.MESSAGE;
    hold(DECISION);
    var octets = frame.take(lengthWithoutLineEnd());
    lineFrom = 0;
    lineOctets = 0;
    if (upload == null) {
      var messages = new Upload(new Decisions(ctx), limits.command());
      upload = messages;
      ctx.fireChannelRead(new ImapFrame(octets, messages));
    } else {
      upload.offer(new Upload.Event.Announced(ByteBuffer.wrap(octets)));
    }
  }

  private void message(ByteBuf buffer) {
    int count = (int) Math.min(remaining, Math.min(Upload.PIECE_MAX, buffer.readableBytes()));
    remaining -= count;
    if (remaining == 0) {
      mode = Mode.LINE;
    }
    if (count > 0 && upload != null) {
      var piece = new Upload.Event.Piece(buffer.readRetainedSlice(count));
      if (!upload.offer(piece)) {
        hold(FULL);
      }
    }
  }

  /// The literal that is announced may not come.
  private void refuse(ChannelHandlerContext ctx, Excess why) {
    discard(why);
    if (unasked) {
      discardLiteralFrom(ctx);
    } else {
      discarded(ctx);
    }
  }

  /// From here on the frame is thrown away.
  private void discard(Excess why) {
    if (!exchanging && upload == null) {
      // Who leads an exchange tells of its responses, and who takes messages of what is behind
      // them.
      excessive.accept(why);
    }
    excess = why;
    refusedTag =
        upload == null
            ? FrameStart.tag(frame.octets(), frame.length(), limits.command().tagOctets())
            : null;
    thrownAway = lineOctets;
    frame.keepLast(LiteralMark.OCTETS_MAX);
  }

  private void discardLine(ChannelHandlerContext ctx, ByteBuf buffer) {
    int before = lineOctets;
    boolean ends = takeLine(buffer);
    thrownAway += lineOctets - before;
    frame.keepLast(LiteralMark.OCTETS_MAX);
    discardedLine(ctx, ends);
  }

  private void discardedLine(ChannelHandlerContext ctx, boolean ends) {
    if (thrownAway > limits.discard()) {
      endless(ctx);
      return;
    }
    if (!ends) {
      return;
    }
    var mark = exchanging ? null : LiteralMark.at(frame.octets(), 0, frame.length());
    if (mark == null || !mark.unasked()) {
      discarded(ctx);
    } else {
      remaining = mark.octets();
      discardLiteralFrom(ctx);
    }
  }

  private void discardLiteralFrom(ChannelHandlerContext ctx) {
    frame.clear();
    mode = Mode.DISCARDING_LITERAL;
    if (remaining > limits.discard() - thrownAway) {
      endless(ctx);
    }
  }

  private void discardLiteral(ByteBuf buffer) {
    int count = (int) Math.min(remaining, buffer.readableBytes());
    buffer.skipBytes(count);
    thrownAway += count;
    remaining -= count;
    if (remaining == 0) {
      mode = Mode.DISCARDING_LINE;
    }
  }

  /// The frame is thrown away to its end.
  private void discarded(ChannelHandlerContext ctx) {
    var messages = upload;
    boolean asked = unwanted;
    begin();
    if (messages != null) {
      messages.offer(asked ? new Upload.Event.Discarded(true) : new Upload.Event.Excessive(excess));
    } else if (exchanging) {
      ctx.fireChannelRead(LineFault.TOO_LONG);
    } else {
      ctx.fireChannelRead(new Refused(refusedTag, excess));
    }
  }

  /// What is to be thrown away is more than is worth waiting for.
  private void endless(ChannelHandlerContext ctx) {
    if (upload != null && unwanted) {
      upload.offer(new Upload.Event.Discarded(false));
      upload = null;
      halt();
      return;
    }
    if (upload != null) {
      upload.offer(new Upload.Event.Excessive(excess));
      upload = null;
    }
    fatal(ctx, End.ENDLESS);
  }

  private void fatal(ChannelHandlerContext ctx, End why) {
    halt();
    frame.clear();
    cutShort();
    ctx.fireChannelRead(exchanging ? LineFault.ENDLESS : new Fatal(why));
  }

  /// Nothing more will come of the messages that are under way.
  @Override
  protected void cutShort() {
    if (upload != null) {
      upload.offer(new Upload.Event.Gone());
      upload = null;
      halt();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    super.handlerRemoved(ctx);
    frame.clear();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    frame.clear();
    super.channelInactive(ctx);
  }

  /// The command thread does not want the rest of the messages.
  private void unwanted(ChannelHandlerContext ctx, Upload messages) {
    if (upload != messages) {
      return;
    }
    unwanted = true;
    thrownAway = 0;
    boolean undecided = isHeld(DECISION);
    letGo(DECISION | FULL);
    switch (mode) {
      case MESSAGE -> {
        if (undecided && !unasked) {
          discarded(ctx);
        } else {
          discardLiteralFrom(ctx);
        }
      }
      case LINE -> mode = Mode.DISCARDING_LINE;
      case LITERAL, DISCARDING_LINE, DISCARDING_LITERAL -> {}
    }
    release(0);
  }

  /// What the command thread decides, brought to the event loop.
  private final class Decisions implements Upload.Source {
    private final ChannelHandlerContext ctx;

    Decisions(ChannelHandlerContext ctx) {
      this.ctx = ctx;
    }

    @Override
    public void accept() {
      if (!unasked) {
        gate.invite();
      }
      ctx.executor().execute(() -> release(DECISION));
    }

    @Override
    public void refuse(Upload messages) {
      ctx.executor().execute(() -> unwanted(ctx, messages));
    }

    @Override
    public void drained() {
      ctx.executor().execute(() -> release(FULL));
    }
  }
}
