package org.popinjay.server.cli;

import org.popinjay.config.Escape;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.mbox.maintenance.MboxMaintenance;
import org.popinjay.mailstore.mbox.maintenance.SpoolReport;
import org.popinjay.server.cli.SpoolChoice.Chosen;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `popinjay mbox verify`: what is not as it should be.
@Command(
    name = "verify",
    description = "Say everything that is odd about a spool and its state. Changes nothing.",
    footer = {
      "",
      "A line a finding: FILE:OCTET: message N: what [kind]. docs/operations.md tells what each"
          + " kind",
      "means and what to do.",
      "Exit code 0: nothing found. 1: something found. 66: no such file. 67: no such user.",
      "75: locked for too long. 77: may not be read; run it as root or as the user of the server.",
      "Examples: popinjay mbox verify /var/mail/alice",
      "          popinjay mbox verify --user alice --mailbox Sent"
    })
final class MboxVerifyCommand extends SpoolCommand {
  @Option(names = "--json", description = "Print one JSON object, that of stat.")
  private boolean json;

  MboxVerifyCommand(YamlConfigLoader loader) {
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
          print(report);
        }
        sayNotes(report);
        yield report.isClean() ? ExitCode.FINE : ExitCode.FINDINGS;
      }
    };
  }

  private void print(SpoolReport report) {
    for (var finding : report.findings()) {
      say(SpoolReportText.line(report.path(), finding));
    }
    if (report.findingsLeftOut() > 0) {
      say("and " + report.findingsLeftOut() + " more");
    }
    if (report.isClean()) {
      int messages = report.contents().map(SpoolReport.Contents::messages).orElse(0);
      say(Escape.text(report.path()) + ": " + messages + " messages, nothing found");
    }
  }
}
