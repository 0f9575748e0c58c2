package org.popinjay.server.cli;

import java.io.IOException;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.mailstore.MailboxStatus;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.StoreStartException;
import org.popinjay.mailstore.mbox.MboxMaintenance;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;
import org.popinjay.server.cli.SpoolChoice.Chosen;

/// What the commands share that have the next open's work done now, with `mail.state` taken as a
/// server takes it.
abstract class MendingCommand extends SpoolCommand {
  MendingCommand(YamlConfigLoader loader) {
    super(loader);
  }

  /// Opens the mailbox.
  interface Opening {
    StoreResult<MailboxStatus> open() throws StoreStartException;
  }

  /// What came of it.
  interface Ending {
    int end(MailboxStatus status);
  }

  /// A file alone has no state that could be put in order.
  final int refuse(Chosen.Lone lone) {
    return refuse(
        ExitCode.USAGE,
        lone.path()
            + " is not known to be the INBOX of a user; name the mailbox with --user NAME and"
            + " --mailbox NAME");
  }

  /// Runs it as the user that the server runs as, or not at all: state files of another one would
  /// keep the server from the mailbox.
  final int mend(Chosen.Box box, MboxMaintenance maintenance, Opening opening, Ending ending) {
    try {
      var server = maintenance.server();
      if (server.isPresent()) {
        return refuse(ExitCode.UNAVAILABLE, inUse(box.config(), server.getAsInt()));
      }
      var stranger = strangerTo(box.config());
      if (!stranger.isEmpty()) {
        return refuse(ExitCode.NO_PERMISSION, stranger);
      }
      return switch (opening.open()) {
        case StoreResult.Failed<MailboxStatus>(var failure) -> refuse(failure);
        case StoreResult.Done<MailboxStatus>(MailboxStatus status) -> ending.end(status);
      };
    } catch (StoreStartException e) {
      return switch (e.reason()) {
        case IN_USE -> refuse(ExitCode.UNAVAILABLE, inUse(box.config(), 0));
        case CANNOT_CREATE -> refuse(ExitCode.CANNOT_CREATE, String.valueOf(e.getMessage()));
        case NO_PERMISSION -> refuse(ExitCode.NO_PERMISSION, String.valueOf(e.getMessage()));
      };
    } catch (IOException e) {
      return refuse(ExitCode.NO_PERMISSION, "mail.state: " + e.getMessage());
    }
  }

  private static String inUse(PopinjayConfig config, int process) {
    return config.mail().state()
        + " is in use by the server"
        + (process > 0 ? ", process " + process : "")
        + ": stop it first; stat, verify and repair --dry-run work beside it";
  }

  private static String strangerTo(PopinjayConfig config) throws PosixException {
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
