package org.popinjay.auth;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.popinjay.config.AuthConfig;
import org.popinjay.config.UserSourceConfig;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Pam;

/// Makes the sources of users that the settings name.
public final class UserSources {
  private UserSources() {}

  /// Opens each source, in the order of the settings.
  ///
  /// @param weakAllowed schemes of `auth.weakSchemes`
  /// @param nanoClock as [System#nanoTime]
  /// @throws UserSourceException for the first that cannot be used
  public static List<UserSource> open(
      List<UserSourceConfig> configured,
      FileCalls calls,
      Accounts accounts,
      List<AuthConfig.WeakScheme> weakAllowed,
      InstantSource clock,
      LongSupplier nanoClock)
      throws UserSourceException {
    var weak = schemes(weakAllowed);
    var sources = new ArrayList<UserSource>();
    for (var source : configured) {
      sources.add(
          switch (source) {
            case UserSourceConfig.FileSource(var path) ->
                UsersFileSource.open(path, calls, accounts, weak, clock, nanoClock);
            case UserSourceConfig.SystemSource(int minUid, boolean checkPasswordExpired) ->
                system(new SystemSource(accounts, minUid, checkPasswordExpired, weak, clock));
            case UserSourceConfig.PamSource(var service, int minUid) ->
                pam(service, accounts, minUid);
          });
    }
    return List.copyOf(sources);
  }

  private static Set<Scheme> schemes(List<AuthConfig.WeakScheme> allowed) {
    return allowed.stream()
        .map(scheme ->
            switch (scheme) {
              case PLAIN -> Scheme.PLAIN;
              case CRYPT -> Scheme.CRYPT;
              case SSHA -> Scheme.SSHA;
              case SSHA256 -> Scheme.SSHA256;
              case SSHA512 -> Scheme.SSHA512;
            })
        .collect(Collectors.toUnmodifiableSet());
  }

  private static PamSource pam(String service, Accounts accounts, int minUid)
      throws UserSourceException {
    var fault = Pam.fault();
    if (fault.isPresent()) {
      throw new UserSourceException("users.pam: " + fault.get());
    }
    return new PamSource(service, Pam.service(service), accounts, minUid);
  }

  private static SystemSource system(SystemSource source) throws UserSourceException {
    var fault = source.fault();
    if (fault.isPresent()) {
      throw new UserSourceException(fault.get());
    }
    return source;
  }
}
