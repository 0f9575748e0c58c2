package org.popinjay.auth;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Judges passwords by the sources of users.
///
/// Two things are answered on the calling thread, since they cost a microsecond or a few: a user in
/// memory whose password is stored in the clear, and one whose password was verified a moment ago.
/// Everything else, names that nobody has among it, goes to the executor, whose queue is bounded:
/// when it is full the client is told to come again.
public final class PasswordAuthenticator implements Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(PasswordAuthenticator.class);

  private final List<UserSource> sources;
  private final Set<String> admins;
  private final AuthThrottle throttle;
  private final SuccessCache cache;
  private final AuthEvents events;
  private final Executor executor;

  /// @param sources in the order in which they are asked, at least one
  /// @param admins names that may sign in on behalf of others (`auth.admins`)
  /// @param executor for everything that blocks or computes; with a bounded queue, and as many
  ///   threads as there are cores, since each check may take 16 MiB and more
  public PasswordAuthenticator(
      List<UserSource> sources,
      List<String> admins,
      AuthThrottle throttle,
      SuccessCache cache,
      AuthEvents events,
      Executor executor) {
    if (sources.isEmpty()) {
      throw new IllegalArgumentException("no source of users (expected at least one)");
    }
    this.sources = List.copyOf(sources);
    this.admins = Set.copyOf(admins);
    this.throttle = throttle;
    this.cache = cache;
    this.events = events;
    this.executor = executor;
  }

  @Override
  public CompletionStage<AuthResult> authenticate(Credentials credentials, Origin origin) {
    return switch (credentials) {
      case Credentials.Password password -> authenticate(new Attempt(password, origin));
    };
  }

  private CompletionStage<AuthResult> authenticate(Attempt attempt) {
    if (throttle.refuses(attempt.origin.address())) {
      return CompletableFuture.completedStage(
          attempt.end(attempt.unavailable(AuthEvents.REFUSED_ADDRESS, "")));
    }
    var quick = attempt.fromMemory();
    if (quick.isPresent()) {
      return CompletableFuture.completedStage(attempt.end(quick.get()));
    }
    var answer = new CompletableFuture<AuthResult>();
    try {
      executor.execute(() -> attempt.answer(answer));
    } catch (RejectedExecutionException _) {
      answer.complete(attempt.end(attempt.unavailable(AuthEvents.BUSY, "")));
    }
    return answer;
  }

  /// One attempt, on one thread after the other.
  private final class Attempt {
    private final Credentials.Password password;
    private final Origin origin;
    private final Optional<String> name;

    Attempt(Credentials.Password password, Origin origin) {
      this.password = password;
      this.origin = origin;
      this.name = UserNames.normalize(password.user());
    }

    AuthResult end(AuthResult result) {
      password.close();
      return result;
    }

    /// The answer, if it can be had without blocking and is that of a user.
    Optional<AuthResult> fromMemory() {
      if (name.isEmpty() || wantsAnother()) {
        return Optional.empty();
      }
      for (var source : sources) {
        var lookup = source.findInMemory(name.get());
        if (lookup.isEmpty() || lookup.get() instanceof UserSource.Closed) {
          return Optional.empty();
        }
        if (lookup.get() instanceof UserSource.Found found) {
          return fromMemory(found);
        }
      }
      return Optional.empty();
    }

    private Optional<AuthResult> fromMemory(UserSource.Found found) {
      if (found.password().isCheap()) {
        return Optional.of(verify(found));
      }
      var proof = cache.proof(found.user().name(), found.password(), password.secret());
      return cache.knows(proof) ? Optional.of(granted(found.user(), true)) : Optional.empty();
    }

    /// Answers even when the machine is out of memory: nobody else would end the client's wait.
    void answer(CompletableFuture<AuthResult> answer) {
      AuthResult result = new AuthResult.TemporarilyUnavailable(AuthEvents.BACKEND);
      try {
        result = judge();
      } finally {
        answer.complete(result);
      }
    }

    /// The answer, whatever it takes.
    AuthResult judge() {
      try {
        return name.isEmpty() ? nobody(AuthEvents.BAD_NAME) : judge(find(name.get()));
      } catch (IOException e) {
        return unavailable(AuthEvents.BACKEND, String.valueOf(e.getMessage()));
      } catch (RuntimeException | LinkageError e) {
        LOG.error("sign-in failed by our own fault", e);
        return unavailable(AuthEvents.BACKEND, e.getClass().getSimpleName());
      } finally {
        password.close();
      }
    }

    private AuthResult judge(UserSource.Lookup lookup) throws IOException {
      return switch (lookup) {
        case UserSource.Unknown() -> nobody(AuthEvents.UNKNOWN_USER);
        case UserSource.Closed(var _) -> nobody(AuthEvents.ACCOUNT_CLOSED);
        case UserSource.Found found -> {
          var result = verify(found);
          yield result instanceof AuthResult.Granted && wantsAnother()
              ? onBehalf(found.user().name())
              : result;
        }
      };
    }

    /// A name without a password costs what a wrong password does.
    private AuthResult nobody(String reason) {
      events.verifying(origin);
      boolean _ = decoy().matches(password.secret());
      return denied(reason);
    }

    private AuthResult verify(UserSource.Found found) {
      var hash = found.password();
      if (hash.isCheap()) {
        events.verifying(origin);
        return hash.matches(password.secret())
            ? granted(found.user(), false)
            : denied(AuthEvents.BAD_PASSWORD);
      }
      var proof = cache.proof(found.user().name(), hash, password.secret());
      if (cache.knows(proof)) {
        return granted(found.user(), true);
      }
      events.verifying(origin);
      if (!hash.matches(password.secret())) {
        return denied(AuthEvents.BAD_PASSWORD);
      }
      cache.remember(proof);
      return granted(found.user(), false);
    }

    private boolean wantsAnother() {
      return password.onBehalfOf().isPresent() && !password.onBehalfOf().equals(name);
    }

    /// The password was right; whose mailbox is it to be?
    private AuthResult onBehalf(String admin) throws IOException {
      var other = password.onBehalfOf().flatMap(UserNames::normalize);
      if (!admins.contains(admin)
          || other.isEmpty()
          || !(find(other.get()) instanceof UserSource.Found(var user, var _))) {
        return denied(AuthEvents.NOT_ADMIN);
      }
      return granted(user, false);
    }

    private AuthResult granted(UserRecord user, boolean remembered) {
      events.granted(origin, remembered);
      return new AuthResult.Granted(user);
    }

    private AuthResult denied(String reason) {
      events.denied(origin, password.user(), reason);
      return new AuthResult.Denied(reason, throttle.failed(origin.address()));
    }

    AuthResult unavailable(String reason, String detail) {
      events.unavailable(origin, password.user(), reason, detail);
      return new AuthResult.TemporarilyUnavailable(reason);
    }
  }

  private UserSource.Lookup find(String name) throws IOException {
    for (var source : sources) {
      var lookup = source.find(name);
      if (!(lookup instanceof UserSource.Unknown)) {
        return lookup;
      }
    }
    return new UserSource.Unknown();
  }

  /// The first decoy that costs something: a name that nobody has was asked of every source.
  private PasswordHash decoy() {
    return sources.stream()
        .map(UserSource::decoy)
        .filter(hash -> !hash.isCheap())
        .findFirst()
        .orElseGet(() -> sources.getFirst().decoy());
  }
}
