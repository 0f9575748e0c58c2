package org.popinjay.server.cli;

import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.mbox.maintenance.MboxMaintenance;
import org.popinjay.mailstore.mbox.maintenance.SpoolFinding;
import org.popinjay.mailstore.mbox.maintenance.SpoolReport;
import org.popinjay.server.cli.SpoolChoice.Chosen;
import org.popinjay.server.control.ControlAnswer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `popinjay mbox repair`: has the work done that the next open of the mailbox would do.
@Command(
    name = "repair",
    description =
        "Finish what a crash interrupted, put a damaged state aside, replace an index that cannot"
            + " be used. Nothing else: no mail is ever mended.",
    footer = {
      "",
      "The server that runs does it, as it does by itself when it opens the mailbox; where none"
          + " runs,",
      "only as the user of the server. What is replaced is kept with .damaged at the end of its"
          + " name.",
      "Exit code 0: done, or nothing to do. 1: something is left. 66: no such file.",
      "67: no such user. 69: the server cannot. 75: locked for too long. 77: not the user of the"
          + " server,",
      "or a spool that it would refuse.",
      "Example: popinjay mbox repair --dry-run --user alice"
    })
final class MboxRepairCommand extends MendingCommand {
  @Option(
      names = {"-n", "--dry-run"},
      description = "Say what would be done, and change nothing.")
  private boolean dryRun;

  MboxRepairCommand(YamlConfigLoader loader) {
    super(loader);
  }

  @Override
  boolean changes() {
    return !dryRun;
  }

  @Override
  int run(Chosen chosen, MboxMaintenance maintenance) {
    return switch (examine(chosen, maintenance)) {
      case StoreResult.Failed<SpoolReport>(var failure) -> refuse(failure);
      case StoreResult.Done<SpoolReport>(SpoolReport report) -> {
        sayNotes(report);
        yield repair(chosen, maintenance, report);
      }
    };
  }

  private int repair(Chosen chosen, MboxMaintenance maintenance, SpoolReport before) {
    for (var finding : before.findings()) {
      if (finding.kind().isForTheNextOpen()) {
        say("to do: " + SpoolReportText.line(before.path(), finding));
      } else if (finding.kind() == SpoolFinding.Kind.REFUSED) {
        say("by hand: " + SpoolReportText.line(before.path(), finding));
      }
    }
    if (toDo(before) == 0) {
      say("nothing to repair; " + others(before));
      return ExitCode.FINE;
    }
    if (dryRun) {
      return ExitCode.FINE;
    }
    return switch (chosen) {
      case Chosen.Nothing(var _, int exitCode, String why) -> refuse(exitCode, why);
      case Chosen.Lone lone -> refuse(lone);
      case Chosen.Box box ->
          mend(box, maintenance, false, opened -> done(box, maintenance, opened));
    };
  }

  private static long toDo(SpoolReport report) {
    return report.findings().stream().filter(finding -> finding.kind().isForTheNextOpen()).count();
  }

  private static String others(SpoolReport report) {
    long count = report.findings().size() + report.findingsLeftOut();
    return count == 0
        ? "nothing found"
        : count + " findings are left as they are (popinjay mbox verify tells them)";
  }

  private int done(Chosen.Box box, MboxMaintenance maintenance, ControlAnswer.Reopened opened) {
    return switch (examine(box, maintenance)) {
      case StoreResult.Failed<SpoolReport>(var failure) -> refuse(failure);
      case StoreResult.Done<SpoolReport>(SpoolReport after) -> {
        for (var finding : after.findings()) {
          if (finding.kind().isForTheNextOpen()) {
            say("left: " + SpoolReportText.line(after.path(), finding));
          }
        }
        boolean all = toDo(after) == 0;
        say(
            "%s: %d messages, UIDVALIDITY %d, UIDNEXT %d; %s"
                .formatted(
                    all ? "repaired" : "not all repaired",
                    opened.messages(),
                    opened.uidValidity(),
                    opened.uidNext(),
                    others(after)));
        yield all ? ExitCode.FINE : ExitCode.FINDINGS;
      }
    };
  }
}
