package org.popinjay.wire.tls;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.popinjay.wire.tls.TlsContexts.Choice;

/// Waits for the first message of a handshake, chooses the certificate by it, and makes way for the
/// handler that carries TLS out.
final class TlsStart extends SslClientHelloHandler<Choice> {
  /// Longest first message in octets; real ones take one or two thousand.
  private static final int HELLO_OCTETS_MAX = 16 * 1024;

  private static final int RECORD_HEAD_OCTETS = 5;
  private static final int HANDSHAKE_RECORD = 22;

  /// Longest record without encryption (RFC 8446, section 5.1).
  private static final int RECORD_OCTETS_MAX = 1 << 14;

  /// Record of a fatal alert `record_overflow` (RFC 8446, section 6.2).
  private static final byte[] RECORD_OVERFLOW = {21, 3, 3, 0, 2, 2, 22};

  /// Record of a fatal alert `no_application_protocol` (RFC 7301, section 3.2).
  private static final byte[] NO_APPLICATION_PROTOCOL = {21, 3, 3, 0, 2, 2, 120};

  private final TlsContexts contexts;
  private final String protocol;
  private final long timeoutMillis;
  private final Consumer<ServerCertificate> chosen;

  private @Nullable ScheduledFuture<?> timer;
  private long began;
  private boolean refused;

  /// @param protocol what is spoken inside, by its ALPN name
  /// @param chosen hears which certificate will be shown
  TlsStart(
      TlsContexts contexts,
      String protocol,
      long timeoutMillis,
      Consumer<ServerCertificate> chosen) {
    super(HELLO_OCTETS_MAX);
    this.contexts = contexts;
    this.protocol = protocol;
    this.timeoutMillis = timeoutMillis;
    this.chosen = chosen;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    began = ctx.executor().ticker().nanoTime();
    timer =
        ctx.executor()
            .schedule(
                () -> {
                  ctx.fireUserEventTriggered(TlsEntry.Late.LATE);
                  var _ = ctx.close();
                },
                timeoutMillis,
                MILLISECONDS);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
    if (timer != null) {
      timer.cancel(false);
    }
    super.handlerRemoved0(ctx);
  }

  /// Does not wait for the end of a record that may not be as long as it says.
  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (in.readableBytes() >= RECORD_HEAD_OCTETS
        && in.getUnsignedByte(in.readerIndex()) == HANDSHAKE_RECORD
        && in.getUnsignedShort(in.readerIndex() + 3) > RECORD_OCTETS_MAX) {
      in.skipBytes(in.readableBytes());
      refuse(ctx, RECORD_OVERFLOW);
      throw new SSLException("a first record that is too long");
    }
    super.decode(ctx, in, out);
  }

  private static void refuse(ChannelHandlerContext ctx, byte[] alert) {
    var _ =
        ctx.writeAndFlush(ctx.alloc().buffer(alert.length).writeBytes(alert))
            .addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  protected Future<Choice> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf hello) {
    var wanted = hello == null ? ClientHello.SILENT : ClientHello.read(hello);
    refused = !wanted.protocols().isEmpty() && !wanted.protocols().contains(protocol);
    return ctx.executor().newSucceededFuture(contexts.choose(protocol, wanted.host()));
  }

  @Override
  protected void onLookupComplete(ChannelHandlerContext ctx, Future<Choice> lookup) {
    if (refused) {
      ctx.fireUserEventTriggered(TlsEntry.OtherProtocol.OTHER_PROTOCOL);
      refuse(ctx, NO_APPLICATION_PROTOCOL);
      return;
    }
    var choice = lookup.getNow();
    chosen.accept(choice.certificate());
    var handler = choice.context().newHandler(ctx.alloc());
    contexts.tlsEngine().finish(handler.engine());
    long spent = MILLISECONDS.convert(ctx.executor().ticker().nanoTime() - began, NANOSECONDS);
    handler.setHandshakeTimeoutMillis(Math.max(1, timeoutMillis - spent));
    ctx.pipeline().replace(this, SslHandler.class.getName(), handler);
  }
}
