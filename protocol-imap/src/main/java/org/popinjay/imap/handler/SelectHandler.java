package org.popinjay.imap.handler;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.ImapCommand;
import org.popinjay.imap.response.Condition;
import org.popinjay.imap.response.ImapResponse;
import org.popinjay.imap.response.ImapResponse.Notice;
import org.popinjay.imap.response.ResponseCode;
import org.popinjay.imap.response.ResponseCode.Plain;
import org.popinjay.imap.session.ImapOutput;
import org.popinjay.imap.session.ImapSession;
import org.popinjay.imap.session.Outcome;
import org.popinjay.imap.session.SelectedMailbox;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.Flag;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.Mailbox;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;

/// Answers SELECT and EXAMINE (RFC 9051, sections 6.3.2 and 6.3.3; RFC 3501, sections 6.3.1 and
/// 6.3.2; RFC 7162, sections 3.1.8 and 3.2.5), and BBOARD of older versions.
final class SelectHandler {
  private static final Outcome NO_BOARDS =
      Outcome.no(Plain.NONEXISTENT, "there are no bulletin boards here");

  private static final Outcome NO_BOARD =
      Outcome.no(Plain.NONEXISTENT, "there is no such bulletin board");

  private final Resynchronisation resynchronisation = new Resynchronisation();

  /// Opens a mailbox. The one that was open before is closed whatever comes of it.
  Outcome select(ImapSession session, ImapCommand.Select command, ImapOutput out) {
    leave(session, out);
    if (command.condstore()) {
      session.speak(session.dialect().withCondstore());
    }
    return switch (session.account().open(command.mailbox())) {
      case StoreResult.Done<Mailbox>(Mailbox mailbox) -> view(session, command, mailbox, out);
      case StoreResult.Failed<Mailbox>(var failure) ->
          MailboxOpening.refused(session, command.mailbox(), failure);
    };
  }

  /// BBOARD (RFC 1176, section 3): opens a bulletin board as EXAMINE does a mailbox. Its name in
  /// the session is one that no mailbox of the user can have.
  Outcome board(ImapSession session, ImapCommand.Bboard command, ImapOutput out) {
    leave(session, out);
    var boards = session.account().boards();
    if (!boards.offered()) {
      return NO_BOARDS;
    }
    return switch (boards.open(command.board().text())) {
      case StoreResult.Done<Mailbox>(Mailbox mailbox) -> {
        var name = new MailboxName("#bboards/" + command.board().text());
        yield view(session, new ImapCommand.Select(name, true, false, null), mailbox, out);
      }
      case StoreResult.Failed<Mailbox>(StoreFailure.NotFound _) -> NO_BOARD;
      case StoreResult.Failed<Mailbox>(var failure) -> session.refused("open a board", failure);
    };
  }

  /// Closes the mailbox that is open, if one is: also where the next cannot be opened (RFC 3501,
  /// section 6.3.1).
  static void leave(ImapSession session, ImapOutput out) {
    if (session.selected() != null) {
      session.leave();
      out.send(new Notice(Condition.OK, Plain.CLOSED, "previous mailbox closed"));
    }
  }

  private Outcome view(
      ImapSession session, ImapCommand.Select command, Mailbox mailbox, ImapOutput out) {
    var access = command.readOnly() ? Access.READ : Access.WRITE;
    return switch (mailbox.view(access)) {
      case StoreResult.Done<MailboxView>(MailboxView view) -> {
        var watch = mailbox.watch(session.changed());
        var selected = new SelectedMailbox(command.mailbox(), mailbox, view, watch);
        session.select(selected);
        yield tell(session, command, selected, out);
      }
      case StoreResult.Failed<MailboxView>(var failure) -> {
        mailbox.close();
        yield MailboxOpening.refused(session, command.mailbox(), failure);
      }
    };
  }

  private Outcome tell(
      ImapSession session, ImapCommand.Select command, SelectedMailbox selected, ImapOutput out) {
    for (var response : picture(session, selected)) {
      if (!out.send(response)) {
        return Outcome.CutOff.CUT_OFF;
      }
    }
    var client = command.qresync();
    if (client != null
        && selected.keepsModSeq()
        && !resynchronisation.tell(selected.view(), client, out)) {
      return Outcome.CutOff.CUT_OFF;
    }
    return Outcome.ok(
        selected.writable() ? Plain.READ_WRITE : Plain.READ_ONLY,
        command.readOnly() ? "examined" : "selected");
  }

  /// What a client needs to know of a mailbox, all of one moment.
  private static List<ImapResponse> picture(ImapSession session, SelectedMailbox selected) {
    var view = selected.view();
    boolean rev1 = !session.dialect().rev2();
    var picture = new ArrayList<ImapResponse>();
    picture.add(new ImapResponse.FlagsDefined(selected.keywords()));
    picture.add(
        ok(
            new ResponseCode.PermanentFlags(
                permanent(view), selected.permanentKeywords(), selected.takesKeywords()),
            view.keepsSeen() ? "flags kept" : "no flags kept"));
    picture.add(new ImapResponse.Exists(view.count()));
    if (rev1) {
      picture.add(new ImapResponse.Recent(view.recent()));
      int unseen = firstUnseen(view);
      if (unseen > 0) {
        picture.add(ok(new ResponseCode.Unseen(unseen), "first unseen"));
      }
    }
    picture.add(ok(new ResponseCode.UidValidity(view.uidValidity()), "UIDs valid"));
    picture.add(ok(new ResponseCode.UidNext(view.uidNext()), "predicted next UID"));
    picture.add(
        selected.keepsModSeq()
            ? ok(new ResponseCode.HighestModSeq(view.highestModSeq()), "highest")
            : ok(Plain.NOMODSEQ, "no mod-sequences"));
    picture.add(ok(new ResponseCode.MailboxIdentity(view.id()), "mailbox id"));
    return picture;
  }

  private static FlagSet permanent(MailboxView view) {
    if (view.writable()) {
      return FlagSet.of(Flag.values());
    }
    return view.keepsSeen() ? FlagSet.of(Flag.SEEN) : FlagSet.NONE;
  }

  private static Notice ok(@Nullable ResponseCode code, String text) {
    return new Notice(Condition.OK, code, text);
  }

  /// Position of the first message without `\Seen`, or 0.
  private static int firstUnseen(MailboxView view) {
    for (int number = 1; number <= view.count(); number++) {
      if (!view.message(number).flags().system().has(Flag.SEEN)) {
        return number;
      }
    }
    return 0;
  }
}
