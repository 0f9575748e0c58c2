package org.popinjay.auth;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.popinjay.config.UserSourceConfig;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.FileCalls;

/// Makes the sources of users that the settings name.
public final class UserSources {
  private UserSources() {}

  /// Opens each source, in the order of the settings.
  ///
  /// @param nanoClock as [System#nanoTime]
  /// @throws UserSourceException for the first that cannot be used
  public static List<UserSource> open(
      List<UserSourceConfig> configured,
      FileCalls calls,
      Accounts accounts,
      InstantSource clock,
      LongSupplier nanoClock)
      throws UserSourceException {
    var sources = new ArrayList<UserSource>();
    for (var source : configured) {
      sources.add(
          switch (source) {
            case UserSourceConfig.FileSource(var path) ->
                UsersFileSource.open(path, calls, accounts, clock, nanoClock);
            case UserSourceConfig.SystemSource(int minUid) ->
                system(new SystemSource(accounts, minUid, clock));
            case UserSourceConfig.PamSource(var _) ->
                throw new UserSourceException(
                    "users.pam: not built into this version (use users.system or a users file)");
          });
    }
    return List.copyOf(sources);
  }

  private static SystemSource system(SystemSource source) throws UserSourceException {
    var fault = source.fault();
    if (fault.isPresent()) {
      throw new UserSourceException(fault.get());
    }
    return source;
  }
}
