package org.popinjay.pop3.pop2.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import java.util.function.Supplier;
import org.popinjay.auth.UserRecord;
import org.popinjay.pop3.command.ParseResult;
import org.popinjay.pop3.netty.Pop3SignIn;
import org.popinjay.pop3.pop2.command.Pop2Input;
import org.popinjay.pop3.response.Pop3Response;
import org.popinjay.pop3.response.Pop3Response.Err;
import org.popinjay.pop3.response.Pop3Response.Ok;
import org.popinjay.pop3.response.Wording;
import org.popinjay.wire.Connection;
import org.popinjay.wire.CrlfLineDecoder;
import org.popinjay.wire.LineFault;
import org.popinjay.wire.LineReader;
import org.popinjay.wire.SessionEnd;
import org.popinjay.wire.SessionEvents.Limit;
import org.popinjay.wire.SignInDialogue;

/// Hears from the first line whether POP2 or POP3 is spoken. POP3 goes on here; POP2 gets the
/// connection with the line and whatever came behind it.
///
/// What is said before that holds in both: answers begin with `+` or `-`.
final class Pop2OrPop3SignIn implements SignInDialogue<Pop3Response> {
  private final Pop3SignIn pop3;
  private final Supplier<ChannelHandler> pop2;
  private final String host;
  private final Connection connection;
  private final CrlfLineDecoder decoder;
  private final LineReader pop2Commands;
  private final LineReader pop3Commands;

  /// @param pop3 goes on if POP3 is spoken; offers no APOP
  /// @param pop2 makes the handler that goes on if POP2 is
  Pop2OrPop3SignIn(
      Pop3SignIn pop3,
      Supplier<ChannelHandler> pop2,
      String host,
      Connection connection,
      CrlfLineDecoder decoder,
      LineReader pop2Commands,
      LineReader pop3Commands) {
    this.pop3 = pop3;
    this.pop2 = pop2;
    this.host = host;
    this.connection = connection;
    this.decoder = decoder;
    this.pop2Commands = pop2Commands;
    this.pop3Commands = pop3Commands;
  }

  @Override
  public String protocol() {
    return pop3.protocol();
  }

  /// Clients of POP3 look for `+OK POP3`, those of POP2 for `+` (RFC 937), and some for the word.
  @Override
  public Pop3Response greeting() {
    return new Ok("POP3 " + host + " POP2 ready");
  }

  @Override
  public Step<Pop3Response> hear(Object message) {
    return message instanceof FirstLine first ? first(first) : pop3.hear(message);
  }

  private Step<Pop3Response> first(FirstLine line) {
    return switch (line) {
      case FirstLine.Pop2(Pop2Input input) -> {
        connection.speaks(OverheardPop2.NAME);
        decoder.readBy(pop2Commands);
        yield new Step.HandOver<>(pop2.get(), input);
      }
      case FirstLine.Pop3(ParseResult input) -> {
        connection.speaks(pop3.protocol());
        decoder.readBy(pop3Commands);
        yield pop3.hear(input);
      }
      case FirstLine.Quit _ -> new Step.Quit<>(new Ok("signing off"));
      case FirstLine.Neither _ -> new Step.Part<>(new Err("unknown command"));
      case FirstLine.TooLong _ -> {
        connection.limitReached(Limit.LINE);
        yield new Step.Part<>(Wording.LINE_TOO_LONG);
      }
      case FirstLine.Encrypted _ -> {
        connection.limitReached(Limit.TLS_ON_PLAIN);
        yield new Step.Leave<>();
      }
    };
  }

  @Override
  public void exchanging(boolean now) {
    pop3.exchanging(now);
  }

  @Override
  public Opening<Pop3Response> open(UserRecord user) {
    return pop3.open(user);
  }

  @Override
  public Pop3Response challenge(String base64) {
    return pop3.challenge(base64);
  }

  @Override
  public Pop3Response cancelled() {
    return pop3.cancelled();
  }

  @Override
  public Pop3Response malformed() {
    return pop3.malformed();
  }

  @Override
  public Pop3Response unreadable(LineFault fault) {
    return pop3.unreadable(fault);
  }

  @Override
  public Pop3Response denied() {
    return pop3.denied();
  }

  @Override
  public boolean mayTryAgain() {
    return pop3.mayTryAgain();
  }

  @Override
  public Pop3Response unavailable() {
    return pop3.unavailable();
  }

  @Override
  public Pop3Response tooManyFailures() {
    return pop3.tooManyFailures();
  }

  @Override
  public Pop3Response tooLate() {
    return pop3.tooLate();
  }

  @Override
  public Pop3Response tooManyCommands() {
    return pop3.tooManyCommands();
  }

  @Override
  public Pop3Response farewell(SessionEnd why) {
    return pop3.farewell(why);
  }

  @Override
  public Pop3Response fault() {
    return pop3.fault();
  }

  @Override
  public void encode(Pop3Response answer, ByteBuf out) {
    pop3.encode(answer, out);
  }
}
