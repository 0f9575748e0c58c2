package org.popinjay.pop3.netty;

import java.util.Optional;
import org.popinjay.pop3.Pop3Service;
import org.popinjay.pop3.Pop3Terms;
import org.popinjay.pop3.command.ParseResult;
import org.popinjay.pop3.command.ParseResult.Encrypted;
import org.popinjay.pop3.command.ParseResult.Fatal;
import org.popinjay.pop3.command.ParseResult.Foreign;
import org.popinjay.pop3.command.ParseResult.Mail;
import org.popinjay.pop3.command.ParseResult.Parsed;
import org.popinjay.pop3.command.ParseResult.Progress;
import org.popinjay.pop3.command.ParseResult.Rejected;
import org.popinjay.pop3.command.ParseResult.TooLong;
import org.popinjay.pop3.command.Pop3Command;
import org.popinjay.pop3.command.Pop3Verb;
import org.popinjay.pop3.response.Pop3Response;
import org.popinjay.pop3.response.Pop3Response.Err;
import org.popinjay.pop3.response.Wording;
import org.popinjay.pop3.session.Outcome;
import org.popinjay.pop3.session.Pop3Session;
import org.popinjay.wire.CommandRuns;
import org.popinjay.wire.Connection;
import org.popinjay.wire.SessionEnd;
import org.popinjay.wire.SessionEvents.Limit;
import org.popinjay.wire.SessionState;

/// A session with an open maildrop, from sign-in to the close.
///
/// What was received before the client went away is carried out, up to a message that could not be
/// sent any more: a QUIT that was received counts, but never behind mail that got lost on the way.
final class Pop3SessionHandler extends MaildropSessionHandler<ParseResult> {
  private final Pop3Terms terms;
  private final Pop3Session session;
  private final Pop3Response capabilities;
  private final Pop3ResponseStream stream;
  private final CommandRuns<Pop3Verb> runs;
  private final SessionRecord record;
  private final Submitting submitting;

  private int badInRow;

  Pop3SessionHandler(
      Pop3Service service,
      Pop3Terms terms,
      Connection connection,
      String user,
      Pop3Session session,
      Pop3Response capabilities,
      Submitting submitting,
      SessionRecord record) {
    super(service, terms, connection, user);
    this.terms = terms;
    this.session = session;
    this.submitting = submitting;
    this.capabilities = capabilities;
    this.record = record;
    this.stream = new Pop3ResponseStream(connection.sink(), record);
    this.runs = new CommandRuns<>(service.events()::commands, Pop3Verb.UNKNOWN);
  }

  @Override
  public boolean updating() {
    return session.updating();
  }

  @Override
  public Optional<String> mailbox() {
    var board = session.board();
    return Optional.of(board == null ? "INBOX" : "bboard " + board);
  }

  @Override
  protected ParseResult task(Object message) {
    if (message instanceof ParseResult input) {
      if (isSubmission(input)) {
        submitting.await();
      }
      return input;
    }
    throw new IllegalStateException("unexpected message " + message.getClass());
  }

  @Override
  public int octets(ParseResult input) {
    return switch (input) {
      case Parsed(Pop3Command command) -> command.octets();
      case Mail(var octets, _) -> octets.octets().length;
      case Rejected _, TooLong _, Foreign _, Encrypted _, Fatal _ -> 0;
    };
  }

  @Override
  public boolean immediate(ParseResult input) {
    if (input instanceof Mail) {
      return false;
    }
    return !(input instanceof Parsed(Pop3Command command))
        || terms.dispatcher().immediate(session, command);
  }

  @Override
  protected void carryOut(ParseResult input) {
    switch (input) {
      case Parsed(Pop3Command command) -> carryOut(command);
      case Rejected line -> bad(session.wording().rejected(line, SessionState.TRANSACTION));
      case TooLong(boolean endless) -> tooLong(endless);
      case Foreign(Rejected line) ->
          bad(session.wording().rejected(line, SessionState.TRANSACTION));
      case Fatal(String reason) -> part(new Err(reason));
      case Mail mail -> mail(mail);
      case Encrypted _ -> end(SessionEnd.BAD_COMMANDS);
    }
  }

  @Override
  protected boolean readsOnly(ParseResult input) {
    return input instanceof Parsed(Pop3Command command)
        && (command instanceof Pop3Command.Retr
            || command instanceof Pop3Command.Top
            || command instanceof Pop3Command.Xover
            || command instanceof Pop3Command.Xtnd(Pop3Command.Extension.Headers _));
  }

  private void tooLong(boolean endless) {
    connection().limitReached(Limit.LINE);
    if (endless) {
      part(Wording.LINE_TOO_LONG);
    } else {
      bad(Wording.LINE_TOO_LONG);
    }
  }

  private void part(Err lastWords) {
    stream.send(lastWords);
    end(SessionEnd.BAD_COMMANDS);
  }

  private void carryOut(Pop3Command command) {
    badInRow = 0;
    runs.begin(command.verb());
    if (command instanceof Pop3Command.Xtnd(Pop3Command.Extension.Submission _)) {
      runs.end(stream.send(submitting.begin()) == Outcome.DONE);
      return;
    }
    var outcome = terms.dispatcher().dispatch(session, command, stream, capabilities);
    runs.end(outcome == Outcome.DONE);
    if (command instanceof Pop3Command.Quit) {
      end(outcome == Outcome.DONE ? SessionEnd.SIGNED_OFF : SessionEnd.UPDATE_FAILED);
    } else if (outcome == Outcome.CUT_OFF) {
      cutOff();
    }
  }

  private static boolean isSubmission(ParseResult input) {
    return input instanceof Parsed(Pop3Command.Xtnd(Pop3Command.Extension.Submission _));
  }

  private void mail(Mail mail) {
    var answer = submitting.take(mail);
    if (mail.progress() == Progress.ENDLESS) {
      part(Wording.MESSAGE_TOO_LONG);
    } else if (answer != null) {
      stream.send(answer);
    }
  }

  private void bad(Err answer) {
    runs.begin(Pop3Verb.UNKNOWN);
    runs.end(false);
    badInRow++;
    if (badInRow < terms.limits().badCommandsAfterLogin()) {
      stream.send(answer);
    } else {
      connection().limitReached(Limit.BAD_COMMANDS);
      part(Wording.TOO_MANY_ERRORS);
    }
  }

  @Override
  protected void sayFault() {
    if (!stream.unfinished()) {
      stream.send(Wording.fault(connection().id().toString()));
    }
  }

  @Override
  protected void sayFarewell(SessionEnd why) {
    if (why == SessionEnd.REPLACED) {
      stream.send(Wording.TAKEN_OVER);
    } else if (why == SessionEnd.KICKED) {
      stream.send(Wording.KICKED);
    } else if (why == SessionEnd.SHUTDOWN) {
      stream.send(Wording.SHUTTING_DOWN);
    } else if (why == SessionEnd.IDLE && connection().waitingOutput() == 0) {
      session.wording().silentTooLong().ifPresent(stream::send);
    }
  }

  @Override
  protected void begun() {
    record.begun(session.messages());
  }

  @Override
  protected void report() {
    runs.report();
  }

  @Override
  protected void ended(SessionEnd why) {
    session.maildrop().close();
    submitting.close();
    record.ended(session, runs.begun(), why);
  }
}
