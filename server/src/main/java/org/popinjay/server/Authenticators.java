package org.popinjay.server;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.popinjay.auth.Admission;
import org.popinjay.auth.AuthEvents;
import org.popinjay.auth.AuthThrottle;
import org.popinjay.auth.Authenticator;
import org.popinjay.auth.FailureLog;
import org.popinjay.auth.PasswordAuthenticator;
import org.popinjay.auth.SuccessCache;
import org.popinjay.auth.UserSource;
import org.popinjay.auth.UserSourceException;
import org.popinjay.auth.UserSources;
import org.popinjay.config.AuthConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Posix;
import org.popinjay.posix.PosixException;
import org.popinjay.server.cli.ExitCode;

/// Makes an authenticator for each generation of settings. What was learnt of guessers and of good
/// passwords is common to all of them.
final class Authenticators {
  private static final int PASSWORDS_REMEMBERED = 10_000;
  private static final Duration PASSWORDS_REMEMBERED_FOR = Duration.ofMinutes(5);

  private final byte[] saltKey;
  private final AuthThrottle throttle;
  private final SuccessCache remembered;
  private final AuthEvents events;
  private final Executor checks;

  /// @param settings with `mail.state`, which has to be there
  /// @param random a secure source
  /// @param counted hears of each sign-in, besides the log
  /// @param checks computes
  Authenticators(
      PopinjayConfig settings, RandomGenerator random, AuthEvents counted, Executor checks)
      throws StartException {
    try {
      this.saltKey = SaltKey.of(settings.mail().state(), Posix.files(), random);
    } catch (PosixException e) {
      throw new StartException(ExitCode.CANNOT_CREATE, "mail.state: " + e.getMessage());
    }
    this.throttle = new AuthThrottle(settings.auth().failureDelay(), System::nanoTime, random);
    this.remembered =
        new SuccessCache(PASSWORDS_REMEMBERED, PASSWORDS_REMEMBERED_FOR, System::nanoTime, random);
    this.events = AuthEvents.all(List.of(new FailureLog(System::nanoTime), counted));
    this.checks = checks;
  }

  /// Opens the sources of users. Blocks on the disk.
  ///
  /// @throws StartException for the first that cannot be used
  static List<UserSource> sources(PopinjayConfig settings) throws StartException {
    try {
      return UserSources.open(
          settings.users(),
          Posix.files(),
          Accounts.system(),
          settings.auth().weakSchemes(),
          InstantSource.system(),
          System::nanoTime);
    } catch (UserSourceException e) {
      throw new StartException(ExitCode.SETTINGS, String.valueOf(e.getMessage()));
    }
  }

  /// Makes an authenticator that asks these sources.
  Authenticator of(List<UserSource> sources, Admission admission, AuthConfig settings) {
    return new PasswordAuthenticator(
        sources, admission, settings, saltKey, throttle, remembered, events, checks);
  }

  /// Who may sign in. Blocks on the disk.
  ///
  /// @throws StartException if a file of users who may cannot be read
  static Admission admission(AuthConfig settings) throws StartException {
    try {
      return Admission.of(settings);
    } catch (UserSourceException e) {
      throw new StartException(ExitCode.SETTINGS, String.valueOf(e.getMessage()));
    }
  }

  /// Failed sign-ins of a name, or one like it, that are not forgotten yet.
  int failures(String name) {
    return throttle.failures(name);
  }

  /// Takes what is common to all generations.
  void change(AuthConfig settings) {
    throttle.change(settings.failureDelay());
  }
}
