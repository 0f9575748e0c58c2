package org.popinjay.auth;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.popinjay.config.AuthConfig;
import org.popinjay.posix.Identity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Judges credentials by the sources of users.
///
/// Two things are answered on the calling thread, since they cost a few microseconds: a user in
/// memory whose passwords are compared without a slow hash, and one whose password was verified a
/// moment ago. Everything else, names that nobody has among it, goes to the executor, whose queue
/// is bounded: when it is full the client is told to come again.
public final class PasswordAuthenticator implements Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(PasswordAuthenticator.class);

  private final UserDirectory users;
  private final Admission admission;
  private final CleartextPolicy cleartext;
  private final ScramKeys scram;
  private final Set<String> admins;
  private final Optional<String> anonymousUser;
  private final AuthThrottle throttle;
  private final SuccessCache cache;
  private final AuthEvents events;
  private final Executor executor;

  /// @param sources in the order in which they are asked, at least one
  /// @param admission by which names users sign in, and who may
  /// @param settings who may sign in on behalf of others, whom strangers get, and which passwords
  ///   may come in the clear
  /// @param saltKey 32 octets that nobody else knows, the same after a restart
  /// @param executor for everything that blocks or computes; with a bounded queue, and as many
  ///   threads as there are cores, since each check may take 16 MiB and more
  public PasswordAuthenticator(
      List<UserSource> sources,
      Admission admission,
      AuthConfig settings,
      byte[] saltKey,
      AuthThrottle throttle,
      SuccessCache cache,
      AuthEvents events,
      Executor executor) {
    this.users = new UserDirectory(sources);
    this.admission = admission;
    this.cleartext = CleartextPolicy.of(settings);
    this.scram = new ScramKeys(users, saltKey.clone());
    this.admins = Set.copyOf(settings.admins());
    this.anonymousUser = settings.anonymousUser();
    this.throttle = throttle;
    this.cache = cache;
    this.events = events;
    this.executor = executor;
  }

  /// Where some are to sign in by a mechanism that needs their passwords in the clear, and others
  /// are not, it has to be announced to all: nobody has said yet who he is.
  @Override
  public boolean serves(StoredForm form) {
    return (form == StoredForm.CLEAR && cleartext.sparesSome())
        ? users.servesSome(form)
        : users.serves(form);
  }

  @Override
  public Optional<String> anonymousUser() {
    return anonymousUser;
  }

  @Override
  public CompletionStage<AuthResult> authenticate(Credentials credentials, Origin origin) {
    var attempt = new Attempt(credentials, origin);
    if (throttle.refuses(origin.address())) {
      return CompletableFuture.completedStage(
          attempt.end(attempt.unavailable(AuthEvents.REFUSED_ADDRESS, "")));
    }
    if (credentials instanceof Credentials.Stranger stranger) {
      return CompletableFuture.completedStage(attempt.end(attempt.stranger(stranger)));
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

  @Override
  public CompletionStage<Optional<ScramHash>> scramKeys(
      String user, ScramDigest digest, Origin origin) {
    if (throttle.refuses(origin.address())) {
      events.unavailable(origin, user, AuthEvents.REFUSED_ADDRESS, "");
      return CompletableFuture.completedStage(Optional.empty());
    }
    var answer = new CompletableFuture<Optional<ScramHash>>();
    try {
      executor.execute(() -> findKeys(user, digest, origin, answer));
    } catch (RejectedExecutionException _) {
      events.unavailable(origin, user, AuthEvents.BUSY, "");
      answer.complete(Optional.empty());
    }
    return answer;
  }

  private void findKeys(
      String user,
      ScramDigest digest,
      Origin origin,
      CompletableFuture<Optional<ScramHash>> answer) {
    Optional<ScramHash> keys = Optional.empty();
    try {
      var name = admission.name(user).filter(admission::admits);
      var found = name.isPresent() ? users.find(name.get()) : new UserSource.Unknown();
      var passwords =
          found instanceof UserSource.Found(var _, var stored) ? stored : List.<StoredPassword>of();
      keys = Optional.of(scram.of(passwords, user, digest));
    } catch (IOException e) {
      events.unavailable(origin, user, AuthEvents.BACKEND, String.valueOf(e.getMessage()));
    } catch (RuntimeException | LinkageError e) {
      LOG.error("keys not found by our own fault", e);
      events.unavailable(origin, user, AuthEvents.BACKEND, e.getClass().getSimpleName());
    } finally {
      answer.complete(keys);
    }
  }

  /// One attempt, on one thread after the other.
  private final class Attempt {
    private final Credentials credentials;
    private final Origin origin;
    private final Optional<String> name;

    Attempt(Credentials credentials, Origin origin) {
      this.credentials = credentials;
      this.origin = origin;
      this.name = admission.name(credentials.user());
    }

    AuthResult end(AuthResult result) {
      credentials.close();
      return result;
    }

    /// No source of users is asked: there may be a user of that name, and he is somebody else.
    AuthResult stranger(Credentials.Stranger stranger) {
      return granted(new UserRecord(stranger.user(), Identity.NOBODY, Optional.empty()), false);
    }

    /// The answer, if it can be had without blocking and is that of a user.
    Optional<AuthResult> fromMemory() {
      if (name.isEmpty()
          || !admission.admits(name.get())
          || wantsAnother()
          || !(credentials instanceof Credentials.Password password)) {
        return Optional.empty();
      }
      var lookup = users.findInMemory(name.get());
      return lookup.isPresent()
              && lookup.get() instanceof UserSource.Found found
              && !mustNotSend(found)
          ? fromMemory(found, password)
          : Optional.empty();
    }

    private Optional<AuthResult> fromMemory(UserSource.Found found, Credentials.Password password) {
      var usable = usable(found);
      if (!usable.isEmpty() && usable.stream().allMatch(PasswordHash::isCheap)) {
        return Optional.of(verify(found, password));
      }
      return usable.stream().anyMatch(hash -> isRemembered(found.user(), hash, password))
          ? Optional.of(granted(found.user(), true))
          : Optional.empty();
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
        if (name.isEmpty()) {
          return nobody(AuthEvents.BAD_NAME);
        }
        return admission.admits(name.get())
            ? judge(users.find(name.get()))
            : nobody(AuthEvents.NOT_ADMITTED);
      } catch (IOException e) {
        return unavailable(AuthEvents.BACKEND, String.valueOf(e.getMessage()));
      } catch (RuntimeException | LinkageError e) {
        LOG.error("sign-in failed by our own fault", e);
        return unavailable(AuthEvents.BACKEND, e.getClass().getSimpleName());
      } finally {
        credentials.close();
      }
    }

    private AuthResult judge(UserSource.Lookup lookup) throws IOException {
      var result =
          switch (lookup) {
            case UserSource.Unknown() -> nobody(AuthEvents.UNKNOWN_USER);
            case UserSource.Closed(var _) -> nobody(AuthEvents.ACCOUNT_CLOSED);
            case UserSource.Found found -> judge(found);
            case UserSource.Judged(var user, var check) -> judge(user, check);
          };
      return result instanceof AuthResult.Granted(var user) && wantsAnother()
          ? onBehalf(user.name())
          : result;
    }

    private AuthResult judge(UserSource.Found found) {
      return switch (credentials) {
        case Credentials.Password password ->
            mustNotSend(found) ? nobody(AuthEvents.IN_THE_CLEAR) : verify(found, password);
        case Credentials.Proof proof ->
            own(found).filter(proof::fits).isPresent()
                ? granted(found.user(), false)
                : denied(AuthEvents.BAD_PASSWORD);
        case Credentials.Vouched _ -> granted(found.user(), false);
        case Credentials.Stranger stranger -> stranger(stranger);
      };
    }

    /// Whether a password sent now is one too many: it says nothing that a mechanism would not have
    /// proved without showing it to others.
    private boolean mustNotSend(UserSource.Found found) {
      return cleartext.spares(origin.address(), origin.encrypted())
          && own(found).filter(hash -> hash.serves(StoredForm.CLEAR)).isPresent();
    }

    private AuthResult judge(UserRecord user, AccountCheck check) throws IOException {
      var verdict =
          switch (credentials) {
            case Credentials.Password password -> {
              events.verifying(origin);
              yield check.password(password.secret(), origin);
            }
            case Credentials.Vouched _ -> check.account(origin);
            case Credentials.Proof _, Credentials.Stranger _ ->
                new AccountCheck.Wrong(Duration.ZERO);
          };
      return switch (verdict) {
        case AccountCheck.Good() -> granted(user, false);
        case AccountCheck.Wrong(var delay) -> denied(AuthEvents.BAD_PASSWORD, delay);
        case AccountCheck.Shut(var _) -> denied(AuthEvents.ACCOUNT_CLOSED);
      };
    }

    /// A name without a password costs what a wrong password does.
    private AuthResult nobody(String reason) {
      switch (credentials) {
        case Credentials.Password password -> {
          events.verifying(origin);
          boolean _ = users.decoy().matches(password.secret());
        }
        case Credentials.Proof proof -> {
          boolean _ = proof.fits(PasswordHash.parse("{PLAIN}decoy"));
        }
        case Credentials.Vouched _, Credentials.Stranger _ -> {}
      }
      return denied(reason);
    }

    private AuthResult verify(UserSource.Found found, Credentials.Password password) {
      var usable = usable(found);
      if (usable.isEmpty()) {
        return nobody(AuthEvents.BAD_PASSWORD);
      }
      for (var hash : usable) {
        if (isRemembered(found.user(), hash, password)) {
          return granted(found.user(), true);
        }
      }
      for (var hash : usable) {
        events.verifying(origin);
        if (hash.matches(password.secret())) {
          remember(found.user(), hash, password);
          return granted(found.user(), false);
        }
      }
      return denied(AuthEvents.BAD_PASSWORD);
    }

    private List<PasswordHash> usable(UserSource.Found found) {
      return found.passwords().stream()
          .filter(password -> password.isGoodFor(origin.protocol()))
          .map(StoredPassword::hash)
          .toList();
    }

    /// The password that mechanisms of challenge and response go by.
    private Optional<PasswordHash> own(UserSource.Found found) {
      return found.passwords().stream()
          .findFirst()
          .filter(password -> password.isGoodFor(origin.protocol()))
          .map(StoredPassword::hash);
    }

    private boolean isRemembered(
        UserRecord user, PasswordHash hash, Credentials.Password password) {
      return !hash.isCheap() && cache.knows(cache.proof(user.name(), hash, password.secret()));
    }

    private void remember(UserRecord user, PasswordHash hash, Credentials.Password password) {
      if (!hash.isCheap()) {
        cache.remember(cache.proof(user.name(), hash, password.secret()));
      }
    }

    private boolean wantsAnother() {
      var other = credentials.onBehalfOf();
      return other.isPresent() && !other.flatMap(admission::name).equals(name);
    }

    /// The admin is who he says; whose mailbox is it to be?
    private AuthResult onBehalf(String admin) throws IOException {
      var other = credentials.onBehalfOf().flatMap(admission::name).filter(admission::admits);
      if (!admins.contains(admin) || other.isEmpty()) {
        return denied(AuthEvents.NOT_ADMIN);
      }
      return switch (users.find(other.get())) {
        case UserSource.Found(var user, var _) -> granted(user, false);
        case UserSource.Judged(var user, var check)
            when check.account(origin) instanceof AccountCheck.Good ->
            granted(user, false);
        case UserSource.Judged _, UserSource.Closed _, UserSource.Unknown _ ->
            denied(AuthEvents.NOT_ADMIN);
      };
    }

    private AuthResult granted(UserRecord user, boolean remembered) {
      events.granted(origin, remembered);
      return new AuthResult.Granted(user);
    }

    private AuthResult denied(String reason) {
      return denied(reason, Duration.ZERO);
    }

    /// @param delay how long a source wants the answer to wait at the least
    private AuthResult denied(String reason, Duration delay) {
      events.denied(origin, credentials.user(), reason);
      var answerAfter = throttle.failed(origin.address(), name);
      return new AuthResult.Denied(reason, delay.compareTo(answerAfter) > 0 ? delay : answerAfter);
    }

    AuthResult unavailable(String reason, String detail) {
      events.unavailable(origin, credentials.user(), reason, detail);
      return new AuthResult.TemporarilyUnavailable(reason);
    }
  }
}
