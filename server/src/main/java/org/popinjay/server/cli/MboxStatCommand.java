package org.popinjay.server.cli;

import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.mbox.maintenance.MboxMaintenance;
import org.popinjay.mailstore.mbox.maintenance.SpoolReport;
import org.popinjay.server.cli.SpoolChoice.Chosen;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `popinjay mbox stat`: what is in a spool, and what is kept of it.
@Command(
    name = "stat",
    description = "Tell what is in a spool, and what mail.state has of it. Changes nothing.",
    footer = {
      "",
      "Exit code 0: told. 65: no mbox. 66: no such file. 67: no such user. 75: locked for too"
          + " long.",
      "77: may not be read; run it as root or as the user of the server.",
      "Examples: popinjay mbox stat /var/mail/alice",
      "          popinjay mbox stat --user alice --mailbox Sent --json"
    })
final class MboxStatCommand extends SpoolCommand {
  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  MboxStatCommand(YamlConfigLoader loader) {
    super(loader);
  }

  @Override
  boolean changes() {
    return false;
  }

  @Override
  int run(Chosen chosen, MboxMaintenance maintenance) {
    return switch (examine(chosen, maintenance)) {
      case StoreResult.Failed<SpoolReport>(var failure) -> refuse(failure);
      case StoreResult.Done<SpoolReport>(SpoolReport report) -> {
        if (json) {
          say(Json.print(SpoolReportText.tree(report)));
        } else {
          SpoolReportText.lines(report).forEach(this::say);
        }
        sayNotes(report);
        boolean told = report.contents().isPresent() || report.file().isEmpty();
        yield told ? ExitCode.FINE : ExitCode.WRONG_DATA;
      }
    };
  }
}
