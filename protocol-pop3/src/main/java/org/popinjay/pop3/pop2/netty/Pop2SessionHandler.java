package org.popinjay.pop3.pop2.netty;

import java.util.Optional;
import java.util.OptionalLong;
import org.popinjay.pop3.Pop3Service;
import org.popinjay.pop3.Pop3Terms;
import org.popinjay.pop3.netty.MaildropSessionHandler;
import org.popinjay.pop3.netty.SessionRecord;
import org.popinjay.pop3.netty.SessionRecord.Figures;
import org.popinjay.pop3.netty.SessionRecord.Figures.Amount;
import org.popinjay.pop3.pop2.command.Pop2Command;
import org.popinjay.pop3.pop2.command.Pop2Input;
import org.popinjay.pop3.pop2.command.Pop2Verb;
import org.popinjay.pop3.pop2.response.Pop2Response.Minus;
import org.popinjay.pop3.pop2.session.Outcome;
import org.popinjay.pop3.pop2.session.Pop2Session;
import org.popinjay.pop3.response.Wording;
import org.popinjay.wire.CommandRuns;
import org.popinjay.wire.Connection;
import org.popinjay.wire.SessionEnd;
import org.popinjay.wire.SessionEvents.Limit;

/// A POP2 session with an open mailbox, from sign-in to the close.
///
/// The first error ends it, and nothing is removed then (RFC 937). What was received before the
/// client went away is carried out as in POP3.
final class Pop2SessionHandler extends MaildropSessionHandler<Pop2Input> {
  private final Pop2Session session;
  private final Pop2ResponseStream stream;
  private final CommandRuns<Pop2Verb> runs;
  private final SessionRecord record;

  Pop2SessionHandler(
      Pop3Service service,
      Pop3Terms terms,
      Connection connection,
      String user,
      Pop2Session session,
      SessionRecord record) {
    super(service, terms, connection, user);
    this.session = session;
    this.record = record;
    this.stream = new Pop2ResponseStream(connection.sink(), record);
    this.runs = new CommandRuns<>(service.events()::pop2Commands, Pop2Verb.UNKNOWN);
  }

  @Override
  public boolean updating() {
    return session.updating();
  }

  @Override
  public Optional<String> mailbox() {
    return Optional.of(session.mailbox());
  }

  @Override
  protected Pop2Input task(Object message) {
    if (message instanceof Pop2Input input) {
      return input;
    }
    throw new IllegalStateException("unexpected message " + message.getClass());
  }

  @Override
  public boolean immediate(Pop2Input input) {
    return !(input instanceof Pop2Input.Parsed(Pop2Command command)) || session.immediate(command);
  }

  @Override
  protected boolean readsOnly(Pop2Input input) {
    return input instanceof Pop2Input.Parsed(Pop2Command.Retr _);
  }

  @Override
  protected void carryOut(Pop2Input input) {
    switch (input) {
      case Pop2Input.Parsed(Pop2Command command) -> carryOut(command);
      case Pop2Input.Rejected(String reason) -> bad(new Minus(reason));
      case Pop2Input.TooLong _ -> {
        connection().limitReached(Limit.LINE);
        bad(Minus.of(Wording.LINE_TOO_LONG));
      }
      case Pop2Input.Encrypted _ -> end(SessionEnd.BAD_COMMANDS);
    }
  }

  private void carryOut(Pop2Command command) {
    runs.begin(command.verb());
    var outcome = session.carryOut(command, stream);
    runs.end(outcome == Outcome.DONE || outcome == Outcome.SIGNED_OFF);
    switch (outcome) {
      case DONE -> {}
      case SIGNED_OFF -> end(SessionEnd.SIGNED_OFF);
      case NOT_REMOVED -> end(SessionEnd.UPDATE_FAILED);
      case REFUSED -> end(SessionEnd.BAD_COMMANDS);
      case STORE_FAILED -> end(SessionEnd.STORE_FAILED);
      case CUT_OFF -> cutOff();
    }
  }

  private void bad(Minus answer) {
    runs.begin(Pop2Verb.UNKNOWN);
    runs.end(false);
    stream.send(answer);
    end(SessionEnd.BAD_COMMANDS);
  }

  @Override
  protected void sayFault() {
    stream.part(Minus.of(Wording.fault(connection().id().toString())));
  }

  @Override
  protected void sayFarewell(SessionEnd why) {
    if (why == SessionEnd.REPLACED) {
      stream.part(Minus.of(Wording.TAKEN_OVER));
    } else if (why == SessionEnd.KICKED) {
      stream.part(Minus.of(Wording.KICKED));
    } else if (why == SessionEnd.SHUTDOWN) {
      stream.part(Minus.of(Wording.SHUTTING_DOWN));
    }
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
  protected void ended(SessionEnd why) {
    session.close();
    record.ended(
        new Figures(
            new Amount(session.retrievedMessages(), session.retrievedOctets()),
            new Amount(session.removedMessages(), session.removedOctets()),
            new Amount(session.leftMessages(), session.leftOctets())),
        OptionalLong.empty(),
        runs.begun(),
        why);
  }
}
