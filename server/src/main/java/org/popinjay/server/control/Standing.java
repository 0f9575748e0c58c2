package org.popinjay.server.control;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.popinjay.auth.Admission;
import org.popinjay.auth.UserRecord;
import org.popinjay.auth.UserSource;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.MailStore;
import org.popinjay.pop3.LoginDelays;

/// What the server would do with somebody who comes now.
///
/// @param sources where users come from, in the order in which they are asked
/// @param admission under which name somebody signs in, and whether that name may
/// @param imapCapabilities what IMAP announces to a user after sign-in
/// @param pop3Capabilities what CAPA answers to a user after sign-in
/// @param failures failed sign-ins by name that are not forgotten yet
/// @param delays when users signed in by POP3 last
public record Standing(
    PopinjayConfig settings,
    List<UserSource> sources,
    Admission admission,
    MailStore store,
    Function<String, List<String>> imapCapabilities,
    Function<String, List<String>> pop3Capabilities,
    ToIntFunction<String> failures,
    LoginDelays delays) {
  /// Copies the list.
  public Standing {
    sources = List.copyOf(sources);
  }

  /// Whose mail a name stands for: the first source that knows it decides. Blocks.
  ///
  /// @param user as somebody signs in with it
  /// @return empty when none knows it, or one shuts it out
  /// @throws IOException if a source cannot be asked
  Optional<AccountOwner> owner(String user) throws IOException {
    var name = admission.name(user);
    if (name.isEmpty()) {
      return Optional.empty();
    }
    for (var source : sources) {
      switch (source.find(name.get())) {
        case UserSource.Unknown _ -> {
          // The next one may.
        }
        case UserSource.Closed _ -> {
          return Optional.empty();
        }
        case UserSource.Found(UserRecord found, var _) -> {
          return Optional.of(owner(found));
        }
        case UserSource.Judged(UserRecord found, var _) -> {
          return Optional.of(owner(found));
        }
      }
    }
    return Optional.empty();
  }

  static AccountOwner owner(UserRecord user) {
    return new AccountOwner(user.name(), user.identity(), user.home().orElse(null));
  }
}
