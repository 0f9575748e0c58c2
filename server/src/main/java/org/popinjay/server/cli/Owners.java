package org.popinjay.server.cli;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.popinjay.auth.UserRecord;
import org.popinjay.auth.UserSource;
import org.popinjay.auth.UserSourceException;
import org.popinjay.auth.UserSources;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Posix;

/// The users of the settings, for commands that work on their mail.
final class Owners {
  private final List<? extends UserSource> sources;

  private Owners(List<? extends UserSource> sources) {
    this.sources = sources;
  }

  /// Opens the sources that the settings name.
  static Owners of(PopinjayConfig config) throws UserSourceException, IOException {
    return new Owners(
        UserSources.open(
            config.users(),
            Posix.files(),
            Accounts.system(),
            config.auth().weakSchemes(),
            InstantSource.system(),
            System::nanoTime));
  }

  /// Asks one source after the other, up to the first that knows the name.
  UserSource.Lookup find(String name) throws UserSourceException, IOException {
    UserSource.Lookup lookup = new UserSource.Unknown();
    for (var source : sources) {
      lookup = source.find(name);
      if (!(lookup instanceof UserSource.Unknown)) {
        break;
      }
    }
    return lookup;
  }

  /// Who owns the mail of a user.
  static AccountOwner owner(UserRecord found) {
    return new AccountOwner(found.name(), found.identity(), found.home().orElse(null));
  }
}
