package org.popinjay.server.cli;

import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.mailstore.mbox.maintenance.MboxMaintenance;
import org.popinjay.server.cli.SpoolChoice.Chosen;
import org.popinjay.server.control.ControlAnswer;
import picocli.CommandLine.Command;

/// `popinjay mbox reindex`: throws the cache of a mailbox away and builds it anew.
@Command(
    name = "reindex",
    description =
        "Throw the index of a mailbox away and build it anew from the spool. UIDs and flags stay.",
    footer = {
      "",
      "The server that runs does it, and whoever has the mailbox open goes on. Where none runs,"
          + " only as",
      "the user of the server.",
      "Exit code 0: done. 66: no such file. 67: no such user. 69: the server cannot.",
      "75: locked for too long. 77: not the user of the server, or a spool it would refuse.",
      "Example: popinjay mbox reindex --user alice"
    })
final class MboxReindexCommand extends MendingCommand {

  MboxReindexCommand(YamlConfigLoader loader) {
    super(loader);
  }

  @Override
  boolean changes() {
    return true;
  }

  @Override
  int run(Chosen chosen, MboxMaintenance maintenance) {
    return switch (chosen) {
      case Chosen.Nothing(var _, int exitCode, String why) -> refuse(exitCode, why);
      case Chosen.Lone lone -> refuse(lone);
      case Chosen.Box box -> mend(box, maintenance, true, this::done);
    };
  }

  private int done(ControlAnswer.Reopened opened) {
    say(
        "index built anew: %d messages, UIDVALIDITY %d, UIDNEXT %d"
            .formatted(opened.messages(), opened.uidValidity(), opened.uidNext()));
    return ExitCode.FINE;
  }
}
