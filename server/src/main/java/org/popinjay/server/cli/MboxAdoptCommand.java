package org.popinjay.server.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.popinjay.auth.UserNames;
import org.popinjay.auth.UserSource;
import org.popinjay.auth.UserSourceException;
import org.popinjay.config.Escape;
import org.popinjay.config.MailConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.OptionSetting;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.StoreStartException;
import org.popinjay.mailstore.mbox.ledger.Adopted;
import org.popinjay.mailstore.mbox.ledger.OldDrop;
import org.popinjay.mailstore.mbox.ledger.OldIndex;
import org.popinjay.mailstore.mbox.maintenance.Adoption;
import org.popinjay.mailstore.mbox.maintenance.MboxMaintenance;
import org.popinjay.posix.FsuidWorkers;
import org.popinjay.posix.UserIdentity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `popinjay mbox adopt`: takes INBOXes over from an older server, with the unique-ids that it
/// gave.
@Command(
    name = "adopt",
    description =
        "Take INBOXes over from an older server, so that their mail keeps the unique-ids of POP3"
            + " that it gave.",
    footer = {
      "",
      "SERVER: uw, dovecot, dovecot:FORMAT (its pop3_uidl_format), qpopper, qpopper:4, popa3d,"
          + " cyrus,",
      "heimdal, mailutils, file:PATH (lines of user, digest and id, with tabs between), or a text"
          + " as",
      "pop3.uidlFormat has. UIDs and flags are taken over in any case.",
      "Without USER: everybody whose spool lies in the folder of mail.spool.",
      "Only while no server uses mail.state, and as the user of the server; --dry-run changes"
          + " nothing and",
      "works at any time. An INBOX that was looked at before is left as it is.",
      "Exit code 0: all was taken over. 1: some were not, or not what Dovecot's index has. 67:"
          + " nobody is there. 69: a server runs.",
      "77: not the user of the server. 78: wrong settings.",
      "Examples: popinjay mbox adopt --from dovecot --dry-run",
      "          getent passwd | cut -d: -f1 | popinjay mbox adopt --from qpopper --users -"
    })
final class MboxAdoptCommand implements Callable<Integer> {
  private static final int WORKERS = 2;
  private static final int QUEUED = 16;

