package org.popinjay.wire;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.LimitsConfig;
import org.popinjay.wire.SessionEvents.Limit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A session from sign-in to the close, whatever it speaks: feeds the lane and decides how it all
/// ends.
///
/// Whoever runs the session's commands at the moment (the event loop, or the lane's thread) owns
/// its state. What comes from elsewhere meanwhile (the client's end, a newer session, the end of
/// the server) is noted on the event loop and acted upon when the lane has come to rest.
///
/// A protocol says what to do with a command ([#perform], [#immediate]), what its last words are
/// and what is to be let go.
///
/// @param <C> what the lane carries out
public abstract class SessionHandler<C> extends ChannelInboundHandlerAdapter
    implements CommandLane.Work<C>, Occupant {
  private static final Logger LOG = LoggerFactory.getLogger(SessionHandler.class);

  private final Connection connection;
  private final ResponseSink sink;
  private final DiskLane disk;
  private final CommandLane<C> lane;
  private final LimitsConfig limits;
  private final Duration silence;

  /// How the commands themselves ended the session. Of whoever runs them.
  private @Nullable SessionEnd end;

  /// How something else ended it. On the event loop.
  private @Nullable SessionEnd interruption;

  /// The server stops and the client was not told yet.
  private boolean parting;

  private boolean closing;

  /// Closing, but only once the client has finished its sentence.
  private boolean gentle;

  private boolean finished;

  /// @param connection the connection of the session
  /// @param disk runs what may block, in the name of the user
  /// @param limits how much may wait
  /// @param silence of the client that ends the session
  @SuppressWarnings("this-escape") // The lane calls nobody before something is submitted.
  protected SessionHandler(
      Connection connection, DiskLane disk, LimitsConfig limits, Duration silence) {
    this.limits = limits;
    this.silence = silence;
    this.connection = connection;
    this.sink = connection.sink();
    this.disk = disk;
    var room = CommandLane.Room.of(limits);
    this.lane = new CommandLane<>(connection.loop(), disk, connection.intake(), room, this);
  }

  // What a protocol adds.

  /// Makes something for the lane of what the decoder passed on. On the event loop.
  protected abstract C task(Object message);

  /// Carries out a command of a session that has not ended.
  protected abstract void carryOut(C command);

  /// Whether a command only reads, so that it may be left undone once the connection is gone.
  protected abstract boolean readsOnly(C command);

  /// Commands were carried out and the lane rests: what was counted is to be reported. On the event
  /// loop.
  protected abstract void report();

  /// Writes why the session is interrupted, where the protocol has words for it. On the event loop.
  protected abstract void sayFarewell(SessionEnd why);

  /// Writes that a command failed by a fault of ours. On the thread of [#perform].
  protected abstract void sayFault();

  /// The connection is closed and the lane rests: lets go what the session holds. On the event
  /// loop.
  protected abstract void ended(SessionEnd why);

  /// The session begins. On the event loop.
  protected abstract void begun();

  /// The lane came to rest, and the session goes on. On the event loop.
  protected void rested() {}

  /// Whether silence of the client counts; a session that does nothing is one to end. On the event
  /// loop.
  protected boolean silenceCounts() {
    return !lane.busy();
  }

  /// Whether the client only waits for news. On the event loop, while the lane rests.
  protected boolean waitsForNews() {
    return false;
  }

  /// A line or literal that was begun does not go on. On the event loop.
  protected void inputStalled() {
    if (!lane.busy()) {
      connection.limitReached(Limit.LINE_STALL);
      interrupt(SessionEnd.IDLE);
    }
  }

  // What a protocol asks.

  /// The connection.
  protected final Connection connection() {
    return connection;
  }

  /// Whether the lane's thread is at work.
  protected final boolean busy() {
    return lane.busy();
  }

  /// Whether commands are carried out and the client is not what they wait for, so that its silence
  /// is none. From any thread.
  public final boolean working() {
    return lane.busy() && !connection.gate().awaited();
  }

  /// Whether the session is over, but for last words that are on their way.
  protected final boolean closing() {
    return closing;
  }

  /// The commands themselves end the session. From whoever runs them.
  protected final void end(SessionEnd why) {
    end = why;
  }

  /// The session cannot say all that it has to. From whoever runs its commands.
  protected final void cutOff() {
    end = sink.gone() ? SessionEnd.CLIENT_GONE : SessionEnd.STORE_FAILED;
  }

  /// Runs what may block in the name of the user.
  protected final Executor disk() {
    return disk;
  }

  /// Has something done that the client did not ask for. On the event loop.
  protected final void submit(C task) {
    lane.submit(task);
    if (!lane.busy()) {
      settle();
    }
  }

  /// Ends the session as soon as the lane rests. On the event loop.
  protected final void interrupt(SessionEnd why) {
    if (interruption == null) {
      interruption = why;
    }
    if (!lane.busy() && !closing) {
      close();
    }
  }

  /// Sends what was collected: the batch is over. On the event loop.
  protected final void rest() {
    report();
    sink.rest();
    if (!sink.open()) {
      connection.intake().pause(Intake.Reason.OUTPUT);
    }
  }

  /// The client is sent home. Who waits for news hears of it a little later, or when it wants
  /// something.
  private void part(SessionEnd why, Duration waiting) {
    lane.forget();
    if (waiting.isPositive() && !lane.busy() && waitsForNews()) {
      parting = true;
      var _ = connection.loop().schedule(() -> interrupt(why), waiting.toMillis(), MILLISECONDS);
    } else {
      interrupt(why);
    }
  }

  // The pipeline.

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    connection.allow(limits, silence);
    connection.occupiedBy(this);
    begun();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (parting) {
      interrupt(SessionEnd.SHUTDOWN);
    }
    if (closing) {
      return;
    }
    lane.submit(task(message));
    if (!lane.busy() && end != null) {
      close();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (lane.busy()) {
      lane.weigh();
    } else if (!closing) {
      settle();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      connection.autologout().signOfLife();
      connection.intake().resume(Intake.Reason.OUTPUT);
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case ChannelInputShutdownEvent _ -> {
        interrupt(SessionEnd.CLIENT_GONE);
        if (gentle) {
          var _ = ctx.close();
        }
      }
      case Farewell(SessionEnd why, Duration waiting) -> part(why, waiting);
      case AutologoutHandler.Expired _ -> expired();
      case InputDecoder.Stalled _ -> inputStalled();
      case WriteGate.Stalled _ -> {
        connection.limitReached(Limit.WRITE_STALL_TIMEOUT);
        interrupt(SessionEnd.WRITE_STALL);
      }
      default -> ctx.fireUserEventTriggered(event);
    }
  }

  /// Whoever still reads is slow and not silent; that he reads at all is watched by the gate.
  private void expired() {
    if (connection.waitingOutput() > 0) {
      connection.gate().watch();
    } else if (silenceCounts()) {
      connection.limitCounted(Limit.IDLE_TIMEOUT);
      interrupt(SessionEnd.IDLE);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closing = true;
    if (lane.busy()) {
      disk.abandon();
    } else {
      finish();
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable fault) {
    if (!(fault instanceof IOException)) {
      LOG.error("session {}: fault in the pipeline", connection.id(), fault);
      interrupt(SessionEnd.FAULT);
    }
    var _ = ctx.close();
  }

  // The lane.

  @Override
  public final long octetsBesides() {
    return connection.intake().begunOctets() + connection.waitingOutput();
  }

  @Override
  public final void full(Limit limit) {
    connection.limitReached(limit);
  }

  @Override
  public final void perform(C command) {
    if (end != null) {
      return;
    }
    disk.readsOnly(readsOnly(command));
    try {
      carryOut(command);
    } finally {
      disk.readsOnly(false);
      if (lane.busy()) {
        // What the command took is not the client's silence.
        connection.autologout().signOfLife();
      }
    }
    if (sink.space() == 0 && !sink.flushAndWait()) {
      // Whoever sends next finds out; until then only marks are made.
      return;
    }
    if (!sink.open() && connection.loop().inEventLoop()) {
      connection.intake().pause(Intake.Reason.OUTPUT);
    }
  }

  @Override
  public final void failed(Throwable fault) {
    LOG.error("session {}: fault in a command", connection.id(), fault);
    sayFault();
    end = SessionEnd.FAULT;
  }

  @Override
  public final void idle() {
    if (!connection.channel().isActive()) {
      finish();
    } else if (!closing) {
      settle();
    }
  }

  /// What was to be done is done: closes, or waits for more.
  private void settle() {
    if (end != null || interruption != null) {
      close();
    } else {
      rest();
      rested();
    }
  }

  /// Says the last words, if there are any, and closes.
  private void close() {
    closing = true;
    connection.intake().stop();
    if (end == null && interruption != null) {
      sayFarewell(interruption);
    }
    report();
    gentle = why() == SessionEnd.BAD_COMMANDS;
    if (gentle) {
      sink.closeGently();
    } else {
      sink.close();
    }
  }

  private void finish() {
    if (finished) {
      return;
    }
    finished = true;
    report();
    sink.discard();
    ended(why());
  }

  private SessionEnd why() {
    if (end != null && end != SessionEnd.CLIENT_GONE) {
      return end;
    }
    return interruption == null ? SessionEnd.CLIENT_GONE : interruption;
  }
}
