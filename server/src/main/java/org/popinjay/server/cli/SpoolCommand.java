package org.popinjay.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.popinjay.config.Escape;
import org.popinjay.config.MailConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.StoreSurroundings;
import org.popinjay.mailstore.mbox.maintenance.MboxMaintenance;
import org.popinjay.mailstore.mbox.maintenance.SpoolReport;
import org.popinjay.posix.FsuidWorkers;
import org.popinjay.posix.Posix;
import org.popinjay.posix.UserIdentity;
import org.popinjay.server.cli.SpoolChoice.Chosen;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What the commands about one spool share: which one, with whose rights, and how it ends.
abstract class SpoolCommand implements Callable<Integer> {
  private static final int WORKERS = 2;
  private static final int QUEUED = 16;

  @Mixin private SpoolChoice choice;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-q", "--quiet"},
      description = "Print nothing but what is asked for: no progress, no notes.")
  private boolean quiet;

  SpoolCommand(YamlConfigLoader loader) {
    choice = new SpoolChoice(loader);
  }

  @Override
  public final Integer call() throws IOException {
    var misuse = choice.misuse();
    if (!misuse.isEmpty()) {
      throw new ParameterException(spec.commandLine(), misuse);
    }
    return switch (choice.choose(spec.commandLine().getErr())) {
      case Chosen.Nothing(var _, int exitCode, String why) -> refuse(exitCode, why);
      case Chosen.Box box -> withRights(box);
      case Chosen.Lone lone -> run(lone, new MboxMaintenance(lone.config(), around()));
    };
  }

  /// With the rights that the server would use, where they can be had: who looks as root, or as the
  /// user whose spool it is, needs no others.
  private int withRights(Chosen.Box box) throws IOException {
    if (box.config().mail().identity() == MailConfig.Identity.PROCESS) {
      return run(box, new MboxMaintenance(box.config(), around()));
    }
    FsuidWorkers workers;
    try {
      workers = FsuidWorkers.start(WORKERS, QUEUED);
    } catch (IOException e) {
      return changes()
          ? refuse(
              ExitCode.NO_PERMISSION,
              "mail.identity user needs the capabilities CAP_SETUID and CAP_SETGID here, too ("
                  + e.getMessage()
                  + "); docs/operations.md has the command")
          : run(box, new MboxMaintenance(box.config(), around()));
    }
    try (workers) {
      return run(box, new MboxMaintenance(box.config(), around(workers)));
    }
  }

  private static StoreSurroundings around() {
    return around(UserIdentity.process());
  }

  /// What the engine needs besides the settings.
  static StoreSurroundings around(UserIdentity identity) {
    return new StoreSurroundings(
        Posix.files(), identity, InstantSource.system(), new SecureRandom(), StoreEvents.NONE);
  }

  /// Whether anything may be changed.
  abstract boolean changes();

  /// Does the work and returns the exit code.
  abstract int run(Chosen chosen, MboxMaintenance maintenance);

  /// Looks at the spool, with progress on a terminal.
  final StoreResult<SpoolReport> examine(Chosen chosen, MboxMaintenance maintenance) {
    var err = spec.commandLine().getErr();
    try (var bar = new ProgressBar(err, System::nanoTime, !quiet && ProgressBar.isTerminal())) {
      return switch (chosen) {
        case Chosen.Box(PopinjayConfig _, var owner, var name) ->
            maintenance.examine(owner, name, bar);
        case Chosen.Lone(PopinjayConfig _, String path) -> maintenance.examine(path, bar);
        case Chosen.Nothing _ -> throw new IllegalStateException("nothing to examine");
      };
    }
  }

  /// Says what could not be looked at.
  final void sayNotes(SpoolReport report) {
    if (!quiet) {
      report
          .notes()
          .forEach(note -> spec.commandLine().getErr().println("popinjay: " + Escape.text(note)));
      spec.commandLine().getErr().flush();
    }
  }

  /// Prints a line of the answer.
  final void say(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }

  /// Where faults are printed.
  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /// Says why it cannot be done.
  final int refuse(int exitCode, String why) {
    if (!why.isEmpty()) {
      spec.commandLine().getErr().println("popinjay: " + Escape.text(why));
      spec.commandLine().getErr().flush();
    }
    return exitCode;
  }

  /// Says why the store could not do it.
  final int refuse(StoreFailure failure) {
    return refuse(exitCode(failure), failure.detail());
  }

  /// What a command ends with that the store could not serve.
  static int exitCode(StoreFailure failure) {
    return switch (failure) {
      case StoreFailure.NotFound _ -> ExitCode.NO_INPUT;
      case StoreFailure.NameRefused _, StoreFailure.NameTooLong _ -> ExitCode.NO_INPUT;
      case StoreFailure.NotAMailbox _ -> ExitCode.WRONG_DATA;
      case StoreFailure.Denied _, StoreFailure.ReadOnly _ -> ExitCode.NO_PERMISSION;
      case StoreFailure.Busy _, StoreFailure.Claimed _ -> ExitCode.TRY_AGAIN;
      case StoreFailure.NoSpace _, StoreFailure.OverQuota _ -> ExitCode.CANNOT_CREATE;
      case StoreFailure.Unavailable _ -> ExitCode.UNAVAILABLE;
      case StoreFailure.Broken _, StoreFailure.Gone _ -> ExitCode.DISK;
      case StoreFailure.AlreadyExists _, StoreFailure.HasChildren _ -> ExitCode.SOFTWARE;
      case StoreFailure.UseTaken _, StoreFailure.TooManyKeywords _ -> ExitCode.SOFTWARE;
      case StoreFailure.TooManySubscriptions _, StoreFailure.ContentRefused _ -> ExitCode.SOFTWARE;
    };
  }
}
