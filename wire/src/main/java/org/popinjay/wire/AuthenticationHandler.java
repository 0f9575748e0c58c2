package org.popinjay.wire;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.popinjay.auth.AuthResult;
import org.popinjay.auth.Credentials;
import org.popinjay.auth.Origin;
import org.popinjay.auth.UserRecord;
import org.popinjay.wire.SessionEvents.Limit;
import org.popinjay.wire.SessionEvents.SignInResult;
import org.popinjay.wire.SignInDialogue.Opening;
import org.popinjay.wire.SignInDialogue.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Owns a connection until somebody is signed in, then makes way for the session.
///
/// Until then no mailbox code is reachable, which is a property of the pipeline and not of a
/// condition in each command. One thing is done at a time: while a password is checked, a mailbox
/// opened or a failure left waiting, nothing more is taken in. Only the check and the opening use a
/// thread, and one for both; a failure that waits has a timer.
///
/// @param <R> answers of the protocol
public final class AuthenticationHandler<R> extends ChannelInboundHandlerAdapter {

  /// Sent down the whole pipeline when somebody has signed in, for those whose limits change by it.
  public enum SignedIn {
    /// There is one kind only.
    SIGNED_IN
  }

  private static final Logger LOG = LoggerFactory.getLogger(AuthenticationHandler.class);

  /// Answers that are sent together while the client pipelines.
  private static final int ANSWERS_OCTETS = 4 * 1024;

  private final Connection connection;
  private final SignInDialogue<R> dialogue;
  private final Facilities facilities;
  private final int failuresMax;
  private final SessionEvents events;

  private final SaslRound<R> sasl;

  private int commands;
  private int failures;
  private boolean checking;
  private boolean inputEnded;
  private @Nullable SessionEnd sentHome;
  private boolean closing;

  /// @param failuresMax failed sign-ins after which the connection is closed
  public AuthenticationHandler(
      Connection connection, SignInDialogue<R> dialogue, Facilities facilities, int failuresMax) {
    this.connection = connection;
    this.dialogue = dialogue;
    this.facilities = facilities;
    this.failuresMax = failuresMax;
    this.events = facilities.events();
    sasl = new SaslRound<>(connection, dialogue, facilities.limits(), events, new Desk());
  }

  /// What an exchange needs done.
  private final class Desk implements SaslRound.Desk<R> {
    @Override
    public void say(R answer) {
      AuthenticationHandler.this.say(answer);
    }

    @Override
    public void failed(R answer) {
      AuthenticationHandler.this.failed(answer);
    }

    @Override
    public void part() {
      AuthenticationHandler.this.part();
    }

    @Override
    public boolean closing() {
      return closing;
    }

    @Override
    public void hold() {
      AuthenticationHandler.this.hold();
    }

    @Override
    public void resume(ChannelHandlerContext ctx, Runnable step) {
      checking = false;
      step.run();
      if (!checking) {
        goOn(ctx);
      }
    }

    @Override
    public void stumbled(Throwable fault) {
      AuthenticationHandler.this.stumbled(fault);
    }

    @Override
    public void check(
        ChannelHandlerContext ctx,
        String mechanism,
        Credentials credentials,
        SaslRound.Admission admission) {
      AuthenticationHandler.this.check(ctx, mechanism, credentials, admission);
    }

