package org.popinjay.pop3.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.popinjay.pop3.Pop3Service;
import org.popinjay.pop3.command.ParseResult;
import org.popinjay.pop3.command.ParseResult.Fatal;
import org.popinjay.pop3.command.ParseResult.Foreign;
import org.popinjay.pop3.command.ParseResult.Parsed;
import org.popinjay.pop3.command.ParseResult.Rejected;
import org.popinjay.pop3.command.Pop3Command;
import org.popinjay.pop3.command.Pop3Verb;
import org.popinjay.pop3.response.Pop3Response;
import org.popinjay.pop3.response.Pop3Response.Err;
import org.popinjay.pop3.response.Wording;
import org.popinjay.pop3.session.Outcome;
import org.popinjay.pop3.session.Pop3Session;
import org.popinjay.pop3.session.SessionEnd;
import org.popinjay.wire.AutologoutHandler;
import org.popinjay.wire.CommandLane;
import org.popinjay.wire.Connection;
import org.popinjay.wire.CrlfLineDecoder;
import org.popinjay.wire.Farewell;
import org.popinjay.wire.Intake;
import org.popinjay.wire.ResponseSink;
import org.popinjay.wire.SessionEvents.Limit;
import org.popinjay.wire.WriteGate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A session with an open maildrop, from sign-in to the close.
///
/// Feeds the lane and decides how it all ends. Whoever runs the session's commands at the moment
/// (the event loop, or the lane's thread) owns its state. What comes from elsewhere meanwhile (the
/// client's end, a takeover, the end of the server) is noted on the event loop and acted upon when
/// the lane has come to rest.
///
/// What was received before the client went away is carried out, up to a message that could not be
/// sent any more: a QUIT that was received counts, but never behind mail that got lost on the way.
final class Pop3SessionHandler extends ChannelInboundHandlerAdapter
    implements CommandLane.Work<ParseResult> {
  private static final Logger LOG = LoggerFactory.getLogger(Pop3SessionHandler.class);

  private final Pop3Service service;
  private final Connection connection;
  private final ResponseSink sink;
  private final Pop3Session session;
  private final Pop3Response capabilities;
  private final Pop3ResponseStream stream;
  private final CommandLane<ParseResult> lane;
  private final CommandRuns runs;
  private final SessionRecord record;

  private int badInRow;

  /// How the commands themselves ended the session. Of whoever runs them.
  private @Nullable SessionEnd end;

  /// How something else ended it. On the event loop.
  private @Nullable SessionEnd interruption;

  private boolean closing;

  /// Closing, but only once the client has finished its sentence.
  private boolean gentle;

  private boolean finished;

  Pop3SessionHandler(
      Pop3Service service,
      Connection connection,
      Pop3Session session,
      Pop3Response capabilities,
      SessionRecord record) {
    this.service = service;
    this.connection = connection;
    this.sink = connection.sink();
    this.session = session;
    this.capabilities = capabilities;
    this.record = record;
    this.stream = new Pop3ResponseStream(connection, service.permits(), record);
    this.runs = new CommandRuns(service.events());
    this.lane =
        new CommandLane<>(
            connection.loop(),
            service.lanes(),
            connection.intake(),
            service.limits().queuedCommands(),
            this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (closing) {
      return;
    }
    if (!(message instanceof ParseResult input)) {
      throw new IllegalStateException("unexpected message " + message.getClass());
    }
    lane.submit(input);
    if (!lane.busy() && end != null) {
      close();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!lane.busy() && !closing) {
      rest();
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
      case Farewell _ -> {
        lane.forget();
        interrupt(SessionEnd.SHUTDOWN);
      }
      case AutologoutHandler.Expired _ -> {
        if (!lane.busy()) {
          service.sessionEvents().limitReached(Limit.IDLE_TIMEOUT);
          interrupt(SessionEnd.IDLE);
        }
      }
      case CrlfLineDecoder.Stalled _ -> {
        if (!lane.busy()) {
          connection.limitReached(Limit.LINE_STALL);
          interrupt(SessionEnd.IDLE);
        }
      }
      case WriteGate.Stalled _ -> {
        connection.limitReached(Limit.WRITE_STALL_TIMEOUT);
        interrupt(SessionEnd.WRITE_STALL);
      }
      default -> ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closing = true;
    if (!lane.busy()) {
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

  /// Another session has the maildrop now. On the event loop.
  void takenOver() {
    if (session.updating()) {
      return;
    }
    interrupt(SessionEnd.TAKEN_OVER);
    if (lane.busy()) {
      var _ = connection.channel().close();
    }
  }

  @Override
  public boolean immediate(ParseResult input) {
    return !(input instanceof Parsed(Pop3Command command))
        || service.dispatcher().immediate(session, command);
  }

  @Override
  public void perform(ParseResult input) {
    if (end != null) {
      return;
    }
    switch (input) {
      case Parsed(Pop3Command command) -> carryOut(command);
      case Rejected(String reason) -> bad(new Err(reason));
      case Foreign _ -> bad(Wording.UNKNOWN);
      case Fatal(String reason) -> {
        stream.send(new Err(reason));
        end = SessionEnd.BAD_COMMANDS;
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

  private void carryOut(Pop3Command command) {
    badInRow = 0;
    runs.begin(command.verb());
    var outcome = service.dispatcher().dispatch(session, command, stream, capabilities);
    runs.end(outcome);
    if (command instanceof Pop3Command.Quit) {
      end = outcome == Outcome.DONE ? SessionEnd.QUIT : SessionEnd.UPDATE_FAILED;
    } else if (outcome == Outcome.CUT_OFF) {
      end = sink.gone() ? SessionEnd.CLIENT_GONE : SessionEnd.STORE_FAILED;
    }
  }

  private void bad(Err answer) {
    runs.begin(Pop3Verb.UNKNOWN);
    runs.end(Outcome.REFUSED);
    badInRow++;
    if (badInRow < service.limits().badCommandsAfterLogin()) {
      stream.send(answer);
    } else {
      connection.limitReached(Limit.BAD_COMMANDS);
      stream.send(Wording.TOO_MANY_ERRORS);
      end = SessionEnd.BAD_COMMANDS;
    }
  }

  @Override
  public void failed(Throwable fault) {
    LOG.error("session {}: fault in a command", connection.id(), fault);
    if (!stream.unfinished()) {
      stream.send(Wording.fault(connection.id().toString()));
    }
    end = SessionEnd.FAULT;
  }

  @Override
  public void idle() {
    connection.autologout().signOfLife();
    if (!connection.channel().isActive()) {
      finish();
    } else if (end != null || interruption != null) {
      close();
    } else {
      rest();
    }
  }

  /// The batch is over: what was collected is sent.
  private void rest() {
    runs.report();
    sink.rest();
    if (!sink.open()) {
      connection.intake().pause(Intake.Reason.OUTPUT);
    }
  }

  private void interrupt(SessionEnd why) {
    if (interruption == null) {
      interruption = why;
    }
    if (!lane.busy() && !closing) {
      close();
    }
  }

  /// Says the last words, if there are any, and closes.
  private void close() {
    closing = true;
    connection.intake().stop();
    if (end == null) {
      if (interruption == SessionEnd.TAKEN_OVER) {
        stream.send(Wording.TAKEN_OVER);
      } else if (interruption == SessionEnd.SHUTDOWN) {
        stream.send(Wording.SHUTTING_DOWN);
      }
    }
    runs.report();
    gentle = end == SessionEnd.BAD_COMMANDS;
    if (gentle) {
      sink.closeGently();
    } else {
      sink.close();
    }
  }

  /// The connection is closed and the lane at rest.
  private void finish() {
    if (finished) {
      return;
    }
    finished = true;
    runs.report();
    sink.discard();
    session.maildrop().close();
    record.ended(session, why());
  }

  private SessionEnd why() {
    if (end != null && end != SessionEnd.CLIENT_GONE) {
      return end;
    }
    return interruption == null ? SessionEnd.CLIENT_GONE : interruption;
  }
}
