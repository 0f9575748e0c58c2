package org.popinjay.imap.handler;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.command.TaggedCommand;
import org.popinjay.imap.handler.NameAliases.Reading;
import org.popinjay.imap.session.ImapOutput;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.imap.session.Outcome;
import org.popinjay.imap.session.UntaggedNews;
import org.popinjay.imap.session.UntaggedNews.Rule;
import org.popinjay.mailstore.NumberSet;

/// Sends each command of a session to its handler, and lets the news through that may come with it:
/// the one place that knows all commands and all states. One instance for all sessions.
///
/// Before sign-in there is no dispatcher; what is answered then is in the protocol's sign-in
/// dialogue.
public final class ImapDispatcher {
  private static final Outcome TOO_LATE = Outcome.bad("you are signed in already");
  private static final Outcome NOT_SELECTED = Outcome.bad("no mailbox is selected");

  private final NameAliases names;
  private final ServerHandler server;
  private final SelectHandler select = new SelectHandler();
  private final CloseHandler close = new CloseHandler();
  private final FolderHandler folders;
  private final ListHandler list;
  private final StatusHandler status;
  private final IdleHandler idle = new IdleHandler();
  private final AppendHandler append;
  private final FetchHandler fetch = new FetchHandler();
  private final SearchHandler search;
  private final StoreHandler store = new StoreHandler();
  private final CopyHandler copy = new CopyHandler();

  /// @param identity what ID answers (RFC 2971, section 3.3)
  /// @param appendOctetsMax longest message that may be appended, as announced
  /// @param renameSubscriptions whether subscriptions go along when a mailbox is renamed
  /// @param namePrefixAliases what clients may put in front of names, each with `/` at its end
  /// @param searchTime how long one search may take
  /// @param clock for dates of arrival, and for searches that ask how old a message is
  /// @param nanoTime as [System#nanoTime]
  public ImapDispatcher(
      Map<String, String> identity,
      long appendOctetsMax,
      boolean renameSubscriptions,
      List<String> namePrefixAliases,
      Duration searchTime,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.names = new NameAliases(namePrefixAliases);
    this.server = new ServerHandler(identity);
    this.folders = new FolderHandler(renameSubscriptions);
    this.status = new StatusHandler(names, appendOctetsMax);
    this.list = new ListHandler(names, status);
    this.append = new AppendHandler(clock, appendOctetsMax);
    this.search = new SearchHandler(searchTime, clock, nanoTime);
  }

  /// Carries a command out, all but its completion.
  public Outcome dispatch(ImapSession session, TaggedCommand tagged, ImapOutput out) {
    var command = tagged.command();
    var outcome =
        switch (names.read(session, command)) {
          case Reading.Understood(var meant) -> carryOut(session, tagged.tag(), meant, out);
          case Reading.Refused(var answer) -> {
            if (command instanceof ImapCommand.Select) {
              SelectHandler.leave(session, out);
            }
            yield answer;
          }
        };
    if (!(outcome instanceof Outcome.Completed)) {
      return outcome;
    }
    var end = UntaggedNews.tell(session, out, newsWith(command));
    return end == null ? outcome : end;
  }

  private Outcome carryOut(ImapSession session, String tag, ImapCommand command, ImapOutput out) {
    return switch (command) {
      case ImapCommand.InAnyState any -> inAnyState(session, any, out);
      case ImapCommand.WhenLoggedOut early -> tooLate(early);
      case ImapCommand.WhenAuthenticated c -> whenAuthenticated(session, c, out);
      case ImapCommand.WhenSelected c ->
          session.selected() == null ? NOT_SELECTED : whenSelected(session, tag, c, out);
    };
  }

  private Outcome inAnyState(ImapSession session, ImapCommand.InAnyState command, ImapOutput out) {
    return switch (command) {
      case ImapCommand.Capabilities _ -> server.capability(session, out);
      case ImapCommand.Noop _ -> Outcome.ok("NOOP completed");
      case ImapCommand.Logout _ -> server.logout(session, out);
      case ImapCommand.Id _ -> server.id(out);
    };
  }

  private Outcome whenAuthenticated(
      ImapSession session, ImapCommand.WhenAuthenticated command, ImapOutput out) {
    return switch (command) {
      case ImapCommand.Enable c -> server.enable(session, c, out);
      case ImapCommand.Compress _ -> server.compress(session);
      case ImapCommand.Namespace _ -> server.namespace(session, out);
      case ImapCommand.Select c -> select.select(session, c, out);
      case ImapCommand.Create c -> folders.create(session, c);
      case ImapCommand.Delete c -> folders.delete(session, c, out);
      case ImapCommand.Rename c -> folders.rename(session, c);
      case ImapCommand.Subscribe c -> folders.subscribe(session, c);
      case ImapCommand.ListMailboxes c -> list.list(session, c, out);
      case ImapCommand.Lsub c -> list.lsub(session, c, out);
      case ImapCommand.Find c -> list.find(session, c, out);
      case ImapCommand.Bboard c -> select.board(session, c, out);
      case ImapCommand.Status c -> status.status(session, c, out);
      case ImapCommand.Idle _ -> idle.idle(session, out);
      case ImapCommand.Append c -> append.append(session, c);
    };
  }

