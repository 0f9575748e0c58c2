package org.popinjay.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.popinjay.auth.AccountCheck;
import org.popinjay.auth.Admission;
import org.popinjay.auth.Origin;
import org.popinjay.auth.StoredPassword;
import org.popinjay.auth.UserRecord;
import org.popinjay.auth.UserSource;
import org.popinjay.auth.UserSourceException;
import org.popinjay.auth.UserSources;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Posix;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `popinjay auth test USER`: which source of users knows the name, what it says of the password,
/// and why not. Says what no client is ever told, so it is for whoever may read the settings.
///
/// Asks the sources themselves and not a server that runs: nothing is counted, delayed or
/// remembered.
@Command(
    name = "test",
    description = "Read a password and say which source of users lets it in, or why none does.",
    footer = {
      "",
      "Exit code 0: would be let in. 77: would not. 69: a source could not be asked.",
      "Run it as the user of the server: another one may read other files."
    })
final class AuthTestCommand implements Callable<Integer> {
  private final PasswordPrompt prompt;
  @Mixin private SettingsSource settings;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "USER", description = "The name, as a client would send it.")
  private String user = "";

  @Option(
      names = "--protocol",
      paramLabel = "PROTOCOL",
      description = "imap (the default) or pop3, for passwords of programs.")
  private String protocol = "imap";

  AuthTestCommand(YamlConfigLoader loader, InputStream in) {
    this.settings = new SettingsSource(loader);
    this.prompt = new PasswordPrompt(in);
  }

  @Override
  public Integer call() throws IOException {
    if (!protocol.equals("imap") && !protocol.equals("pop3")) {
      throw new ParameterException(spec.commandLine(), "--protocol: expected imap or pop3");
    }
    return switch (settings.load(List.of(), spec.commandLine().getErr())) {
      case LoadResult.Faulty _ -> ExitCode.SETTINGS;
      case LoadResult.Loaded loaded -> test(loaded.config());
    };
  }

  private int test(PopinjayConfig config) throws IOException {
    Admission admission;
    try {
      admission = Admission.of(config.auth());
    } catch (UserSourceException e) {
      say(String.valueOf(e.getMessage()));
      return ExitCode.UNAVAILABLE;
    }
    var name = admission.name(user);
    if (name.isEmpty()) {
      say("nobody can have the name " + user);
      return ExitCode.NO_PERMISSION;
    }
    if (!admission.admits(name.get())) {
      say("auth.allowUsers, auth.denyUsers: do not admit " + name.get());
      return ExitCode.NO_PERMISSION;
    }
    var password =
        prompt
            .read(false)
            .orElseThrow(() -> new ParameterException(spec.commandLine(), "no password"));
    try {
      return test(open(config), name.get(), password);
    } catch (UserSourceException | IOException e) {
      say(String.valueOf(e.getMessage()));
      return ExitCode.UNAVAILABLE;
    } finally {
      Arrays.fill(password, (byte) 0);
    }
  }

  private static List<UserSource> open(PopinjayConfig config) throws UserSourceException {
    return UserSources.open(
        config.users(),
        Posix.files(),
        Accounts.system(),
        config.auth().weakSchemes(),
        InstantSource.system(),
        System::nanoTime);
  }

  private int test(List<UserSource> sources, String name, byte[] password) throws IOException {
    for (var source : sources) {
      var lookup = source.find(name);
      if (lookup instanceof UserSource.Unknown) {
        say(source.name() + ": does not know " + name);
      } else {
        return answered(source, lookup, password);
      }
    }
    say("no source knows " + name);
    return ExitCode.NO_PERMISSION;
  }

  private int answered(UserSource source, UserSource.Lookup lookup, byte[] password)
      throws IOException {
    return switch (lookup) {
      case UserSource.Closed(var reason) -> no(source, "shuts the user out: " + reason);
      case UserSource.Found(var found, var stored) -> stored(source, found, stored, password);
      case UserSource.Judged(var found, var check) -> judged(source, found, check, password);
      case UserSource.Unknown() -> no(source, "does not know the user");
    };
  }

  private int stored(
      UserSource source, UserRecord found, List<StoredPassword> passwords, byte[] password) {
    for (var stored : passwords) {
      if (stored.hash().matches(password)) {
        var which = stored.label().isEmpty() ? "" : " (that of " + stored.label() + ")";
        return stored.isGoodFor(protocol)
            ? yes(source, found, which)
            : no(source, "the password fits" + which + " but is not for " + protocol);
      }
    }
    return no(source, "knows the user; the password does not fit");
  }

  private int judged(UserSource source, UserRecord found, AccountCheck check, byte[] password)
      throws IOException {
    var origin = new Origin(InetAddress.getLoopbackAddress(), protocol, "test");
    return switch (check.password(password, origin)) {
      case AccountCheck.Good() -> yes(source, found, "");
      case AccountCheck.Wrong _ -> no(source, "knows the user; the password does not fit");
      case AccountCheck.Shut(var reason) -> no(source, "shuts the user out: " + reason);
    };
  }

  private int yes(UserSource source, UserRecord found, String which) {
    var identity = found.identity();
    say(
        "%s: lets %s in%s, uid %s, gid %s, home %s"
            .formatted(
                source.name(),
                found.name(),
                which,
                Integer.toUnsignedString(identity.uid()),
                Integer.toUnsignedString(identity.gid()),
                found.home().orElse("none")));
    return ExitCode.FINE;
  }

  private int no(UserSource source, String why) {
    say(source.name() + ": " + why);
    return ExitCode.NO_PERMISSION;
  }

  private void say(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }
}
