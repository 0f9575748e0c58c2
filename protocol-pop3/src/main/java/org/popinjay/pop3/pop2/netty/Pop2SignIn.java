package org.popinjay.pop3.pop2.netty;

import io.netty.buffer.ByteBuf;
import org.popinjay.auth.Credentials;
import org.popinjay.auth.UserRecord;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.pop3.Pop3Service;
import org.popinjay.pop3.command.Secret;
import org.popinjay.pop3.netty.MaildropHolder;
import org.popinjay.pop3.netty.SessionRecord;
import org.popinjay.pop3.pop2.command.Pop2Command;
import org.popinjay.pop3.pop2.command.Pop2Input;
import org.popinjay.pop3.pop2.response.Pop2Response;
import org.popinjay.pop3.pop2.response.Pop2Response.Count;
import org.popinjay.pop3.pop2.response.Pop2Response.Minus;
import org.popinjay.pop3.pop2.response.Pop2Response.Plus;
import org.popinjay.pop3.pop2.response.Pop2ResponseEncoder;
import org.popinjay.pop3.pop2.response.Wrapping;
import org.popinjay.pop3.pop2.session.Pop2Session;
import org.popinjay.pop3.response.Wording;
import org.popinjay.wire.Connection;
import org.popinjay.wire.LineFault;
import org.popinjay.wire.SessionEnd;
import org.popinjay.wire.SessionEvents.Limit;
import org.popinjay.wire.SignInDialogue;

/// The state AUTH of RFC 937: HELO or QUIT, once. Whatever else is said ends the connection, and so
/// does a HELO that comes to nothing.
///
/// HELO carries a password and POP2 has no way to ask for TLS, so that it is heard only where a
/// password may travel as it is.
final class Pop2SignIn implements SignInDialogue<Pop2Response.Line> {
  private final Pop3Service service;
  private final Wrapping wrapping;
  private final Connection connection;

  Pop2SignIn(Pop3Service service, Wrapping wrapping, Connection connection) {
    this.service = service;
    this.wrapping = wrapping;
    this.connection = connection;
  }

  @Override
  public String protocol() {
    return OverheardPop2.NAME;
  }

  @Override
  public Pop2Response.Line greeting() {
    return new Plus("POP2 " + service.facilities().host() + " server ready");
  }

  @Override
  public boolean mayTryAgain() {
    return false;
  }

  @Override
  public Step<Pop2Response.Line> hear(Object message) {
    if (!(message instanceof Pop2Input input)) {
      throw new IllegalStateException("unexpected message " + message.getClass());
    }
    return switch (input) {
      case Pop2Input.Parsed(Pop2Command command) -> command(command);
      case Pop2Input.Rejected(String reason) -> new Step.Part<>(new Minus(reason));
      case Pop2Input.TooLong _ -> {
        connection.limitReached(Limit.LINE);
        yield new Step.Part<>(Minus.of(Wording.LINE_TOO_LONG));
      }
      case Pop2Input.Encrypted _ -> {
        connection.limitReached(Limit.TLS_ON_PLAIN);
        yield new Step.Leave<>();
      }
    };
  }

  private Step<Pop2Response.Line> command(Pop2Command command) {
    return switch (command) {
      case Pop2Command.Helo(String user, Secret password) -> helo(user, password);
      case Pop2Command.Quit _ -> new Step.Quit<>(new Plus("OK"));
      case Pop2Command.InMailbox _ -> new Step.Part<>(Pop2Session.WRONG_STATE);
    };
  }

  private Step<Pop2Response.Line> helo(String user, Secret password) {
    if (!service.facilities().cleartext().allows(connection.address(), connection.encrypted())) {
      password.wipe();
      return new Step.Part<>(new Minus("POP2 needs a trusted network"));
    }
    return new Step.Check<>("HELO", new Credentials.Password(user, password.octets()));
  }

  @Override
  public Opening<Pop2Response.Line> open(UserRecord user) {
    var owner = new AccountOwner(user.name(), user.identity(), user.home().orElse(null));
    var terms = service.terms(owner.name());
    var wait = service.delays().left(owner.name(), terms.settings().loginDelay());
    if (wait.isPositive()) {
      service.events().tooSoon();
      return new Opening.Refused<>(Minus.of(Wording.tooSoon(wait)));
    }
    var holder = new MaildropHolder(connection, terms.settings().takeoverIdle(), service.events());
    var record =
        new SessionRecord(
            connection,
            protocol(),
            owner.name(),
            service.facilities().settings().log().statistics(),
            service.events());
    var session =
        new Pop2Session(
            service.store().account(owner),
            holder,
            terms.prefixes(),
            wrapping,
            service.wording(),
            record);
    return switch (session.begin()) {
      case StoreResult.Done<Count>(Count count) -> {
        var handler =
            new Pop2SessionHandler(service, terms, connection, owner.name(), session, record);
        holder.holds(handler);
        service.delays().signedIn(owner.name(), terms.settings().loginDelay());
        yield new Opening.Opened<>(count, handler, session::close);
      }
      case StoreResult.Failed<Count>(StoreFailure failure) -> {
        service.events().notOpened(failure);
        if (!(failure instanceof StoreFailure.Claimed)) {
          record.happened("open the maildrop", failure);
        }
        yield new Opening.Refused<>(Minus.of(service.wording().notOpened(failure)));
      }
    };
  }

  @Override
  public Pop2Response.Line denied() {
    return new Minus("Bad login");
  }

  @Override
  public Pop2Response.Line unavailable() {
    return Minus.of(Wording.LOGIN_UNAVAILABLE);
  }

  @Override
  public Pop2Response.Line tooManyFailures() {
    return denied();
  }

  @Override
  public Pop2Response.Line tooLate() {
    return Minus.of(service.wording().tooLate());
  }

  @Override
  public Pop2Response.Line tooManyCommands() {
    return Minus.of(Wording.TOO_MANY_COMMANDS);
  }

  @Override
  public Pop2Response.Line farewell(SessionEnd why) {
    return Minus.of(why == SessionEnd.KICKED ? Wording.KICKED : Wording.SHUTTING_DOWN);
  }

  @Override
  public Pop2Response.Line fault() {
    return Minus.of(Wording.fault(connection.id().toString()));
  }

  @Override
  public void encode(Pop2Response.Line answer, ByteBuf out) {
    Pop2ResponseEncoder.encode(answer, out);
  }

  // POP2 knows no exchange.

  @Override
  public void exchanging(boolean now) {
    throw new IllegalStateException("no exchange in POP2");
  }

  @Override
  public Pop2Response.Line challenge(String base64) {
    throw new IllegalStateException("no exchange in POP2");
  }

  @Override
  public Pop2Response.Line cancelled() {
    throw new IllegalStateException("no exchange in POP2");
  }

  @Override
  public Pop2Response.Line malformed() {
    throw new IllegalStateException("no exchange in POP2");
  }

  @Override
  public Pop2Response.Line unreadable(LineFault fault) {
    throw new IllegalStateException("no exchange in POP2");
  }
}