  private Outcome whenSelected(
      ImapSession session, String tag, ImapCommand.WhenSelected command, ImapOutput out) {
    return switch (command) {
      case ImapCommand.Check _ -> close.check(session);
      case ImapCommand.Close _ -> close.close(session, out);
      case ImapCommand.Unselect _ -> close.unselect(session);
      case ImapCommand.Expunge c -> close.expunge(session, c, out);
      case ImapCommand.Search c -> search.search(session, tag, c, out);
      case ImapCommand.Fetch c -> fetch.fetch(session, c, out);
      case ImapCommand.Store c -> store.store(session, c, out);
      case ImapCommand.Copy c -> copy.copy(session, c, out);
      case ImapCommand.Move c -> copy.move(session, c, out);
    };
  }

  private static Outcome tooLate(ImapCommand.WhenLoggedOut command) {
    switch (command) {
      case ImapCommand.Login(var credentials) -> credentials.close();
      case ImapCommand.Authenticate(_, var initial) -> {
        if (initial != null) {
          initial.wipe();
        }
      }
      case ImapCommand.StartTls _ -> {}
    }
    return TOO_LATE;
  }

  /// What may be told behind the data of a command. Those that tell by themselves, at the place
  /// that is due, have [Rule#NOTHING] here.
  private static Rule newsWith(ImapCommand command) {
    return switch (command) {
      case ImapCommand.Noop _, ImapCommand.Check _ -> Rule.LOOK;
      case ImapCommand.Fetch c -> withNumbers(c.messages());
      case ImapCommand.Store c -> withNumbers(c.messages());
      case ImapCommand.Search _ -> Rule.NO_EXPUNGES;
      case ImapCommand.Append _,
          ImapCommand.Copy _,
          ImapCommand.Create _,
          ImapCommand.Delete _,
          ImapCommand.Rename _,
          ImapCommand.Subscribe _,
          ImapCommand.ListMailboxes _,
          ImapCommand.Lsub _,
          ImapCommand.Find _ ->
          Rule.ALL;
      case ImapCommand.Capabilities _,
          ImapCommand.Logout _,
          ImapCommand.Id _,
          ImapCommand.WhenLoggedOut _,
          ImapCommand.Enable _,
          ImapCommand.Compress _,
          ImapCommand.Namespace _,
          ImapCommand.Select _,
          ImapCommand.Bboard _,
          ImapCommand.Status _,
          ImapCommand.Idle _,
          ImapCommand.Close _,
          ImapCommand.Unselect _,
          ImapCommand.Expunge _,
          ImapCommand.Move _ ->
          Rule.NOTHING;
    };
  }

  private static Rule withNumbers(NumberSet messages) {
    return messages instanceof NumberSet.Sequence ? Rule.NO_EXPUNGES : Rule.ALL;
  }

  /// Whether a command only reads messages, so that it may be left undone once the client is gone.
  public static boolean readsOnly(ImapCommand command) {
    return command instanceof ImapCommand.Fetch || command instanceof ImapCommand.Search;
  }

  /// Whether a command names messages by numbers that an expunge would shift.
  public static boolean namesSequenceNumbers(ImapCommand command) {
    return switch (command) {
      case ImapCommand.Fetch c -> c.messages() instanceof NumberSet.Sequence;
      case ImapCommand.Store c -> c.messages() instanceof NumberSet.Sequence;
      case ImapCommand.Copy c -> c.messages() instanceof NumberSet.Sequence;
      case ImapCommand.Move c -> c.messages() instanceof NumberSet.Sequence;
      case ImapCommand.Search c -> !c.uid();
      case ImapCommand.InAnyState _,
          ImapCommand.WhenLoggedOut _,
          ImapCommand.WhenAuthenticated _,
          ImapCommand.Check _,
          ImapCommand.Close _,
          ImapCommand.Unselect _,
          ImapCommand.Expunge _ ->
          false;
    };
  }

  /// Whether a command needs only memory, and little time.
  public boolean immediate(ImapSession session, ImapCommand command) {
    return switch (command) {
      case ImapCommand.Capabilities _,
          ImapCommand.Id _,
          ImapCommand.WhenLoggedOut _,
          ImapCommand.Namespace _ ->
          true;
      case ImapCommand.Noop _, ImapCommand.Enable _ -> session.selected() == null;
      case ImapCommand.WhenSelected _ -> session.selected() == null;
      case ImapCommand.Logout _, ImapCommand.WhenAuthenticated _ -> false;
    };
  }
}