  @Mixin private SettingsSource settings;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--from",
      paramLabel = "SERVER",
      required = true,
      description = "What served the mail before.")
  private String from = "";

  @Option(
      names = "--index",
      paramLabel = "DIR",
      description =
          "Where Dovecot kept the index of an INBOX: a folder, with {user}, {home} and the other"
              + " words of mail.spool. Default: as mbox.dovecotIndex says.")
  private @Nullable String index;

  @Parameters(paramLabel = "USER", arity = "0..*", description = "Whose INBOX.")
  private List<String> named = new ArrayList<>();

  @Option(
      names = "--users",
      paramLabel = "FILE",
      description = "Read names of users from a file, one a line; - is standard input.")
  private @Nullable String listed;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Say what would be kept, and change nothing.")
  private boolean dryRun;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print no progress, and no line a user.")
  private boolean quiet;

  MboxAdoptCommand(YamlConfigLoader loader) {
    settings = new SettingsSource(loader);
  }

  /// What came of all of them.
  private static final class Sums {
    private int users;
    private int adopted;
    private int faults;
    private long messages;
    private long ids;
  }

  @Override
  public Integer call() throws IOException {
    var scratch = dryRun ? Files.createTempDirectory("popinjay-adopt-") : null;
    try {
      var options = new ArrayList<OptionSetting>();
      options.add(new OptionSetting("--from", "pop3.uidlImport", from));
      if (index != null) {
        options.add(new OptionSetting("--index", "mbox.dovecotIndex", index));
      }
      if (scratch != null) {
        options.add(new OptionSetting("--dry-run", "mail.state", scratch.toString()));
        options.add(new OptionSetting("--dry-run", "mbox.journalReserve", "1MiB"));
      }
      return switch (settings.load(options, err())) {
        case LoadResult.Faulty _ -> ExitCode.SETTINGS;
        case LoadResult.Loaded loaded -> run(loaded.config());
      };
    } finally {
      if (scratch != null) {
        remove(scratch);
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  private int run(PopinjayConfig config) throws IOException {
    if (!config.store().engine().equals("mbox")) {
      return refuse(
          ExitCode.SETTINGS, "store.engine " + config.store().engine() + " has no spools");
    }
    var stranger = dryRun ? "" : MendingCommand.strangerTo(config);
    if (!stranger.isEmpty()) {
      return refuse(ExitCode.NO_PERMISSION, stranger);
    }
    List<String> users;
    try {
      users = users(config);
    } catch (IOException e) {
      return refuse(ExitCode.NO_INPUT, String.valueOf(e.getMessage()));
    }
    if (users.isEmpty()) {
      return refuse(
          ExitCode.NO_USER,
          "nobody to adopt: no spool in the folder of mail.spool " + config.mail().spool());
    }
    if (config.mail().identity() == MailConfig.Identity.PROCESS) {
      return adopt(config, UserIdentity.process(), users);
    }
    try (var workers = FsuidWorkers.start(WORKERS, QUEUED)) {
      return adopt(config, workers, users);
    }
  }

  /// Names on the command line, in a file, or of the spools that are there.
  private List<String> users(PopinjayConfig config) throws IOException {
    var users = new ArrayList<>(named);
    if (listed != null) {
      try (var lines =
          listed.equals("-")
              ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
              : Files.newBufferedReader(Path.of(listed))) {
        lines.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(users::add);
      }
    } else if (named.isEmpty()) {
      var spool = config.mail().spool().toString();
      if (!spool.endsWith("/{user}") || spool.indexOf('{') < spool.length() - "{user}".length()) {
        throw new IOException(
            "mail.spool " + spool + " is no folder of spools; name users, or a list with --users");
      }
      var folder = Path.of(spool.substring(0, spool.length() - "{user}".length()));
      try (Stream<Path> spools = Files.list(folder)) {
        spools
            .map(path -> String.valueOf(path.getFileName()))
            .map(MboxAdoptCommand::withoutPop)
            .filter(name -> !name.startsWith(".") && !name.endsWith(".lock"))
            .distinct()
            .sorted()
            .forEach(users::add);
      }
    }
    return users;
  }

  /// Whose mail may be in `.USER.pop` alone has no spool.
  private static String withoutPop(String name) {
    return name.startsWith(".") && name.endsWith(".pop")
        ? name.substring(1, Math.max(1, name.length() - ".pop".length()))
        : name;
  }

  private int adopt(PopinjayConfig config, UserIdentity identity, List<String> users)
      throws IOException {
    var sums = new Sums();
    try (var adoption =
            new MboxMaintenance(config, SpoolCommand.around(identity)).adoption(!dryRun);
        var bar = new ProgressBar(err(), System::nanoTime, !quiet && ProgressBar.isTerminal())) {
      var owners = Owners.of(config);
      for (var user : users) {
        bar.octets(sums.users++, users.size());
        adopt(adoption, owners, user, sums);
      }
    } catch (StoreStartException e) {
      return switch (e.reason()) {
        case IN_USE -> refuse(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()));
        case CANNOT_CREATE -> refuse(ExitCode.CANNOT_CREATE, String.valueOf(e.getMessage()));
        case NO_PERMISSION -> refuse(ExitCode.NO_PERMISSION, String.valueOf(e.getMessage()));
      };
    } catch (UserSourceException e) {
      return refuse(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
    say(
        "%s %d of %d: %d messages, %d unique-ids kept"
            .formatted(
                dryRun ? "would adopt" : "adopted",
                sums.adopted,
                sums.users,
                sums.messages,
                sums.ids));
    return sums.adopted == sums.users && sums.faults == 0 ? ExitCode.FINE : ExitCode.FINDINGS;
  }

  private void adopt(Adoption adoption, Owners owners, String user, Sums sums)
      throws UserSourceException, IOException {
    var name = UserNames.normalize(user);
    if (name.isEmpty()) {
      tell(user, "nobody can have this name");
      return;
    }
    switch (owners.find(name.get())) {
      case UserSource.Found(var found, var _) -> adopt(adoption, Owners.owner(found), sums);
      case UserSource.Judged(var found, var _) -> adopt(adoption, Owners.owner(found), sums);
      case UserSource.Closed(String reason) -> tell(user, "shut out (" + reason + ")");
      case UserSource.Unknown() -> tell(user, "no source of users knows this name");
    }
  }

  private void adopt(Adoption adoption, AccountOwner owner, Sums sums) {
    switch (adoption.adopt(owner)) {
      case StoreResult.Failed<Adopted>(StoreFailure failure) ->
          tell(owner.name(), "not adopted: " + failure.detail());
      case StoreResult.Done<Adopted>(Adopted done) when done.known() ->
          tell(owner.name(), "known already, left as it is");
      case StoreResult.Done<Adopted>(Adopted done) -> {
        sums.adopted++;
        sums.messages += done.messages();
        sums.ids += done.ids();
        if (!quiet) {
          say(
              "%s: %d messages, %d unique-ids kept, %s%s"
                  .formatted(
                      Escape.text(owner.name()),
                      done.messages(),
                      done.ids(),
                      done.sameUids()
                          ? "UIDs and UIDVALIDITY " + done.uidValidity() + " kept"
                          : "UIDs are new",
                      done.index().map(MboxAdoptCommand::flags).orElse("")
                          + done.drop().map(this::left).orElse("")));
        }
        done.drop()
            .filter(drop -> !drop.fault().isEmpty())
            .ifPresent(drop -> {
              sums.faults++;
              tell(owner.name(), "what is in .USER.pop stays there: " + drop.fault());
            });
        done.index()
            .filter(index -> !index.fault().isEmpty())
            .ifPresent(index -> {
              sums.faults++;
              tell(owner.name(), "nothing is taken over from Dovecot's index: " + index.fault());
            });
      }
    }
  }

  private String left(OldDrop drop) {
    return drop.messages() == 0 || !drop.fault().isEmpty()
        ? ""
        : ", %d messages of .USER.pop %s"
            .formatted(drop.messages(), dryRun ? "would come back before" : "are back");
  }

  private static String flags(OldIndex index) {
    return index.flags() == 0 ? "" : ", flags of " + index.flags() + " out of Dovecot's index";
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  private void say(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }

  private void tell(String user, String what) {
    err().println("popinjay: " + Escape.text(user) + ": " + Escape.text(what));
    err().flush();
  }

  private int refuse(int exitCode, String why) {
    err().println("popinjay: " + Escape.text(why));
    err().flush();
    return exitCode;
  }
}
