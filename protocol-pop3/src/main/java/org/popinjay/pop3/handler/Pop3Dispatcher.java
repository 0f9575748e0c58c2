package org.popinjay.pop3.handler;

import org.popinjay.config.Pop3Config;
import org.popinjay.pop3.command.Pop3Command;
import org.popinjay.pop3.response.Help;
import org.popinjay.pop3.response.Pop3Response;
import org.popinjay.pop3.response.Pop3Response.Listed;
import org.popinjay.pop3.response.Wording;
import org.popinjay.pop3.session.Outcome;
import org.popinjay.pop3.session.Pop3Output;
import org.popinjay.pop3.session.Pop3Session;
import org.popinjay.wire.SessionState;

/// Sends each command of a session with an open maildrop to its handler: the one place that knows
/// all of them. One instance for all sessions.
///
/// Before sign-in there is no maildrop and no dispatcher; what is answered then is in the
/// protocol's sign-in dialogue.
public final class Pop3Dispatcher {

  /// Listings up to so many rows are made on the event loop: some 100 microseconds of work.
  private static final int IMMEDIATE_ROWS_MAX = 1000;

  private final ListHandler list = new ListHandler();
  private final UidlHandler uidl = new UidlHandler();
  private final RetrHandler retr = new RetrHandler();
  private final XlstHandler xlst = new XlstHandler();
  private final BoardsHandler boards = new BoardsHandler();
  private final QuitHandler quit = new QuitHandler();
  private final XoverHandler xover = new XoverHandler();
  private final Pop3Config settings;
  private final Help help;

  /// @param settings what is switched on
  /// @param help the answers to HELP
  public Pop3Dispatcher(Pop3Config settings, Help help) {
    this.settings = settings;
    this.help = help;
  }

  /// Carries a command out and answers it.
  ///
  /// @param capabilities the answer to CAPA on this connection
  public Outcome dispatch(
      Pop3Session session, Pop3Command command, Pop3Output out, Pop3Response capabilities) {
    return switch (command) {
      case Pop3Command.InAnyState any ->
          switch (any) {
            case Pop3Command.Quit _ -> quit.quit(session, out);
            case Pop3Command.Capa _ -> out.send(capabilities);
            case Pop3Command.Lang(String range) -> out.send(Wording.language(range));
            case Pop3Command.Help _ ->
                out.send(settings.help() ? help.afterIt() : unknown(session, any));
          };
      case Pop3Command.InTransaction c -> inTransaction(session, c, out);
      case Pop3Command.InAuthorization early -> {
        forget(early);
        yield out.send(session.wording().wrongState(early.verb(), SessionState.TRANSACTION));
      }
    };
  }

  private Outcome inTransaction(
      Pop3Session session, Pop3Command.InTransaction command, Pop3Output out) {
    return switch (command) {
      case Pop3Command.Noop _ -> out.send(session.wording().noop());
      case Pop3Command.Stat _ -> out.send(new Listed(session.messages(), session.octets()));
      case Pop3Command.List c -> list.list(session, c, out);
      case Pop3Command.Uidl c -> uidl.uidl(session, c, out);
      case Pop3Command.Retr c -> retr.retr(session, c, out);
      case Pop3Command.Top c -> retr.top(session, c, out);
      case Pop3Command.Dele(int number) -> out.send(dele(session, number));
      case Pop3Command.Rset _ -> {
        session.reset();
        yield out.send(session.wording().reset(session.messages(), session.octets()));
      }
      case Pop3Command.Last _ ->
          out.send(
              settings.last() ? session.wording().last(session.last()) : unknown(session, command));
      case Pop3Command.Xover _ ->
          settings.xover() ? xover.xover(session, out) : out.send(unknown(session, command));
      case Pop3Command.Xdele(int first, int last) ->
          out.send(settings.xover() ? dele(session, first, last) : unknown(session, command));
      case Pop3Command.Xtnd(var extension) ->
          switch (extension) {
            case Pop3Command.Extension.Headers headers -> xlst.headers(session, headers, out);
            case Pop3Command.Extension.Submission _ ->
                throw new IllegalArgumentException("needs a connection: " + extension);
            case Pop3Command.Extension.ListBoards _ -> boards.list(session, out);
            case Pop3Command.Extension.OpenBoard c -> boards.open(session, c, out);
            case Pop3Command.Extension.DescribeBoard c -> boards.describe(session, c, out);
          };
    };
  }

  private static Pop3Response unknown(Pop3Session session, Pop3Command command) {
    return session.wording().unknown(command.verb(), SessionState.TRANSACTION);
  }

  private static Pop3Response dele(Pop3Session session, int first, int last) {
    if (first == last) {
      return dele(session, first);
    }
    int count = session.maildrop().count();
    if (last > count) {
      return session.wording().noSuchMessage(Math.max(first, count + 1), count);
    }
    var frozen = session.maildrop().frozen();
    if (frozen != null && session.board() == null) {
      return Wording.notDeletable(frozen);
    }
    for (int number = first; number <= last; number++) {
      if (session.board() == null && !session.deleted(number)) {
        session.delete(number);
      }
    }
    return session.wording().deleted(first, last);
  }

  private static Pop3Response dele(Pop3Session session, int number) {
    var refusal = session.refusal(number);
    if (refusal != null) {
      return refusal;
    }
    if (session.board() != null) {
      return session.wording().deleted(number); // RFC 1082: nothing happens
    }
    var frozen = session.maildrop().frozen();
    if (frozen != null) {
      return Wording.notDeletable(frozen);
    }
    session.delete(number);
    return session.wording().deleted(number);
  }

  /// Whether a command needs only memory, and little time.
  public boolean immediate(Pop3Session session, Pop3Command command) {
    return switch (command) {
      case Pop3Command.Quit _ -> !session.changed();
      case Pop3Command.List(int number) -> number > 0 || few(session);
      case Pop3Command.Uidl(int number) -> number > 0 || few(session);
      case Pop3Command.Xdele _ -> few(session);
      case Pop3Command.Retr _, Pop3Command.Top _, Pop3Command.Xover _ -> false;
      case Pop3Command.Xtnd _ -> false;
      case Pop3Command.Capa _,
          Pop3Command.Lang _,
          Pop3Command.Help _,
          Pop3Command.InAuthorization _,
          Pop3Command.Stat _,
          Pop3Command.Dele _,
          Pop3Command.Noop _,
          Pop3Command.Rset _,
          Pop3Command.Last _ ->
          true;
    };
  }

  private static boolean few(Pop3Session session) {
    return session.maildrop().count() <= IMMEDIATE_ROWS_MAX;
  }

  private static void forget(Pop3Command.InAuthorization command) {
    switch (command) {
      case Pop3Command.Pass(var password) -> password.wipe();
      case Pop3Command.Auth(_, var initial) -> {
        if (initial != null) {
          initial.wipe();
        }
      }
      case Pop3Command.Stls _, Pop3Command.User _, Pop3Command.Apop _, Pop3Command.Utf8 _ -> {}
    }
  }
}
