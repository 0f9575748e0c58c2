package org.popinjay.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.popinjay.auth.UserNames;
import org.popinjay.auth.UserRecord;
import org.popinjay.auth.UserSource;
import org.popinjay.auth.UserSourceException;
import org.popinjay.config.MailConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.Template;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.MailboxName;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Which spool a command is about: a FILE, or a mailbox of a user of the settings. A FILE that is
/// the INBOX of the user of that name is that mailbox.
final class SpoolChoice {
  @Mixin private SettingsSource settings;

  @Parameters(paramLabel = "FILE", arity = "0..1", description = "The spool file.")
  private @Nullable Path file;

  @Option(
      names = {"-u", "--user"},
      paramLabel = "NAME",
      description = "A user of the settings, instead of FILE.")
  private @Nullable String user;

  @Option(
      names = {"-m", "--mailbox"},
      paramLabel = "NAME",
      description = "A mailbox of that user; INBOX if left out.")
  private @Nullable String mailbox;

  SpoolChoice(YamlConfigLoader loader) {
    settings = new SettingsSource(loader);
  }

  /// What was chosen.
  sealed interface Chosen {
    PopinjayConfig config();

    /// A mailbox of a user.
    record Box(PopinjayConfig config, AccountOwner owner, MailboxName name) implements Chosen {}

    /// A file that is nobody's mailbox as far as is known.
    record Lone(PopinjayConfig config, String path) implements Chosen {}

    /// Nothing: what was wrong has been said, or is.
    record Nothing(PopinjayConfig config, int exitCode, String why) implements Chosen {
      static Nothing because(int exitCode, String why) {
        return new Nothing(PopinjayConfig.DEFAULTS, exitCode, why);
      }
    }
  }

  /// What is wrong with the words of the command line, or an empty string.
  String misuse() {
    if (file == null && user == null) {
      return "Which spool? Name a FILE, or a user with --user NAME";
    }
    if (file != null && user != null) {
      return "a FILE or --user NAME, not both";
    }
    return mailbox != null && user == null ? "--mailbox needs --user" : "";
  }

  /// Finds out what is meant. Asks the sources of users, which may block.
  Chosen choose(PrintWriter err) {
    if (file != null && !settings.isNamed() && !Files.isReadable(settings.file())) {
      return new Chosen.Lone(PopinjayConfig.DEFAULTS, path(file));
    }
    return switch (settings.load(List.of(), err)) {
      case LoadResult.Faulty _ -> Chosen.Nothing.because(ExitCode.SETTINGS, "");
      case LoadResult.Loaded loaded -> {
        var config = loaded.config();
        if (!config.store().engine().equals("mbox")) {
          yield Chosen.Nothing.because(
              ExitCode.SETTINGS, "store.engine " + config.store().engine() + " has no spools");
        }
        yield file != null ? byFile(config, path(file)) : byUser(config, String.valueOf(user));
      }
    };
  }

  private static String path(Path file) {
    return file.toAbsolutePath().normalize().toString();
  }

  private Chosen byUser(PopinjayConfig config, String wanted) {
    var name = UserNames.normalize(wanted);
    if (name.isEmpty()) {
      return Chosen.Nothing.because(ExitCode.NO_USER, "nobody can have the name " + wanted);
    }
    try {
      return switch (find(config, name.get())) {
        case UserSource.Found(UserRecord found, var _) -> box(config, found);
        case UserSource.Judged(UserRecord found, var _) -> box(config, found);
        case UserSource.Closed(String reason) ->
            Chosen.Nothing.because(
                ExitCode.NO_USER, wanted + " is shut out (" + reason + "); name the FILE");
        case UserSource.Unknown() ->
            Chosen.Nothing.because(ExitCode.NO_USER, "no source of users knows " + wanted);
      };
    } catch (UserSourceException | IOException e) {
      return Chosen.Nothing.because(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
  }

  private static UserSource.Lookup find(PopinjayConfig config, String name)
      throws UserSourceException, IOException {
    return Owners.of(config).find(name);
  }

  private Chosen box(PopinjayConfig config, UserRecord found) {
    var name = mailbox == null ? MailboxName.INBOX : new MailboxName(mailbox);
    return new Chosen.Box(config, Owners.owner(found), name);
  }

  /// A file is the spool of the user it is named after, if the settings say so, too.
  private static Chosen byFile(PopinjayConfig config, String path) {
    return userNamed(config, path.substring(path.lastIndexOf('/') + 1))
        .filter(owner -> isSpoolOf(config.mail(), owner, path))
        .<Chosen>map(owner -> new Chosen.Box(config, owner, MailboxName.INBOX))
        .orElseGet(() -> new Chosen.Lone(config, path));
  }

  private static Optional<AccountOwner> userNamed(PopinjayConfig config, String name) {
    try {
      var normal = UserNames.normalize(name);
      if (normal.isEmpty()) {
        return Optional.empty();
      }
      return switch (find(config, normal.get())) {
        case UserSource.Found(UserRecord found, var _) -> Optional.of(Owners.owner(found));
        case UserSource.Judged(UserRecord found, var _) -> Optional.of(Owners.owner(found));
        case UserSource.Closed _, UserSource.Unknown _ -> Optional.empty();
      };
    } catch (UserSourceException | IOException _) {
      // The file can be looked at alone all the same.
      return Optional.empty();
    }
  }

  private static boolean isSpoolOf(MailConfig mail, AccountOwner owner, String path) {
    var user =
        new Template.User(
            owner.name(),
            Optional.ofNullable(owner.home()),
            OptionalLong.of(Integer.toUnsignedLong(owner.identity().uid())));
    return mail.spool().expand(user) instanceof Template.Expansion.Expanded(String spool)
        && spool.equals(path);
  }
}
