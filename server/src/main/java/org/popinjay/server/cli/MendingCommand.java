package org.popinjay.server.cli;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.mailstore.MailboxStatus;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.StoreStartException;
import org.popinjay.mailstore.mbox.maintenance.MboxMaintenance;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;
import org.popinjay.server.cli.SpoolChoice.Chosen;
import org.popinjay.server.control.ControlAnswer;
import org.popinjay.server.control.ControlRequest;

/// What the commands share that have the next open's work done now: by the server that runs, or
/// with `mail.state` taken as a server takes it.
abstract class MendingCommand extends SpoolCommand {
  MendingCommand(YamlConfigLoader loader) {
    super(loader);
  }

  /// What came of it.
  interface Ending {
    int end(ControlAnswer.Reopened opened);
  }

  /// A file alone has no state that could be put in order.
  final int refuse(Chosen.Lone lone) {
    return refuse(
        ExitCode.USAGE,
        lone.path()
            + " is not known to be the INBOX of a user; name the mailbox with --user NAME and"
            + " --mailbox NAME");
  }

  /// Has it done.
  ///
  /// @param anew whether what is only a cache is thrown away first
  final int mend(Chosen.Box box, MboxMaintenance maintenance, boolean anew, Ending ending) {
    try {
      return maintenance.server().isPresent()
          ? askServer(box, anew, ending)
          : mendHere(box, maintenance, anew, ending);
    } catch (StoreStartException e) {
      return switch (e.reason()) {
        case IN_USE -> askServer(box, anew, ending);
        case CANNOT_CREATE -> refuse(ExitCode.CANNOT_CREATE, String.valueOf(e.getMessage()));
        case NO_PERMISSION -> refuse(ExitCode.NO_PERMISSION, String.valueOf(e.getMessage()));
      };
    } catch (IOException e) {
      return refuse(ExitCode.NO_PERMISSION, "mail.state: " + e.getMessage());
    }
  }

  private int askServer(Chosen.Box box, boolean anew, Ending ending) {
    var request = new ControlRequest.Reopen(box.owner().name(), box.name().text(), anew);
    var code = new AtomicInteger(ExitCode.FINE);
    int answered =
        new ServerAnswer(box.config(), err())
            .to(
                request,
                answer -> {
                  if (answer instanceof ControlAnswer.Reopened opened) {
                    code.set(ending.end(opened));
                  }
                });
    err().flush();
    return answered == ExitCode.FINE ? code.get() : answered;
  }

  /// Runs as the user that the server runs as, or not at all: state files of another one would keep
  /// the server from the mailbox.
  private int mendHere(Chosen.Box box, MboxMaintenance maintenance, boolean anew, Ending ending)
      throws IOException, StoreStartException {
    var stranger = strangerTo(box.config());
    if (!stranger.isEmpty()) {
      return refuse(ExitCode.NO_PERMISSION, stranger);
    }
    return switch (maintenance.reopen(box.owner(), box.name(), anew)) {
      case StoreResult.Failed<MailboxStatus>(var failure) -> refuse(failure);
      case StoreResult.Done<MailboxStatus>(MailboxStatus status) ->
          ending.end(
              new ControlAnswer.Reopened(
                  status.messages(), status.uidValidity().value(), status.uidNext()));
    };
  }

  /// Why this process must not write to `mail.state`, or an empty string.
  static String strangerTo(PopinjayConfig config) throws PosixException {
    var state = config.mail().state().toString();
    int owner = Posix.files().stat(state).uid();
    int mine = Accounts.own().uid();
    return owner == mine
        ? ""
        : ("%s belongs to uid %s, and this runs as uid %s: run it as the user of the server;"
                + " docs/operations.md has the command")
            .formatted(state, Integer.toUnsignedString(owner), Integer.toUnsignedString(mine));
  }
}
