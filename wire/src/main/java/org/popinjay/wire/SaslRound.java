package org.popinjay.wire;

import io.netty.channel.ChannelHandlerContext;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.popinjay.auth.Credentials;
import org.popinjay.auth.UserRecord;
import org.popinjay.auth.sasl.SaslBase64;
import org.popinjay.auth.sasl.SaslExchange;
import org.popinjay.config.LimitsConfig;
import org.popinjay.wire.SessionEvents.Limit;
import org.popinjay.wire.SessionEvents.SignInResult;
import org.popinjay.wire.SignInDialogue.Step;

/// The SASL exchange that goes on at a sign-in, if there is one: while it does, the client's lines
/// are its responses and not commands (RFC 4422, section 3). Of the event loop alone.
///
/// @param <R> answers of the protocol
final class SaslRound<R> {
  private final Connection connection;
  private final SignInDialogue<R> dialogue;
  private final LimitsConfig limits;
  private final SessionEvents events;
  private final Desk<R> desk;

  /// The exchange that goes on.
  private Step.@Nullable Exchange<R> round;

  /// Who signed in by it, while the client has still to hear its last words.
  private @Nullable Welcome welcome;

  /// Somebody who signed in.
  private record Welcome(UserRecord user, long nanos) {}

  /// What is done for somebody who is who he says. On any thread.
  interface Admission {
    void admit(UserRecord user, long nanos);
  }

  /// Where the sign-in is led.
  ///
  /// @param <R> answers of the protocol
  interface Desk<R> {

    /// Answers.
    void say(R answer);

    /// Answers that the sign-in came to nothing.
    void failed(R answer);

    /// Closes behind what was said.
    void part();

    /// Whether the connection is being closed.
    boolean closing();

    /// Hears nobody until [#resume].
    void hold();

    /// Goes on by a step, and hears the client again unless the step has it wait.
    void resume(ChannelHandlerContext ctx, Runnable step);

    /// Something went wrong with us.
    void stumbled(Throwable fault);

    /// Asks whether the client is who it says it is; hears nobody meanwhile.
    void check(
        ChannelHandlerContext ctx, String mechanism, Credentials credentials, Admission admission);

    /// Opens the mail of who has signed in. On any thread.
    void open(ChannelHandlerContext ctx, String mechanism, long nanos, UserRecord user);
  }

  SaslRound(
      Connection connection,
      SignInDialogue<R> dialogue,
      LimitsConfig limits,
      SessionEvents events,
      Desk<R> desk) {
    this.connection = connection;
    this.dialogue = dialogue;
    this.limits = limits;
    this.events = events;
    this.desk = desk;
  }

  /// Whether what the client sends is for the exchange.
  boolean goesOn() {
    return round != null;
  }

  /// Takes what came instead of a command.
  ///
  /// @throws IllegalStateException if no exchange goes on
  void hear(ChannelHandlerContext ctx, Object message) {
    if (round == null) {
      throw new IllegalStateException("no exchange");
    }
    response(ctx, round, message);
  }

  /// Starts an exchange: with the client's first response, or by asking for it.
  void begin(ChannelHandlerContext ctx, Step.Exchange<R> step) {
    round = step;
    var initial = step.initial();
    if (initial == null) {
      next(ctx, step, step.exchange().begin());
    } else {
      response(ctx, step, initial);
    }
  }

  private void response(ChannelHandlerContext ctx, Step.Exchange<R> current, Object message) {
    switch (message) {
      case SaslLine line when line.cancels() -> abandon(current, dialogue.cancelled());
      case SaslLine line -> {
        var decoded = SaslBase64.decode(line.octets());
        line.wipe();
        if (decoded.isEmpty()) {
          abandon(current, dialogue.malformed());
        } else if (decoded.get().length > decodedOctetsMax()) {
          Arrays.fill(decoded.get(), (byte) 0);
          unreadable(current, LineFault.TOO_LONG);
        } else if (welcome != null) {
          welcomed(ctx, current, welcome, decoded.get());
        } else {
          next(ctx, current, current.exchange().next(decoded.get()));
        }
      }
      case LineFault fault -> {
        unreadable(current, fault);
        if (fault != LineFault.TOO_LONG) {
          desk.part();
        }
      }
      default -> throw new IllegalStateException("unexpected message " + message.getClass());
    }
  }

