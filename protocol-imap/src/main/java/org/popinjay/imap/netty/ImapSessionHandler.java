package org.popinjay.imap.netty;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.ImapService;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.ImapVerb;
import org.popinjay.imap.command.ParseResult;
import org.popinjay.imap.command.TaggedCommand;
import org.popinjay.imap.parse.ImapFrame;
import org.popinjay.imap.parse.ImapInput;
import org.popinjay.imap.response.Condition;
import org.popinjay.imap.response.ImapResponse;
import org.popinjay.imap.response.ImapResponse.Completion;
import org.popinjay.imap.response.ImapResponse.Notice;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.imap.session.Outcome;
import org.popinjay.imap.session.SessionEnd;
import org.popinjay.imap.session.UntaggedNews;
import org.popinjay.imap.session.UserSessions;
import org.popinjay.mailstore.Account;
import org.popinjay.mailstore.StoreFailure;
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

/// A session from sign-in to the close.
///
/// Feeds the lane and decides how it all ends. Whoever runs the session's commands at the moment
/// (the event loop, or the lane's thread) owns its state. What comes from elsewhere meanwhile (news
/// of the mailbox, the client's end, a newer connection, the end of the server) is noted on the
/// event loop and acted upon when the lane has come to rest.
///
/// While the client idles (RFC 9051, section 6.3.13) there is neither a thread nor a buffer: a
/// change of the mailbox gives the lane something to do.
final class ImapSessionHandler extends ChannelInboundHandlerAdapter
    implements CommandLane.Work<ImapSessionHandler.Task>,
        ImapSession.Surroundings,
        UserSessions.Seat {
  private static final Logger LOG = LoggerFactory.getLogger(ImapSessionHandler.class);

  /// Silence that makes a session one that gives way to a newer one.
  private static final Duration IDLE_MIN = Duration.ofSeconds(60);

  private static final ImapResponse GO_AHEAD = new ImapResponse.Continuation("go ahead");

  private final ImapService service;
  private final Connection connection;
  private final ResponseSink sink;
  private final ImapSession session;
  private final ImapResponseStream stream;
  private final CommandLane<Task> lane;
  private final CommandRuns runs;
  private final SessionRecord record;
  private final Heartbeat heartbeat;
  private final String user;

  /// Commands that wait and name sequence numbers.
  private final AtomicInteger numbersWaiting = new AtomicInteger();

  private final AtomicBoolean changed = new AtomicBoolean();

  private int badInRow;

  /// Tag of the IDLE that goes on. Of whoever runs the commands.
  private @Nullable String idling;

  /// How the commands themselves ended the session. Of whoever runs them.
  private @Nullable SessionEnd end;

  /// How something else ended it. On the event loop.
  private @Nullable SessionEnd interruption;

  /// A client that waits for leave to send a literal. On the event loop.
  private @Nullable Runnable go;

  /// Whether news came while the lane was busy. On the event loop.
  private boolean newsDue;

  /// What others may know of it.
  private volatile boolean working;

  private volatile boolean idle;

  private boolean closing;

  /// Closing, but only once the client has finished its sentence.
  private boolean gentle;

  private boolean finished;

  /// Something for the lane to do.
  sealed interface Task {
    /// To answer what the client sent.
    final class Hear implements Task {
      private final ImapInput input;
      private @Nullable ParseResult parsed;

      Hear(ImapInput input) {
        this.input = input;
      }
    }

    /// To tell an idling client what is new.
    enum TellNews implements Task {
      /// There is one kind only.
      TELL_NEWS
    }
  }

  ImapSessionHandler(ImapService service, Connection connection, Account account, String user) {
    this.service = service;
    this.connection = connection;
    this.user = user;
    this.sink = connection.sink();
    this.session = new ImapSession(account, service.announced().afterSignIn(), this);
    this.stream = new ImapResponseStream(connection, service.permits(), session);
    this.record = new SessionRecord(connection, user, service.events());
    this.runs = new CommandRuns(service.events());
    this.heartbeat = new Heartbeat(connection);
    this.lane =
        new CommandLane<>(
            connection.loop(),
            service.lanes(),
            connection.intake(),
            service.limits().queuedCommands(),
            this);
  }

  // Coming and going.

  /// Takes a place among the user's sessions; false if there is none.
  boolean enter() {
    return service.users().admit(user, this);
  }

  /// The client went away before it was told that it is signed in.
  void abandon() {
    service.users().leave(user, this);
  }

  // The pipeline.

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (closing) {
      return;
    }
    if (!(message instanceof ImapInput input)) {
      throw new IllegalStateException("unexpected message " + message.getClass());
    }
    if (namesNumbers(input)) {
      numbersWaiting.incrementAndGet();
    }
    submit(new Task.Hear(input));
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
        if (!lane.busy() && idling == null) {
          service.sessionEvents().limitReached(Limit.IDLE_TIMEOUT);
          interrupt(SessionEnd.IDLE);
        }
      }
      case CrlfLineDecoder.Stalled _ -> {
        connection.limitReached(Limit.LINE_STALL);
        interrupt(SessionEnd.IDLE);
      }
      case WriteGate.Stalled _ -> {
        connection.limitReached(Limit.WRITE_STALL_TIMEOUT);
        interrupt(SessionEnd.WRITE_STALL);
      }
      case DeflateHandler.Refused _ -> {
        connection.limitReached(Limit.BAD_COMMANDS);
        interrupt(SessionEnd.BAD_COMMANDS);
      }
      default -> ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closing = true;
    service.users().leave(user, this);
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

  /// A client waits for leave to send a literal: it has it as soon as all before is answered.
  void awaitTurn(Runnable turn) {
    if (lane.busy()) {
      go = turn;
    } else {
      giveTurn(turn);
    }
  }

  private void giveTurn(Runnable turn) {
    if (idling != null) {
      endIdle(Condition.BAD, "expected DONE");
    }
    stream.send(GO_AHEAD);
    sink.flush();
    turn.run();
  }

  // What others tell.

  @Override
  public boolean numbersWaiting() {
    return numbersWaiting.get() > 0;
  }

  @Override
  public void mailboxChanged() {
    if (!changed.getAndSet(true)) {
      try {
        connection.loop().execute(this::hearChange);
      } catch (RejectedExecutionException _) {
        // The server is gone, and the client with it.
      }
    }
  }

  private void hearChange() {
    changed.set(false);
    if (closing) {
      return;
    }
    if (lane.busy()) {
      newsDue = true;
    } else if (idling != null) {
      submit(Task.TellNews.TELL_NEWS);
    }
  }

  @Override
  public void storeFailed(String doing, StoreFailure failure) {
    record.storeFailed(doing, failure);
  }

  @Override
  public InetAddress address() {
    return connection.address();
  }

  @Override
  public Optional<Duration> idleFor() {
    var silence = connection.autologout().silence();
    boolean givesWay = !working && (idle || silence.compareTo(IDLE_MIN) > 0);
    return givesWay ? Optional.of(silence) : Optional.empty();
  }

  @Override
  public void replaced() {
    service.events().replaced();
    connection.loop().execute(() -> interrupt(SessionEnd.REPLACED));
  }

  // The lane.

  private void submit(Task task) {
    working = true;
    lane.submit(task);
    if (!lane.busy()) {
      settled();
    }
  }

  @Override
  public boolean immediate(Task task) {
    if (end != null) {
      return true;
    }
    return switch (task) {
      case Task.TellNews _ -> false;
      case Task.Hear hear ->
          switch (hear.input) {
            case ImapFrame frame -> immediate(hear, frame);
            case ImapInput.Refused _, ImapInput.Fatal _ -> true;
          };
    };
  }

  private boolean immediate(Task.Hear hear, ImapFrame frame) {
    if (idling != null) {
      return frame.messages() == null;
    }
    return switch (parsed(hear, frame)) {
      case ParseResult.Parsed(TaggedCommand(_, ImapCommand command)) ->
          service.dispatcher().immediate(session, command);
      case ParseResult.Rejected _ -> frame.messages() == null;
    };
  }

  /// Parses a frame when all before it was carried out, since that may change how it is to be read.
  private ParseResult parsed(Task.Hear hear, ImapFrame frame) {
    var parsed = hear.parsed;
    if (parsed == null) {
      parsed = service.parser().parse(frame, session.dialect());
      hear.parsed = parsed;
      if (parsed instanceof ParseResult.Parsed(TaggedCommand(_, var command)) && command.secret()) {
        frame.wipe();
      }
    }
    return parsed;
  }

  @Override
  public void perform(Task task) {
    if (task instanceof Task.Hear hear && namesNumbers(hear.input)) {
      numbersWaiting.decrementAndGet();
    }
    if (end != null) {
      return;
    }
    switch (task) {
      case Task.TellNews _ -> tellNews();
      case Task.Hear hear -> {
        switch (hear.input) {
          case ImapFrame frame -> hear(hear, frame);
          case ImapInput.Refused(var tag, var excess) -> bad(LastWords.answer(tag, excess));
          case ImapInput.Fatal _ -> part(LastWords.ENDLESS, SessionEnd.BAD_COMMANDS);
        }
      }
    }
    if (!sink.open() && connection.loop().inEventLoop()) {
      connection.intake().pause(Intake.Reason.OUTPUT);
    }
  }

  private void hear(Task.Hear hear, ImapFrame frame) {
    if (idling != null) {
      boolean done = frame.done();
      if (done || refuse(frame)) {
        endIdle(done ? Condition.OK : Condition.BAD, done ? "IDLE completed" : "expected DONE");
      }
      return;
    }
    switch (parsed(hear, frame)) {
      case ParseResult.Parsed(TaggedCommand tagged) -> carryOut(tagged);
      case ParseResult.Rejected(var tag, var reason) -> {
        if (refuse(frame)) {
          bad(
              tag == null
                  ? new Notice(Condition.BAD, reason)
                  : new Completion(tag, Condition.BAD, null, reason));
        }
      }
    }
  }

  /// Has the messages thrown away that would come with a command that is not carried out; false if
  /// that is the end.
  private boolean refuse(ImapFrame frame) {
    var messages = frame.messages();
    if (messages == null || messages.refuse()) {
      return true;
    }
    part(LastWords.ENDLESS, SessionEnd.BAD_COMMANDS);
    return false;
  }

  private void carryOut(TaggedCommand tagged) {
    var command = tagged.command();
    runs.begin(command.verb());
    var outcome = service.dispatcher().dispatch(session, tagged, stream);
    switch (outcome) {
      case Outcome.Completed(var condition, var code, var text) -> {
        runs.end(condition == Condition.OK);
        stream.send(new Completion(tagged.tag(), condition, code, text));
        badInRow = condition == Condition.BAD ? badInRow + 1 : 0;
        if (condition == Condition.OK) {
          completed(command);
        } else if (badInRow >= service.limits().badCommandsAfterLogin()) {
          tooManyErrors();
        }
      }
      case Outcome.Continues _ -> {
        runs.end(true);
        badInRow = 0;
        idling = tagged.tag();
      }
      case Outcome.Ended(var code, var text) -> {
        runs.end(false);
        part(LastWords.bye(code, text), SessionEnd.MAILBOX_GONE);
      }
      case Outcome.CutOff _ -> {
        runs.end(false);
        end = sink.gone() ? SessionEnd.CLIENT_GONE : SessionEnd.STORE_FAILED;
      }
    }
  }

  /// What a command brings about besides its answer.
  private void completed(ImapCommand command) {
    if (command instanceof ImapCommand.Logout) {
      end = SessionEnd.LOGOUT;
    } else if (command instanceof ImapCommand.Compress) {
      onLoop(this::startCompression);
    }
  }

  /// The octet behind the completion is compressed, and so is what the client sends when it has
  /// read it.
  private void startCompression() {
    sink.flush();
    connection.channel().pipeline().addFirst(new DeflateHandler());
  }

  /// Does something that only the event loop may do, and waits for it.
  private void onLoop(Runnable work) {
    if (connection.loop().inEventLoop()) {
      work.run();
    } else {
      connection.loop().submit(work).syncUninterruptibly();
    }
  }

  private void tellNews() {
    if (idling == null) {
      return;
    }
    switch (UntaggedNews.tell(session, stream, UntaggedNews.Rule.ALL)) {
      case null -> {}
      case Outcome.Ended(var code, var text) ->
          part(LastWords.bye(code, text), SessionEnd.MAILBOX_GONE);
      case Outcome.CutOff _ -> end = SessionEnd.CLIENT_GONE;
      case Outcome.Completed _, Outcome.Continues _ ->
          throw new IllegalStateException("news that completes a command");
    }
  }

  private void endIdle(Condition condition, String text) {
    stream.send(new Completion(String.valueOf(idling), condition, null, text));
    idling = null;
  }

  private void bad(ImapResponse answer) {
    runs.begin(ImapVerb.UNKNOWN);
    runs.end(false);
    stream.send(answer);
    badInRow++;
    if (badInRow >= service.limits().badCommandsAfterLogin()) {
      tooManyErrors();
    }
  }

  private void tooManyErrors() {
    connection.limitReached(Limit.BAD_COMMANDS);
    part(LastWords.TOO_MANY_ERRORS, SessionEnd.BAD_COMMANDS);
  }

  private void part(Notice lastWords, SessionEnd why) {
    stream.send(lastWords);
    end = why;
  }

  @Override
  public void failed(Throwable fault) {
    LOG.error("session {}: fault in a command", connection.id(), fault);
    if (!stream.unfinished()) {
      stream.send(LastWords.fault(connection.id().toString()));
    }
    end = SessionEnd.FAULT;
  }

  @Override
  public void idle() {
    connection.autologout().signOfLife();
    if (!connection.channel().isActive()) {
      finish();
    } else {
      settled();
    }
  }

  /// The lane has come to rest. On the event loop.
  private void settled() {
    working = false;
    if (idle != (idling != null)) {
      idle = !idle;
      service.events().idling(idle ? 1 : -1);
    }
    if (closing) {
      return;
    }
    if (end != null || interruption != null) {
      close();
      return;
    }
    rest();
    heartbeat.run(idle);
    var turn = go;
    go = null;
    if (turn != null) {
      giveTurn(turn);
    }
    if (newsDue) {
      newsDue = false;
      hearChange();
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
    heartbeat.run(false);
    connection.intake().stop();
    var lastWords = end == null ? lastWords() : null;
    if (lastWords != null) {
      stream.send(lastWords);
    }
    runs.report();
    gentle = why() == SessionEnd.BAD_COMMANDS;
    if (gentle) {
      sink.closeGently();
    } else {
      sink.close();
    }
  }

  private @Nullable Notice lastWords() {
    return switch (interruption) {
      case IDLE -> LastWords.IDLE_TOO_LONG;
      case REPLACED -> LastWords.REPLACED;
      case SHUTDOWN -> LastWords.SHUTTING_DOWN;
      case BAD_COMMANDS -> LastWords.NOT_DEFLATE;
      case null, default -> null;
    };
  }

  /// The connection is closed and the lane at rest. What holds files is let go on a lane.
  private void finish() {
    if (finished) {
      return;
    }
    finished = true;
    heartbeat.run(false);
    if (idle) {
      service.events().idling(-1);
    }
    runs.report();
    sink.discard();
    record.ended(session.counts(), why());
    if (session.selected() != null) {
      service.lanes().execute(session::leave);
    }
  }

  private SessionEnd why() {
    if (end != null && end != SessionEnd.CLIENT_GONE) {
      return end;
    }
    return interruption == null ? SessionEnd.CLIENT_GONE : interruption;
  }

  /// Whether a frame looks like a command with sequence numbers, without reading all of it.
  private static boolean namesNumbers(ImapInput input) {
    return input instanceof ImapFrame frame
        && switch (frame.verb()) {
          case "FETCH", "STORE", "SEARCH", "COPY", "MOVE" -> true;
          default -> false;
        };
  }

  /// Shows an idling client and everything between that the connection is alive (RFC 9051, section
  /// 6.3.13), unless it heard of something else meanwhile. On the event loop.
  ///
  /// All sessions of one address beat at the same moments, so that a telephone's radio wakes once;
  /// different addresses differ by up to a tenth.
  private final class Heartbeat {
    private static final Duration MEAN = Duration.ofSeconds(270);

    private final long period;
    private @Nullable ScheduledFuture<?> timer;
    private long sent;

    Heartbeat(Connection connection) {
      int spread = Math.floorMod(connection.address().hashCode() * 0x9E3779B9, 201) - 100;
      this.period = MEAN.toNanos() + MEAN.toNanos() / 1000 * spread;
    }

    void run(boolean wanted) {
      if (wanted && timer == null) {
        arm();
      } else if (!wanted && timer != null) {
        timer.cancel(false);
        timer = null;
      }
    }

    private void arm() {
      sent = stream.sent();
      long left = period - Math.floorMod(connection.loop().ticker().nanoTime(), period);
      timer = connection.loop().schedule(this::beat, left, NANOSECONDS);
    }

    private void beat() {
      timer = null;
      if (!lane.busy() && !closing && stream.sent() == sent) {
        stream.send(new Notice(Condition.OK, "still here"));
        rest();
      }
      run(idle && !closing);
    }
  }
}
