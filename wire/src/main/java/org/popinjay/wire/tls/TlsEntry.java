package org.popinjay.wire.tls;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.popinjay.wire.tls.TlsEvents.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stands behind the handler of TLS: nothing passes here in either way before the handshake is
/// done, and no fault of TLS later on.
final class TlsEntry extends ChannelDuplexHandler {

  /// A handshake did not come to its end in time.
  enum Late {
    /// There is one kind only.
    LATE
  }

  /// The client wants a protocol that is not spoken here.
  enum OtherProtocol {
    /// There is one kind only.
    OTHER_PROTOCOL
  }

  private static final Logger LOG = LoggerFactory.getLogger(TlsEntry.class);

  private final TlsEvents events;
  private final boolean greets;
  private final Consumer<TlsSession> secured;

  private @Nullable ServerCertificate shown;
  private boolean done;
  private boolean failed;

  /// @param greets whether the connection begins behind the handshake, and not ahead of it
  /// @param secured hears what was agreed upon
  TlsEntry(TlsEvents events, boolean greets, Consumer<TlsSession> secured) {
    this.events = events;
    this.greets = greets;
    this.secured = secured;
  }

  /// Learns which certificate is shown.
  void shows(ServerCertificate certificate) {
    shown = certificate;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (done || !greets) {
      ctx.fireChannelActive();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (done) {
      ctx.fireChannelRead(message);
    } else {
      ReferenceCountUtil.release(message);
      var _ = ctx.close();
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (done) {
      var _ = ctx.write(message, promise);
    } else {
      // Last words at a stop, to a client that waits for TLS.
      ReferenceCountUtil.release(message);
      promise.trySuccess();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case SslHandshakeCompletionEvent completion when completion.isSuccess() -> enter(ctx);
      case SslHandshakeCompletionEvent completion -> failed(ctx, completion.cause());
      case Late _ -> failed(ctx, new SslHandshakeTimeoutException("no first message in time"));
      // The client's end, told by TLS.
      case SslCloseCompletionEvent close when close.isSuccess() ->
          ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      case SslCompletionEvent _ -> {}
      case OtherProtocol _ -> end(Outcome.OTHER_PROTOCOL, null);
      default -> ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable fault) {
    var cause =
        fault instanceof DecoderException && fault.getCause() != null ? fault.getCause() : fault;
    if (!done || cause instanceof SSLException) {
      failed(ctx, cause);
    } else {
      ctx.fireExceptionCaught(fault);
    }
  }

  private void enter(ChannelHandlerContext ctx) {
    var handler = ctx.pipeline().get(SslHandler.class);
    if (done || failed || handler == null || shown == null) {
      return;
    }
    done = true;
    var session = TlsSession.of(handler.engine().getSession(), shown);
    events.handshake(session.version(), Outcome.DONE);
    secured.accept(session);
    if (greets) {
      ctx.fireChannelActive();
      ctx.fireChannelReadComplete();
    }
  }

  private void failed(ChannelHandlerContext ctx, @Nullable Throwable cause) {
    if (done) {
      LOG.debug("{}: TLS ends: {}", ctx.channel(), String.valueOf(cause));
    } else {
      end(
          switch (cause) {
            case NotSslRecordException _ -> Outcome.NO_TLS;
            case SslHandshakeTimeoutException _ -> Outcome.TIMEOUT;
            case null, default -> Outcome.FAILED;
          },
          cause);
    }
    var _ = ctx.close();
  }

  private void end(Outcome outcome, @Nullable Throwable cause) {
    if (!failed && !done) {
      failed = true;
      events.handshake("", outcome);
      LOG.debug("handshake: {} {}", outcome, String.valueOf(cause));
    }
  }
}