  /// Two thirds of the line that carries it: 8 of 12 KiB.
  private long decodedOctetsMax() {
    return limits.saslLineOctets().octets() * 2 / 3;
  }

  private void unreadable(Step.Exchange<R> current, LineFault fault) {
    if (fault != LineFault.INVALID_OCTET) {
      connection.limitReached(Limit.SASL_RESPONSE);
    }
    abandon(current, dialogue.unreadable(fault));
  }

  private void next(ChannelHandlerContext ctx, Step.Exchange<R> current, SaslExchange.Step step) {
    switch (step) {
      case SaslExchange.Challenge(String text) -> {
        dialogue.exchanging(true);
        desk.say(dialogue.challenge(SaslBase64.encode(text)));
      }
      case SaslExchange.Later(CompletionStage<SaslExchange.Step> later) -> {
        desk.hold();
        var _ =
            later.whenComplete((found, fault) ->
                connection.loop().execute(() -> goOn(ctx, current, found, fault)));
      }
      case SaslExchange.Finished(Credentials credentials, String lastWords) -> {
        over();
        check(ctx, current, credentials, lastWords);
      }
      case SaslExchange.Failed _ -> abandon(current, dialogue.malformed());
      case SaslExchange.Unavailable _ -> {
        over();
        events.signIn(current.mechanism(), SignInResult.UNAVAILABLE, 0);
        desk.failed(dialogue.unavailable());
      }
    }
  }

  /// A step that was waited for.
  private void goOn(
      ChannelHandlerContext ctx,
      Step.Exchange<R> current,
      SaslExchange.@Nullable Step found,
      @Nullable Throwable fault) {
    desk.resume(
        ctx,
        () -> {
          if (found == null) {
            desk.stumbled(new IllegalStateException("no step", fault));
          } else if (!desk.closing()) {
            next(ctx, current, found);
          }
        });
  }

  /// The last words of an exchange are answered by nothing (RFC 5802, section 5; RFC 5034, section
  /// 4).
  private void welcomed(
      ChannelHandlerContext ctx, Step.Exchange<R> current, Welcome guest, byte[] response) {
    if (response.length > 0) {
      abandon(current, dialogue.malformed());
      return;
    }
    over();
    desk.hold();
    desk.open(ctx, current.mechanism(), guest.nanos(), guest.user());
  }

  private void abandon(Step.Exchange<R> current, R answer) {
    over();
    events.signIn(current.mechanism(), SignInResult.ABANDONED, 0);
    desk.say(answer);
  }

  private void over() {
    round = null;
    welcome = null;
    dialogue.exchanging(false);
  }

  /// Asks whether the client is who it says it is, at the end of an exchange.
  private void check(
      ChannelHandlerContext ctx,
      Step.Exchange<R> ended,
      Credentials credentials,
      String lastWords) {
    desk.check(
        ctx,
        ended.mechanism(),
        credentials,
        (user, nanos) -> {
          if (lastWords.isEmpty()) {
            desk.open(ctx, ended.mechanism(), nanos, user);
          } else {
            connection.loop().execute(() -> welcome(ctx, ended, lastWords, user, nanos));
          }
        });
  }

  private void welcome(
      ChannelHandlerContext ctx,
      Step.Exchange<R> ended,
      String lastWords,
      UserRecord user,
      long nanos) {
    desk.resume(
        ctx,
        () -> {
          if (!desk.closing()) {
            round = ended;
            welcome = new Welcome(user, nanos);
            dialogue.exchanging(true);
            desk.say(dialogue.challenge(SaslBase64.encode(lastWords)));
          }
        });
  }
}
