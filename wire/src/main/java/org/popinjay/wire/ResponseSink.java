package org.popinjay.wire;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;
import org.popinjay.wire.trace.HiddenParts;
import org.popinjay.wire.trace.Tap;

/// Where the answers of one connection are collected and sent from.
///
/// Answers gather in one buffer, so that a batch of pipelined commands costs one write. Belongs to
/// whoever runs the session at the moment: the event loop while the lane is idle, the lane's thread
/// while it works. Nothing is held while nothing waits to be sent.
public final class ResponseSink {

  /// Size of a full buffer in octets; a fuller one is sent at once.
  public static final int CHUNK_OCTETS = 64 * 1024;

  /// A buffer with less room than this is sent before a piece of a message is read.
  private static final int PIECE_OCTETS_MIN = CHUNK_OCTETS / 4;

  private static final int FIRST_OCTETS = 512;
  private static final int LINGER_SECONDS = 2;

  private final Channel channel;
  private final WriteGate gate;
  private final AutologoutHandler autologout;
  private @Nullable ByteBuf buffer;
  private volatile @Nullable Tap tap;

  /// Of the buffer, if it was overheard from its start on: what nobody is shown.
  private @Nullable HiddenParts hidden;

  private volatile long sent;

  /// Whether a full buffer was sent since the session was last idle: then the next will be full
  /// too.
  private boolean batch;

  /// @param channel what to write to
  /// @param gate the gate of the same channel
  /// @param autologout watches the time of the same client
  ResponseSink(Channel channel, WriteGate gate, AutologoutHandler autologout) {
    this.channel = channel;
    this.gate = gate;
    this.autologout = autologout;
  }

  /// The buffer to append short answers to; grows as needed.
  public ByteBuf buffer() {
    var current = buffer;
    return current == null ? begin(FIRST_OCTETS) : current;
  }

  /// Octets that the current buffer takes until it is full.
  public int space() {
    return buffer == null ? CHUNK_OCTETS : Math.max(0, CHUNK_OCTETS - buffer.readableBytes());
  }

  /// The current buffer with room for so many octets.
  ///
  /// @param octets at most [#space]
  public ByteBuf room(int octets) {
    var current = buffer;
    if (current == null) {
      current = begin(batch ? CHUNK_OCTETS : Math.max(octets, FIRST_OCTETS));
    }
    return current.ensureWritable(octets);
  }

  private ByteBuf begin(int capacity) {
    var begun = channel.alloc().directBuffer(capacity);
    buffer = begun;
    hidden = tap == null ? null : new HiddenParts();
    return begun;
  }

  /// Keeps the octets that were appended last from whoever looks on: they are text of a message.
  public void hide(int octets) {
    var parts = hidden;
    var current = buffer;
    if (parts != null && current != null) {
      int end = current.readableBytes();
      parts.add(end - octets, end);
    }
  }

  /// Octets sent so far, without what compression and TLS make of them. From any thread.
  public long sentOctets() {
    return sent;
  }

  /// Has what is sent overheard, from the next buffer on. From any thread.
  ///
  /// @param listening null ends it
  void overheardBy(@Nullable Tap listening) {
    tap = listening;
  }

  /// Takes the buffer away from whoever appends to it; null if there is none.
  @SuppressWarnings("NonAtomicVolatileUpdate") // written by whoever runs the session alone
  private @Nullable ByteBuf take() {
    var current = buffer;
    var parts = hidden;
    var listening = tap;
    buffer = null;
    hidden = null;
    if (current != null) {
      sent += current.readableBytes();
      if (parts != null && listening != null) {
        listening.said(current, parts);
      }
    }
    return current;
  }

  /// Sends what was collected. Never waits.
  public void flush() {
    var current = take();
    if (current != null) {
      batch = true;
      var _ = channel.writeAndFlush(current, channel.voidPromise());
    }
  }

  /// Sends what was collected, then waits until the client takes more. On the event loop, where
  /// nobody may wait, it only sends. What it took to have all that is not the client's silence.
  ///
  /// @return false once the connection is gone
  public boolean flushAndWait() {
    autologout.signOfLife();
    flush();
    boolean open = channel.eventLoop().inEventLoop() ? !gate.gone() : gate.await();
    autologout.signOfLife();
    return open;
  }

  /// Finds room for a piece of a long text; a buffer that is nearly full is sent before, as by
  /// [#flushAndWait].
  ///
  /// @param wanted octets of the piece, at least 1
  /// @return octets that there are for it, at most so many; 0 once the connection is gone
  public int roomForPiece(int wanted) {
    boolean enough = space() >= Math.min(wanted, PIECE_OCTETS_MIN);
    return enough || flushAndWait() ? Math.min(wanted, space()) : 0;
  }

  /// Sends what was collected, and that was all for now. On the event loop.
  public void rest() {
    flush();
    batch = false;
  }

  /// Sends what was collected and closes the connection behind it. On the event loop.
  public void close() {
    var _ = last().addListener(ChannelFutureListener.CLOSE);
    gate.watch();
  }

  /// Sends what was collected, says that this was all, and lets the client finish its sentence
  /// before closing: octets that find a closed connection would make the client's system throw our
  /// last words away. On the event loop; what still comes in is to be thrown away, and the client's
  /// own end to be answered with a close.
  public void closeGently() {
    var _ =
        last()
            .addListener(_ -> {
              var tls = channel.pipeline().get(SslHandler.class);
              if (tls == null) {
                endOutput();
              } else {
                var _ = tls.closeOutbound().addListener(_ -> endOutput());
              }
            });
    gate.watch();
  }

  private void endOutput() {
    if (channel instanceof DuplexChannel duplex && duplex.isActive()) {
      var _ = duplex.shutdownOutput();
      var _ = channel.eventLoop().schedule(this::closeNow, LINGER_SECONDS, SECONDS);
    } else {
      closeNow();
    }
  }

  private void closeNow() {
    var _ = channel.close();
  }

  private ChannelFuture last() {
    var current = take();
    return channel.writeAndFlush(current == null ? Unpooled.EMPTY_BUFFER : current);
  }

  /// Throws away what was collected. On the event loop.
  public void discard() {
    if (buffer != null) {
      buffer.release();
      buffer = null;
      hidden = null;
    }
  }

  /// Whether the client takes more output now.
  public boolean open() {
    return gate.open();
  }

  /// Whether the connection is lost.
  public boolean gone() {
    return gate.gone();
  }
}