    @Override
    public void open(ChannelHandlerContext ctx, String mechanism, long nanos, UserRecord user) {
      AuthenticationHandler.this.open(ctx, mechanism, nanos, user);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    var guest = dialogue.known();
    if (guest.isPresent()) {
      check(ctx, guest.get());
    } else {
      say(dialogue.greeting());
      connection.sink().rest();
      connection.greeted();
    }
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (closing) {
      return;
    }
    if (sasl.goesOn()) {
      sasl.hear(ctx, message);
      return;
    }
    commands++;
    if (commands > facilities.limits().commandsBeforeLogin()) {
      connection.limitReached(Limit.COMMANDS_BEFORE_LOGIN);
      part(dialogue.tooManyCommands());
      return;
    }
    switch (dialogue.hear(message)) {
      case Step.Say<R>(R answer) -> say(answer);
      case Step.Part<R>(R lastWords) -> part(lastWords);
      case Step.Quit<R>(R lastWords) -> quit(lastWords);
      case Step.Leave<R> _ -> leave(ctx);
      case Step.Secure<R>(R answer) -> secure(ctx, answer);
      case Step.HandOver<R>(ChannelHandler successor, Object said) -> {
        ctx.pipeline().replace(this, null, successor);
        ctx.fireChannelRead(said);
      }
      case Step.Check<R> check -> check(ctx, check);
      case Step.Exchange<R> exchange -> sasl.begin(ctx, exchange);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    connection.sink().rest();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      connection.intake().resume(Intake.Reason.OUTPUT);
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case ChannelInputShutdownEvent _ -> {
        inputEnded = true;
        if (closing || !checking) {
          leave(ctx);
        }
      }
      case AutologoutHandler.Expired _ -> {
        connection.limitReached(Limit.LOGIN_TIMEOUT);
        if (closing) {
          leave(ctx);
        } else {
          part(dialogue.tooLate());
        }
      }
      case WriteGate.Stalled _ -> connection.limitReached(Limit.WRITE_STALL_TIMEOUT);
      case InputDecoder.Stalled _ -> {
        connection.limitReached(Limit.LINE_STALL);
        leave(ctx);
      }
      case Farewell(SessionEnd why, Duration _) -> {
        sentHome = why;
        if (!checking && !closing) {
          part(dialogue.farewell(why));
        }
      }
      default -> ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closing = true;
    connection.sink().discard();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable fault) {
    if (fault instanceof IOException) {
      leave(ctx);
    } else {
      stumbled(fault);
    }
  }

  /// Puts TLS into place behind the answer. Octets that came behind the command may be somebody
  /// else's, so that they end the connection; those that are still on their way are taken for a
  /// handshake, and end it too.
  private void secure(ChannelHandlerContext ctx, R answer) {
    if (!connection.intake().nothingBehind()) {
      connection.limitReached(Limit.CLEARTEXT_BEHIND_STARTTLS);
      leave(ctx);
      return;
    }
    say(answer);
    connection.sink().rest();
    connection.secure();
  }

  /// Hears nobody until [#goOn].
  private void hold() {
    checking = true;
    connection.intake().pause(Intake.Reason.SIGN_IN);
    connection.sink().flush();
  }

  private void check(ChannelHandlerContext ctx, Step.Check<R> step) {
    var mechanism = step.mechanism();
    check(ctx, mechanism, step.credentials(), (user, nanos) -> open(ctx, mechanism, nanos, user));
  }

  /// Asks whether the client is who it says it is.
  private void check(
      ChannelHandlerContext ctx,
      String mechanism,
      Credentials credentials,
      SaslRound.Admission admission) {
    hold();
    var origin =
        new Origin(connection.address(), dialogue.protocol(), mechanism, connection.encrypted());
    long began = System.nanoTime();
    var proving = credentials.user();
    var user = credentials.onBehalfOf().orElse(proving);
    var _ =
        facilities
            .authenticator()
            .authenticate(credentials, origin)
            .whenComplete((result, fault) -> {
              if (result instanceof AuthResult.Denied) {
                UwLines.loginFailed(connection, user, proving);
              }
              checked(ctx, mechanism, admission, began, result, fault);
            });
  }

  /// On any thread.
  private void checked(
      ChannelHandlerContext ctx,
      String mechanism,
      SaslRound.Admission admission,
      long began,
      @Nullable AuthResult result,
      @Nullable Throwable fault) {
    long nanos = System.nanoTime() - began;
    switch (result) {
      case null ->
          connection.loop().execute(() -> stumbled(new IllegalStateException("no result", fault)));
      case AuthResult.Granted(UserRecord user) -> admission.admit(user, nanos);
      case AuthResult.Denied(_, Duration answerAfter) ->
          connection.loop().execute(() -> denied(ctx, mechanism, answerAfter, nanos));
      case AuthResult.TemporarilyUnavailable _ ->
          connection.loop().execute(() -> unavailable(ctx, mechanism, nanos));
    }
  }

  private void open(ChannelHandlerContext ctx, String mechanism, long nanos, UserRecord user) {
    facilities.lane(user.name()).execute(() -> openOnLane(ctx, mechanism, nanos, user));
  }

  private void openOnLane(
      ChannelHandlerContext ctx, String mechanism, long nanos, UserRecord user) {
    try {
      var opening = dialogue.open(user);
      if (opening instanceof Opening.Opened<R>) {
        connection.admits(user.name());
      }
      connection.loop().execute(() -> granted(ctx, mechanism, user, opening, nanos));
    } catch (RuntimeException | Error fault) {
      connection.loop().execute(() -> stumbled(fault));
    }
  }

  private void granted(
      ChannelHandlerContext ctx,
      String mechanism,
      UserRecord user,
      Opening<R> opening,
      long nanos) {
    switch (opening) {
      case Opening.Opened<R> opened -> {
        events.signIn(mechanism, SignInResult.GRANTED, nanos);
        if (closing || sentHome != null) {
          opened.abandon().run();
          goOn(ctx);
        } else {
          connection.signedIn(user.name());
          say(opened.answer());
          makeWay(ctx, opened.successor());
        }
      }
      case Opening.Refused<R>(R answer) -> {
        events.signIn(mechanism, SignInResult.NOT_OPENED, nanos);
        failed(answer);
        goOn(ctx);
      }
    }
  }

  private void makeWay(ChannelHandlerContext ctx, ChannelHandler successor) {
    var pipeline = ctx.pipeline();
    pipeline.fireUserEventTriggered(SignedIn.SIGNED_IN);
    pipeline.replace(this, null, successor);
    connection.intake().resume(Intake.Reason.OUTPUT);
    pipeline.fireChannelReadComplete();
    connection.intake().resume(Intake.Reason.SIGN_IN);
    if (inputEnded) {
      pipeline.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
  }

  private void unavailable(ChannelHandlerContext ctx, String mechanism, long nanos) {
    events.signIn(mechanism, SignInResult.UNAVAILABLE, nanos);
    failed(dialogue.unavailable());
    goOn(ctx);
  }

  private void denied(
      ChannelHandlerContext ctx, String mechanism, Duration answerAfter, long nanos) {
    events.signIn(mechanism, SignInResult.DENIED, nanos);
    long left = Math.max(0, answerAfter.toNanos() - nanos);
    var _ = connection.loop().schedule(() -> deniedNow(ctx), left, NANOSECONDS);
  }

  private void deniedNow(ChannelHandlerContext ctx) {
    failures++;
    if (failures >= failuresMax) {
      connection.limitReached(Limit.FAILURES);
      part(dialogue.tooManyFailures());
    } else {
      failed(dialogue.denied());
    }
    goOn(ctx);
  }

  /// Takes the next command in, once there is an answer to the last.
  private void goOn(ChannelHandlerContext ctx) {
    checking = false;
    if (closing) {
      return;
    }
    if (sentHome != null) {
      part(dialogue.farewell(sentHome));
      return;
    }
    connection.sink().rest();
    connection.intake().resume(Intake.Reason.SIGN_IN);
    if (inputEnded && !checking && !closing) {
      leave(ctx);
    }
  }

  private void say(R answer) {
    if (!closing) {
      dialogue.encode(answer, connection.sink().buffer());
      if (connection.sink().buffer().readableBytes() > ANSWERS_OCTETS) {
        connection.sink().flush();
      }
      if (!connection.sink().open()) {
        connection.intake().pause(Intake.Reason.OUTPUT);
      }
    }
  }

  /// A sign-in came to nothing.
  private void failed(R answer) {
    if (dialogue.mayTryAgain()) {
      say(answer);
    } else {
      part(answer);
    }
  }

  private void part(R lastWords) {
    say(lastWords);
    part();
  }

  private void part() {
    if (!closing) {
      closing = true;
      connection.intake().stop();
      connection.sink().closeGently();
    }
  }

  private void quit(R lastWords) {
    say(lastWords);
    closing = true;
    connection.intake().stop();
    connection.sink().close();
  }

  private void leave(ChannelHandlerContext ctx) {
    closing = true;
    connection.intake().stop();
    connection.sink().rest();
    var _ = ctx.close();
  }

  private void stumbled(Throwable fault) {
    LOG.error("session {}: fault during sign-in", connection.id(), fault);
    part(dialogue.fault());
  }
}
