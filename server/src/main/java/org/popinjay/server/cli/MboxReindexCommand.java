package org.popinjay.server.cli;

import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.mailstore.MailboxStatus;
import org.popinjay.mailstore.mbox.MboxMaintenance;
import org.popinjay.server.cli.SpoolChoice.Chosen;
import picocli.CommandLine.Command;

/// `popinjay mbox reindex`: throws the cache of a mailbox away and builds it anew.
@Command(
    name = "reindex",
    description =
        "Throw the index of a mailbox away and build it anew from the spool. UIDs and flags stay.",
    footer = {
      "",
      "Only while no server uses mail.state, and as the user of the server.",
      "Exit code 0: done. 66: no such file. 67: no such user. 69: a server runs.",
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
      case Chosen.Box box ->
          mend(box, maintenance, () -> maintenance.reindex(box.owner(), box.name()), this::done);
    };
  }

  private int done(MailboxStatus status) {
    say(
        "index built anew: %d messages, UIDVALIDITY %d, UIDNEXT %d"
            .formatted(status.messages(), status.uidValidity().value(), status.uidNext()));
    return ExitCode.FINE;
  }
}
