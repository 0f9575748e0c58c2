package org.popinjay.imap.netty;

import io.netty.channel.ChannelHandlerContext;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.ImapService;
import org.popinjay.imap.ImapTerms;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.ImapVerb;
import org.popinjay.imap.command.ParseResult;
import org.popinjay.imap.command.TaggedCommand;
import org.popinjay.imap.handler.ImapDispatcher;
import org.popinjay.imap.parse.ImapFrame;
import org.popinjay.imap.parse.ImapInput;
import org.popinjay.imap.response.Condition;
import org.popinjay.imap.response.ImapResponse;
import org.popinjay.imap.response.ImapResponse.Completion;
import org.popinjay.imap.response.ImapResponse.Notice;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.imap.session.Outcome;
import org.popinjay.imap.session.UntaggedNews;
import org.popinjay.imap.session.UserSessions;
import org.popinjay.mailstore.Account;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.wire.CommandRuns;
import org.popinjay.wire.Connection;
import org.popinjay.wire.SessionEnd;
import org.popinjay.wire.SessionEvents.Limit;
import org.popinjay.wire.SessionHandler;
import org.popinjay.wire.SessionState;

/// A session from sign-in to the close.
///
/// While the client idles (RFC 9051, section 6.3.13) there is neither a thread nor a buffer: a
/// change of the mailbox gives the lane something to do.
final class ImapSessionHandler extends SessionHandler<ImapSessionHandler.Task>
    implements ImapSession.Surroundings, UserSessions.Seat {

  /// Silence that makes a session one that gives way to a newer one.
  private static final Duration IDLE_MIN = Duration.ofSeconds(60);

  private static final long NOTHING = 0;

  private static final ImapResponse GO_AHEAD = new ImapResponse.Continuation("go ahead");

  private final ImapService service;
  private final ImapTerms terms;
  private final ImapSession session;
  private final ImapResponseStream stream;
  private final CommandRuns<ImapVerb> runs;
  private final SessionRecord record;
  private final Heartbeat heartbeat;
  private final String user;

  /// Commands that wait and name sequence numbers.
  private final AtomicInteger numbersWaiting = new AtomicInteger();

  /// Since when there is news that nobody has heard of; [#NOTHING] if there is none.
  private final AtomicLong changed = new AtomicLong(NOTHING);

  private int badInRow;

  /// Tag of the IDLE that goes on. Of whoever runs the commands.
  private @Nullable String idling;

  /// A client that waits for leave to send a literal. On the event loop.
  private @Nullable Runnable go;

  /// Since when there is news that came while the lane was busy, or [#NOTHING]. On the event loop.
  private long newsDue = NOTHING;

  /// What others may know of it.
  private volatile boolean working;

  private volatile boolean idle;

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
    ///
    /// @param since when the store knew of it, as [System#nanoTime]
    record TellNews(long since) implements Task {}
  }

  ImapSessionHandler(
      ImapService service, ImapTerms terms, Connection connection, Account account, String user) {
    super(
        connection,
        service.facilities().lane(user),
        terms.limits(),
        terms.settings().idleTimeout());
    this.terms = terms;
    this.service = service;
    this.user = user;
    this.session = new ImapSession(account, terms.announced().afterSignIn(), this);
    this.stream = new ImapResponseStream(connection.sink(), session);
    this.record = new SessionRecord(connection, user, service.events());
    this.runs = new CommandRuns<>(service.events()::commands, ImapVerb.UNKNOWN);
    this.heartbeat = new Heartbeat(connection, stream, this::beat);
  }

  // Coming and going.

  /// Takes a place among the user's sessions; false if there is none.
  boolean enter() {
    return service.users().admit(user, this, terms.limits());
  }

  /// The client went away before it was told that it is signed in.
  void abandon() {
    service.users().leave(user, this);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    service.users().leave(user, this);
    super.channelInactive(ctx);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof DeflateHandler.Refused) {
      connection().limitReached(Limit.BAD_COMMANDS);
      interrupt(SessionEnd.BAD_COMMANDS);
    } else {
      super.userEventTriggered(ctx, event);
    }
  }

  /// A client waits for leave to send a literal: it has it as soon as all before is answered.
  void awaitTurn(Runnable turn) {
    if (busy()) {
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
    stream.flush();
    turn.run();
  }

  // What others tell.

  @Override
  public boolean numbersWaiting() {
    return numbersWaiting.get() > 0;
  }

  @Override
  public void mailboxChanged() {
    if (changed.compareAndSet(NOTHING, System.nanoTime() | 1)) {
      try {
        connection().loop().execute(() -> hearChange(changed.getAndSet(NOTHING)));
      } catch (RejectedExecutionException _) {
        // The server is gone, and the client with it.
      }
    }
  }

  private void hearChange(long since) {
    if (closing()) {
      return;
    }
    if (busy()) {
      newsDue = newsDue == NOTHING ? since : newsDue;
    } else if (idling != null) {
      submit(new Task.TellNews(since));
    }
  }

  @Override
  public void storeFailed(String doing, StoreFailure failure) {
    record.storeFailed(doing, failure);
  }

  @Override
  public void limitReached(Limit limit) {
    connection().limitReached(limit);
  }

  @Override
  public InetAddress address() {
    return connection().address();
  }

  @Override
  public Optional<Duration> idleFor() {
    var silence = connection().autologout().silence();
    boolean givesWay = !working && (idle || silence.compareTo(IDLE_MIN) > 0);
    return givesWay ? Optional.of(silence) : Optional.empty();
  }

  @Override
  public SessionState state() {
    if (idle) {
      return SessionState.IDLING;
    }
    return session.selected() == null ? SessionState.AUTHENTICATED : SessionState.SELECTED;
  }

  @Override
  public Optional<String> mailbox() {
    var selected = session.selected();
    return selected == null ? Optional.empty() : Optional.of(selected.name().text());
  }

  @Override
  public void replaced() {
    service.events().replaced();
    connection().loop().execute(() -> interrupt(SessionEnd.REPLACED));
  }

  // The lane.

  @Override
  protected Task task(Object message) {
    if (!(message instanceof ImapInput input)) {
      throw new IllegalStateException("unexpected message " + message.getClass());
    }
    if (namesNumbers(input)) {
      numbersWaiting.incrementAndGet();
    }
    working = true;
    return new Task.Hear(input);
  }

  @Override
  public int octets(Task task) {
    return task instanceof Task.Hear hear && hear.input instanceof ImapFrame frame
        ? frame.octets().length
        : 0;
  }

  @Override
  public boolean immediate(Task task) {
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
          terms.dispatcher().immediate(session, command);
      case ParseResult.Rejected _, ParseResult.BeyondLimit _ -> frame.messages() == null;
    };
  }

  /// Parses a frame when all before it was carried out, since that may change how it is to be read.
  private ParseResult parsed(Task.Hear hear, ImapFrame frame) {
    var parsed = hear.parsed;
    if (parsed == null) {
      parsed = terms.parser().parse(frame, session.dialect());
      hear.parsed = parsed;
      if (parsed instanceof ParseResult.Parsed(TaggedCommand(_, var command)) && command.secret()) {
        frame.wipe();
      }
    }
    return parsed;
  }

  @Override
  protected void carryOut(Task task) {
    switch (task) {
      case Task.TellNews(long since) -> tellNews(since);
      case Task.Hear hear -> {
        if (namesNumbers(hear.input)) {
          numbersWaiting.decrementAndGet();
        }
        switch (hear.input) {
          case ImapFrame frame -> hear(hear, frame);
          case ImapInput.Refused(var tag, var excess) -> bad(LastWords.answer(tag, excess));
          case ImapInput.Fatal _ -> part(LastWords.ENDLESS, SessionEnd.BAD_COMMANDS);
        }
      }
    }
  }

  @Override
  protected boolean readsOnly(Task task) {
    return task instanceof Task.Hear hear
        && hear.input instanceof ImapFrame frame
        && idling == null
        && parsed(hear, frame) instanceof ParseResult.Parsed(TaggedCommand(_, var command))
        && ImapDispatcher.readsOnly(command);
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
          bad(LastWords.rejected(tag, reason));
        }
      }
      case ParseResult.BeyondLimit(var tag, var limit, var reason) -> {
        limitReached(limit);
        if (refuse(frame)) {
          bad(LastWords.beyondLimit(tag, reason));
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
    var outcome = terms.dispatcher().dispatch(session, tagged, stream);
    switch (outcome) {
      case Outcome.Completed(var condition, var code, var text) -> {
        runs.end(condition == Condition.OK);
        stream.send(new Completion(tagged.tag(), condition, code, text));
        badInRow = condition == Condition.BAD ? badInRow + 1 : 0;
        if (condition == Condition.OK) {
          completed(command);
        } else if (badInRow >= terms.limits().badCommandsAfterLogin()) {
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
        cutOff();
      }
    }
  }

  /// What a command brings about besides its answer.
  private void completed(ImapCommand command) {
    if (command instanceof ImapCommand.Logout) {
      end(SessionEnd.SIGNED_OFF);
    } else if (command instanceof ImapCommand.Compress) {
      onLoop(this::startCompression);
    }
  }

  /// The octet behind the completion is compressed, and so is what the client sends when it has
  /// read it.
  private void startCompression() {
    stream.flush();
    connection().putNextToNetwork(new DeflateHandler());
  }

  /// Does something that only the event loop may do, and waits for it.
  private void onLoop(Runnable work) {
    if (connection().loop().inEventLoop()) {
      work.run();
    } else {
      connection().loop().submit(work).syncUninterruptibly();
    }
  }

  private void tellNews(long since) {
    if (idling == null) {
      return;
    }
    switch (UntaggedNews.tell(session, stream, UntaggedNews.Rule.ALL)) {
      case null -> service.events().announced(System.nanoTime() - since);
      case Outcome.Ended(var code, var text) ->
          part(LastWords.bye(code, text), SessionEnd.MAILBOX_GONE);
      case Outcome.CutOff _ -> cutOff();
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
    if (badInRow >= terms.limits().badCommandsAfterLogin()) {
      tooManyErrors();
    }
  }

  private void tooManyErrors() {
    connection().limitReached(Limit.BAD_COMMANDS);
    part(LastWords.TOO_MANY_ERRORS, SessionEnd.BAD_COMMANDS);
  }

  private void part(Notice lastWords, SessionEnd why) {
    stream.send(lastWords);
    end(why);
  }

  @Override
  protected void sayFault() {
    if (!stream.unfinished()) {
      stream.send(LastWords.fault(connection().id().toString()));
    }
  }

  @Override
  protected void sayFarewell(SessionEnd why) {
    var lastWords = LastWords.of(why);
    if (lastWords != null) {
      stream.send(lastWords);
    }
  }

  @Override
  protected boolean silenceCounts() {
    return super.silenceCounts() && idling == null;
  }

  @Override
  protected boolean waitsForNews() {
    return idling != null;
  }

  @Override
  protected void inputStalled() {
    connection().limitReached(Limit.LINE_STALL);
    interrupt(SessionEnd.IDLE);
  }

  @Override
  protected void begun() {
    record.begun();
  }

  @Override
  protected void report() {
    runs.report();
  }

  @Override
  protected void rested() {
    working = false;
    if (idle != (idling != null)) {
      idle = !idle;
      service.events().idling(idle ? 1 : -1);
    }
    heartbeat.run(idle);
    var turn = go;
    go = null;
    if (turn != null) {
      giveTurn(turn);
    }
    long since = newsDue;
    newsDue = NOTHING;
    if (since != NOTHING) {
      hearChange(since);
    }
  }

  private void beat() {
    if (!busy() && !closing()) {
      stream.send(new Notice(Condition.OK, "still here"));
      rest();
    }
  }

  /// What holds files is let go on a lane.
  @Override
  protected void ended(SessionEnd why) {
    heartbeat.run(false);
    if (idle) {
      service.events().idling(-1);
    }
    record.ended(session.counts(), runs.begun(), why);
    if (session.selected() != null) {
      try {
        disk().execute(session::leave);
      } catch (RejectedExecutionException _) {
        // The server is stopping, and the store lets go of all files.
      }
    }
  }

  /// Whether a frame looks like a command with sequence numbers, without reading all of it.
  private static boolean namesNumbers(ImapInput input) {
    return input instanceof ImapFrame frame
        && switch (frame.verb()) {
          case "FETCH", "STORE", "SEARCH", "COPY", "MOVE" -> true;
          default -> false;
        };
  }
}
