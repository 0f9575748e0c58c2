package org.popinjay.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ByteProcessor;
import org.jspecify.annotations.Nullable;

/// Cuts the stream into lines and hands each to a [LineReader]; what that makes of it goes down the
/// pipeline.
///
/// Lines end with CRLF; LF alone is accepted, for people at a terminal and old telephones. Every
/// octet is looked at once, however the stream is cut.
public final class CrlfLineDecoder extends InputDecoder {

  /// How much of an overlong line is swallowed in the hope of its end, in octets.
  public static final int SWALLOWED_OCTETS_MAX = 64 * 1024;

  /// The first octet of what a TLS client says first.
  private static final byte TLS_HANDSHAKE = 0x16;

  private final Scanner scanner = new Scanner();
  private final int limit;
  private LineReader reader;

  /// Whether the current line is too long and thrown away.
  private boolean swallowing;

  /// Octets behind the reader index that were looked at already, or were swallowed.
  private int seen;

  private int lineLimit;
  private boolean firstOctet = true;
  private @Nullable OctetReader octets;

  /// @param limit longest line in octets with its line end
  /// @param reader what makes something of lines
  public CrlfLineDecoder(int limit, LineReader reader) {
    this.limit = limit;
    this.lineLimit = limit;
    this.reader = reader;
  }

  /// Lets another reader have the lines from the next one on, for the rounds of a SASL exchange.
  public void readBy(LineReader next) {
    reader = next;
  }

  @Override
  public boolean nothingBehind() {
    return !anyPending();
  }

  /// Lets somebody have the octets from here on, until it is done with them. Nobody looks on
  /// meanwhile: they are text of a message.
  public void readOctetsBy(OctetReader other) {
    octets = other;
  }

  @Override
  protected boolean begun() {
    return octets != null;
  }

  @Override
  protected boolean overhears() {
    return octets == null;
  }

  @Override
  protected boolean step(ChannelHandlerContext ctx, ByteBuf buffer) {
    if (octets != null) {
      takeOctets(ctx, buffer, octets);
      return true;
    }
    return swallowing ? swallow(ctx, buffer) : line(ctx, buffer);
  }

  private void takeOctets(ChannelHandlerContext ctx, ByteBuf buffer, OctetReader by) {
    var taken = by.take(buffer);
    if (by.done()) {
      octets = null;
    }
    if (taken != null) {
      ctx.fireChannelRead(taken);
    }
  }

  private boolean line(ChannelHandlerContext ctx, ByteBuf buffer) {
    if (seen == 0) {
      boolean tls = firstOctet && buffer.getByte(buffer.readerIndex()) == TLS_HANDSHAKE;
      firstOctet = false;
      if (tls) {
        return fault(ctx, LineFault.TLS);
      }
      if (takesTelnetRequests(buffer)) {
        return false;
      }
      if (!buffer.isReadable()) {
        return false;
      }
    }
    int from = buffer.readerIndex();
    int available = buffer.readableBytes();
    int stop = available > seen ? buffer.forEachByte(from + seen, available - seen, scanner) : -1;
    int length = stop < 0 ? available : stop + 1 - from;
    boolean ends = stop >= 0 && buffer.getByte(stop) == '\n';
    if (tooLong(buffer, from, length, ends)) {
      seen = length;
      buffer.skipBytes(length);
      return ends ? tooLong(ctx) : swallowFromHere();
    }
    if (stop < 0) {
      seen = length;
      return false;
    }
    if (!ends) {
      return fault(ctx, LineFault.INVALID_OCTET);
    }
    nextLine();
    buffer.skipBytes(length);
    boolean crlf = length > 1 && buffer.getByte(stop - 1) == '\r';
    ctx.fireChannelRead(reader.read(buffer, from, crlf ? length - 2 : length - 1));
    return true;
  }

  /// Whether a line of at least so many octets is over the limit.
  private boolean tooLong(ByteBuf buffer, int from, int length, boolean ends) {
    int least = ends ? length : length + 1;
    if (least > lineLimit) {
      lineLimit = Math.max(lineLimit, reader.longestLine(buffer, from, length));
    }
    return least > lineLimit;
  }

  private boolean swallowFromHere() {
    swallowing = true;
    return true;
  }

  private boolean swallow(ChannelHandlerContext ctx, ByteBuf buffer) {
    int end = buffer.indexOf(buffer.readerIndex(), buffer.writerIndex(), (byte) '\n');
    int length = end < 0 ? buffer.readableBytes() : end + 1 - buffer.readerIndex();
    seen += length;
    buffer.skipBytes(length);
    if (seen > SWALLOWED_OCTETS_MAX) {
      return fault(ctx, LineFault.ENDLESS);
    }
    return end >= 0 && tooLong(ctx);
  }

  private boolean tooLong(ChannelHandlerContext ctx) {
    nextLine();
    ctx.fireChannelRead(reader.fault(LineFault.TOO_LONG));
    return true;
  }

  private void nextLine() {
    swallowing = false;
    seen = 0;
    lineLimit = limit;
    scanner.afterCr = false;
  }

  private boolean fault(ChannelHandlerContext ctx, LineFault fault) {
    halt();
    ctx.fireChannelRead(reader.fault(fault));
    return false;
  }

  /// Stops at the end of a line and at octets that may not be in one.
  private static final class Scanner implements ByteProcessor {
    boolean afterCr;

    @Override
    public boolean process(byte octet) {
      if (octet == '\n') {
        afterCr = false;
        return false;
      }
      if (octet == 0 || afterCr) {
        return false;
      }
      afterCr = octet == '\r';
      return true;
    }
  }
}
