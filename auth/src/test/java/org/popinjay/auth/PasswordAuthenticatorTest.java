package org.popinjay.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.config.AuthConfig;
import org.popinjay.posix.Identity;

class PasswordAuthenticatorTest {
  /// The password is `Hello world!`.
  private static final String HASH =
      PasswordHash.make(Scheme.SHA256_CRYPT, "Hello world!".getBytes(UTF_8), new Random(1));

  private static final Identity ID = new Identity(1001, 1001, List.of());

  private final MemorySource first = new MemorySource();
  private final MemorySource second = new MemorySource();
  private final Heard heard = new Heard();
  private final Deque<Runnable> queue = new ArrayDeque<>();
  private int room = 10;
  private long now;
  private final AuthThrottle throttle = new AuthThrottle(Duration.ofSeconds(2), () -> now, () -> 0);
  private PasswordAuthenticator authenticator = authenticator(settings());

  @Test
  void aPlainPasswordInMemoryIsAnsweredAtOnce() {
    first.add("bob", "{PLAIN}secret");
    assertThat(ask("bob", "secret").getNow(null)).isEqualTo(new AuthResult.Granted(user("bob")));
    assertThat(ask("bob", "Secret").getNow(null))
        .isEqualTo(new AuthResult.Denied("bad-password", Duration.ofSeconds(2)));
    assertThat(queue).isEmpty();
    assertThat(heard.lines)
        .containsExactly("verifying", "granted", "verifying", "denied bob bad-password");
  }

  @Test
  void aHashIsComputedElsewhere() {
    first.add("bob", HASH);
    var answer = ask("bob", "Hello world!");
    assertThat(answer).isNotDone();
    assertThat(run(answer)).isEqualTo(new AuthResult.Granted(user("bob")));
  }

  @Test
  void aPasswordVerifiedAMomentAgoIsAnsweredAtOnceUntilTheHashChanges() {
    first.add("bob", HASH);
    run(ask("bob", "Hello world!"));
    assertThat(ask("bob", "Hello world!").getNow(null)).isInstanceOf(AuthResult.Granted.class);
    assertThat(heard.lines).containsExactly("verifying", "granted", "granted remembered");

    first.add("bob", PasswordHash.make(Scheme.SHA256_CRYPT, "new".getBytes(UTF_8), new Random(2)));
    var answer = ask("bob", "Hello world!");
    assertThat(answer).isNotDone();
    assertThat(run(answer)).isInstanceOf(AuthResult.Denied.class);
  }

  @Test
  void aSourceThatMustBlockIsAskedElsewhereAndSparesTheHash() {
    first.blocking = true;
    first.add("bob", HASH);
    run(ask("bob", "Hello world!"));
    var answer = ask("bob", "Hello world!");
    assertThat(answer).isNotDone();
    assertThat(run(answer)).isInstanceOf(AuthResult.Granted.class);
    assertThat(heard.lines).containsExactly("verifying", "granted", "granted remembered");
  }

  @Test
  void theFirstSourceThatKnowsTheNameDecides() {
    first.add("bob", "{PLAIN}one");
    second.add("bob", "{PLAIN}two");
    second.add("eve", "{PLAIN}three");
    assertThat(run(ask("bob", "two"))).isInstanceOf(AuthResult.Denied.class);
    assertThat(run(ask("bob", "one"))).isInstanceOf(AuthResult.Granted.class);
    assertThat(run(ask("eve", "three"))).isInstanceOf(AuthResult.Granted.class);
    first.lookups.put("eve", new UserSource.Closed("locked"));
    assertThat(run(ask("eve", "three")))
        .isInstanceOfSatisfying(
            AuthResult.Denied.class,
            denied -> assertThat(denied.reasonForLog()).isEqualTo("account-closed"));
  }

  /// What tells a name that nobody has from a wrong password is nothing but the reason in the log:
  /// each computes one hash.
  @ParameterizedTest
  @ValueSource(strings = {"nobody", "../bob", "", "bob.lock", "locked"})
  void aNameWithoutPasswordCostsAHashAsWell(String name) {
    first.add("bob", HASH);
    first.lookups.put("locked", new UserSource.Closed("locked"));
    assertThat(run(ask(name, "x"))).isInstanceOf(AuthResult.Denied.class);
    assertThat(heard.lines).hasSize(2).startsWith("verifying");
    assertThat(first.decoysGiven).isPositive();
  }

  @Test
  void theDecoyIsOneThatCosts() {
    first.decoyHash = PasswordHash.parse("{PLAIN}x");
    second.decoyHash = PasswordHash.parse(HASH);
    run(ask("nobody", "x"));
    assertThat(second.decoysGiven).isEqualTo(1);
  }

  @Test
  void theDecoysOwnPasswordOpensNothing() {
    first.decoyHash = PasswordHash.parse(HASH);
    assertThat(run(ask("nobody", "Hello world!"))).isInstanceOf(AuthResult.Denied.class);
  }

  @Test
  void aBrokenSourceIsNoWrongPassword() {
    first.broken = true;
    assertThat(run(ask("bob", "secret")))
        .isEqualTo(new AuthResult.TemporarilyUnavailable("backend"));
    assertThat(heard.lines).containsExactly("unavailable bob backend disk on fire");
    assertThat(throttle.failed(peer(), Optional.empty()).toSeconds())
        .as("counts as no failure")
        .isEqualTo(2);
  }

  @Test
  void aFullQueueSaysComeAgain() {
    room = 0;
    first.add("bob", HASH);
    assertThat(ask("bob", "Hello world!").getNow(null))
        .isEqualTo(new AuthResult.TemporarilyUnavailable("busy"));
  }

  @Test
  void failuresWaitLongerAndThenAreNotHeard() {
    first.add("bob", "{PLAIN}secret");
    assertThat(ask("bob", "x").getNow(null))
        .isEqualTo(new AuthResult.Denied("bad-password", Duration.ofSeconds(2)));
    assertThat(ask("bob", "x").getNow(null))
        .isEqualTo(new AuthResult.Denied("bad-password", Duration.ofSeconds(4)));
    for (int i = 2; i < AuthThrottle.FAILURES_MAX; i++) {
      run(ask("bob", "x"));
    }
    heard.lines.clear();
    assertThat(ask("bob", "secret").getNow(null))
        .isEqualTo(new AuthResult.TemporarilyUnavailable("refused-address"));
    assertThat(heard.lines).containsExactly("unavailable bob refused-address ");
  }

  @Test
  void anAdminOpensTheMailboxOfAnother() {
    first.add("admin", HASH);
    first.add("bob", "{PLAIN}secret");
    assertThat(run(ask("admin", "bob", "Hello world!")))
        .isEqualTo(new AuthResult.Granted(user("bob")));
    assertThat(run(ask("admin", "bob", "secret"))).isInstanceOf(AuthResult.Denied.class);
    assertThat(run(ask("admin", "nobody", "Hello world!"))).isInstanceOf(AuthResult.Denied.class);
    assertThat(run(ask("admin", "../bob", "Hello world!"))).isInstanceOf(AuthResult.Denied.class);
    assertThat(run(ask("admin", "admin", "Hello world!")))
        .isEqualTo(new AuthResult.Granted(user("admin")));
  }

  @Test
  void nobodyElseDoes() {
    first.add("eve", "{PLAIN}secret");
    first.add("bob", "{PLAIN}other");
    assertThat(run(ask("eve", "bob", "secret")))
        .isInstanceOfSatisfying(
            AuthResult.Denied.class,
            denied -> assertThat(denied.reasonForLog()).isEqualTo("not-admin"));
    assertThat(run(ask("eve", "bob", "other")))
        .isInstanceOfSatisfying(
            AuthResult.Denied.class,
            denied -> assertThat(denied.reasonForLog()).isEqualTo("bad-password"));
    assertThat(run(ask("eve", "eve", "secret"))).isEqualTo(new AuthResult.Granted(user("eve")));
  }

  @Test
  void theSecretIsWipedWhateverHappens() {
    first.add("bob", "{PLAIN}secret");
    first.add("eve", HASH);
    for (var name : List.of("bob", "eve", "nobody", "../x")) {
      var password = new Credentials.Password(name, "secret".getBytes(UTF_8));
      run(authenticator.authenticate(password, origin()).toCompletableFuture());
      assertThat(password.secret()).as(name).containsOnly(0);
    }
    room = 0;
    var refused = new Credentials.Password("eve", "secret".getBytes(UTF_8));
    var _ = authenticator.authenticate(refused, origin());
    assertThat(refused.secret()).containsOnly(0);
  }

  @Test
  void ourOwnFaultIsAnsweredAsWell() {
    first.blocking = true;
    first.bug = true;
    assertThat(run(ask("bob", "x"))).isEqualTo(new AuthResult.TemporarilyUnavailable("backend"));
  }

  @Test
  void aPasswordOfAProgramOpensItsProtocolAlone() {
    first.lookups.put(
        "bob",
        new UserSource.Found(
            user("bob"),
            List.of(
                StoredPassword.own(PasswordHash.parse(HASH)),
                new StoredPassword("phone", Set.of("imap"), PasswordHash.parse("{PLAIN}phone")),
                new StoredPassword("old", Set.of("pop3"), PasswordHash.parse("{PLAIN}old")))));
    assertThat(run(ask("bob", "old"))).isInstanceOf(AuthResult.Granted.class);
    assertThat(run(ask("bob", "Hello world!"))).isInstanceOf(AuthResult.Granted.class);
    assertThat(run(ask("bob", "phone"))).isInstanceOf(AuthResult.Denied.class);
    var pop2 = new Origin(peer(), "pop2", "HELO");
    assertThat(run(ask("bob", "old", pop2))).isInstanceOf(AuthResult.Granted.class);
    assertThat(run(ask("bob", "phone", pop2))).isInstanceOf(AuthResult.Denied.class);
  }

  @Test
  void aProofIsHeldAgainstTheUsersOwnPassword() {
    first.add("bob", "{PLAIN}secret");
    assertThat(run(prove("bob", "{PLAIN}secret"))).isEqualTo(new AuthResult.Granted(user("bob")));
    assertThat(run(prove("bob", "{PLAIN}other"))).isInstanceOf(AuthResult.Denied.class);
    assertThat(run(prove("nobody", "{PLAIN}secret"))).isInstanceOf(AuthResult.Denied.class);
    assertThat(run(prove("../bob", "{PLAIN}secret"))).isInstanceOf(AuthResult.Denied.class);
  }

  @Test
  void whoIsVouchedForStillNeedsAnAccount() {
    first.add("bob", HASH);
    first.lookups.put("eve", new UserSource.Closed("locked"));
    assertThat(run(vouch("bob"))).isEqualTo(new AuthResult.Granted(user("bob")));
    assertThat(run(vouch("eve"))).isInstanceOf(AuthResult.Denied.class);
    assertThat(run(vouch("nobody"))).isInstanceOf(AuthResult.Denied.class);
  }

  @Test
  void aSourceThatJudgesItselfIsBelieved() {
    first.lookups.put("bob", new UserSource.Judged(user("bob"), new Judge()));
    assertThat(run(ask("bob", "right"))).isEqualTo(new AuthResult.Granted(user("bob")));
    assertThat(run(ask("bob", "wrong")))
        .isEqualTo(new AuthResult.Denied("bad-password", Duration.ofSeconds(9)));
    assertThat(run(ask("bob", "shut")))
        .isInstanceOfSatisfying(
            AuthResult.Denied.class,
            denied -> assertThat(denied.reasonForLog()).isEqualTo("account-closed"));
    assertThat(run(ask("bob", "broken")))
        .isEqualTo(new AuthResult.TemporarilyUnavailable("backend"));
    assertThat(run(vouch("bob"))).isInstanceOf(AuthResult.Granted.class);
    assertThat(run(prove("bob", "{PLAIN}right"))).isInstanceOf(AuthResult.Denied.class);
  }

  @Test
  void keysOfAUserAreHisAndThoseOfNobodyLookLikeThem() {
    first.keys = Optional.of(stored("4096"));
    second.keys = first.keys;
    first.lookups.put("bob", new UserSource.Found(user("bob"), stored("4096")));
    assertThat(keys("bob").stored()).isEqualTo(stored("4096").stored());
    var nobodys = keys("nobody");
    assertThat(nobodys.iterations()).isEqualTo(4096);
    assertThat(nobodys.salt()).hasSameSizeAs(keys("bob").salt());
    assertThat(keys("nobody").stored()).isEqualTo(nobodys.stored());
    assertThat(keys("somebody").salt()).isNotEqualTo(nobodys.salt());
    assertThat(keys("../bob").salt()).isNotEqualTo(nobodys.salt());
    assertThat(nobodys.matches("Hello world!".getBytes(UTF_8))).isFalse();
  }

  @Test
  void keysAreMadeOfAPasswordInTheClear() {
    first.add("bob", "{PLAIN}secret");
    assertThat(keys("bob").matches("secret".getBytes(UTF_8))).isTrue();
    assertThat(keys("bob").salt()).isEqualTo(keys("bob").salt());
    assertThat(keys("eve").salt()).isNotEqualTo(keys("bob").salt());
    assertThat(keys("eve").matches("secret".getBytes(UTF_8))).isFalse();
  }

  @Test
  void keysAreNotLookedUpForWhomIsNotHeard() {
    first.add("bob", "{PLAIN}secret");
    for (int i = 0; i < AuthThrottle.FAILURES_MAX; i++) {
      run(ask("bob", "x"));
    }
    assertThat(scramKeys("bob").getNow(Optional.of(stored("4096")))).isEmpty();
    assertThat(heard.lines).last().isEqualTo("unavailable bob refused-address ");
  }

  @Test
  void aBrokenSourceAndAFullQueueHaveNoKeys() {
    first.broken = true;
    var answer = scramKeys("bob");
    runAll();
    assertThat(answer.join()).isEmpty();
    room = 0;
    assertThat(scramKeys("bob").join()).isEmpty();
    assertThat(heard.lines)
        .containsExactly("unavailable bob backend disk on fire", "unavailable bob busy ");
  }

  private CompletableFuture<Optional<ScramHash>> scramKeys(String name) {
    return authenticator.scramKeys(name, ScramDigest.SHA_256, origin()).toCompletableFuture();
  }

  private ScramHash keys(String name) {
    var answer = scramKeys(name);
    runAll();
    return answer.join().orElseThrow();
  }

  private static ScramHash stored(String iterations) {
    var key = "A".repeat(43) + "=";
    return (ScramHash)
        PasswordHash.parse(
            "{SCRAM-SHA-256}" + iterations + ",MDEyMzQ1Njc4OWFiY2RlZg==," + key + "," + key);
  }

  private CompletableFuture<AuthResult> prove(String name, String password) {
    var right = PasswordHash.parse(password).stored();
    return authenticator
        .authenticate(
            new Credentials.Proof(name, Optional.empty(), stored -> stored.stored().equals(right)),
            origin())
        .toCompletableFuture();
  }

  private CompletableFuture<AuthResult> vouch(String name) {
    return authenticator
        .authenticate(new Credentials.Vouched(name, Optional.empty()), origin())
        .toCompletableFuture();
  }

  @Test
  void aStrangerIsNoUserWhateverHisName() {
    first.add("anonymous", "{PLAIN}secret");
    var answer = authenticator.authenticate(new Credentials.Stranger("anonymous"), origin());
    assertThat(answer.toCompletableFuture())
        .isCompletedWithValue(
            new AuthResult.Granted(new UserRecord("anonymous", Identity.NOBODY, Optional.empty())));
    assertThat(new Credentials.Stranger("anonymous")).hasToString("Stranger[...]");
  }

  @Test
  void aStrangerWaitsAsOthersDoAtAnAddressThatGuesses() {
    for (int i = 0; i < 1_000 && !throttle.refuses(peer()); i++) {
      var _ = throttle.failed(peer(), Optional.empty());
    }
    var answer = authenticator.authenticate(new Credentials.Stranger("anonymous"), origin());
    assertThat(answer.toCompletableFuture().join())
        .isInstanceOf(AuthResult.TemporarilyUnavailable.class);
  }

  @Test
  void whoIsNotAdmittedIsRefusedAsIfThePasswordWereWrong(@TempDir Path folder) throws IOException {
    first.add("bob", "{PLAIN}secret");
    first.add("amy", "{PLAIN}secret");
    authenticator =
        authenticator(
            admitting(
                Optional.of(Files.writeString(folder.resolve("allow"), "amy\nbob\n")),
                Optional.of(Files.writeString(folder.resolve("deny"), "# away\n bob # Bob\n"))));
    assertThat(run(ask("amy", "secret"))).isEqualTo(new AuthResult.Granted(user("amy")));
    assertThat(run(ask("bob", "secret")))
        .isEqualTo(new AuthResult.Denied("not-admitted", Duration.ofSeconds(2)));
    assertThat(run(ask("eve", "secret"))).isInstanceOf(AuthResult.Denied.class);
    assertThat(run(vouch("bob"))).isInstanceOf(AuthResult.Denied.class);
    assertThat(heard.lines).contains("verifying", "denied bob not-admitted");
  }

  @Test
  void theNameIsMadeSmallAndItsDomainTakenOff() {
    first.add("bob", "{PLAIN}secret");
    authenticator = authenticator(admitting(Optional.empty(), Optional.empty()));
    assertThat(run(ask("Bob@Example.ORG", "secret")))
        .isEqualTo(new AuthResult.Granted(user("bob")));
    assertThat(run(ask("@example.org", "secret"))).isInstanceOf(AuthResult.Denied.class);
  }

  @Test
  void whoHasASecretMustNotSendItWhereOthersListen() {
    first.add("bob", "{PLAIN}secret");
    first.lookups.put(
        "eve",
        new UserSource.Found(
            user("eve"),
            List.of(
                StoredPassword.own(PasswordHash.parse("{PLAIN}secret")),
                new StoredPassword("old", Set.of("pop3"), PasswordHash.parse("{PLAIN}old")))));
    first.add("amy", HASH);
    authenticator = authenticator(sparing());
    for (var password : List.of("secret", "wrong")) {
      heard.lines.clear();
      var answer = ask("bob", password);
      assertThat(answer).as("work as for a name that nobody has").isNotDone();
      assertThat(run(answer)).isInstanceOf(AuthResult.Denied.class);
      assertThat(heard.lines).containsExactly("verifying", "denied bob in-the-clear");
    }
    assertThat(run(ask("eve", "old"))).isInstanceOf(AuthResult.Denied.class);
    assertThat(run(ask("amy", "Hello world!"))).isInstanceOf(AuthResult.Granted.class);
    assertThat(run(prove("bob", "{PLAIN}secret"))).isInstanceOf(AuthResult.Granted.class);
    var under = new Origin(peer(), "pop3", "USER", true);
    assertThat(run(ask("bob", "secret", under))).isInstanceOf(AuthResult.Granted.class);
    var here = new Origin(InetAddress.getLoopbackAddress(), "pop3", "USER");
    assertThat(run(ask("bob", "secret", here))).isInstanceOf(AuthResult.Granted.class);
  }

  @Test
  void anUnknownNameLooksLikeOneWithASecret() {
    first.add("bob", "{PLAIN}secret");
    authenticator = authenticator(sparing());
    var known = run(ask("bob", "secret"));
    var verified = heard.lines.indexOf("verifying");
    heard.lines.clear();
    var unknown = run(ask("mallory", "secret"));
    assertThat(unknown).extracting("answerAfter").isEqualTo(Duration.ofSeconds(4));
    assertThat(known).extracting("answerAfter").isEqualTo(Duration.ofSeconds(2));
    assertThat(heard.lines.indexOf("verifying")).isEqualTo(verified);
    assertThat(first.decoysGiven).isEqualTo(2);
  }

  private static AuthConfig sparing() {
    var usual = AuthConfig.DEFAULTS;
    return new AuthConfig(
        AuthConfig.Cleartext.WITHOUT_SECRET,
        List.of(),
        List.of(),
        usual.maxFailures(),
        List.of(AuthConfig.Mechanism.PLAIN, AuthConfig.Mechanism.APOP),
        usual.weakSchemes(),
        false,
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        usual.failureDelay());
  }

  private static AuthConfig admitting(Optional<Path> allowed, Optional<Path> denied) {
    var usual = AuthConfig.DEFAULTS;
    return new AuthConfig(
        usual.cleartext(),
        usual.cleartextNetworks(),
        List.of(),
        usual.maxFailures(),
        usual.mechanisms(),
        usual.weakSchemes(),
        true,
        true,
        allowed,
        denied,
        Optional.empty(),
        usual.failureDelay());
  }

  private PasswordAuthenticator authenticator(AuthConfig settings) {
    try {
      return new PasswordAuthenticator(
          List.of(first, second),
          Admission.of(settings),
          settings,
          new byte[32],
          throttle,
          new SuccessCache(10, Duration.ofMinutes(1), () -> now, new Random(1)),
          heard,
          this::enqueue);
    } catch (UserSourceException e) {
      throw new AssertionError(e);
    }
  }

  private static AuthConfig settings() {
    var usual = AuthConfig.DEFAULTS;
    return new AuthConfig(
        usual.cleartext(),
        usual.cleartextNetworks(),
        List.of("admin"),
        usual.maxFailures(),
        usual.mechanisms(),
        usual.weakSchemes(),
        false,
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        usual.failureDelay());
  }

  private CompletableFuture<AuthResult> ask(String name, String secret) {
    return ask(name, secret, origin());
  }

  private CompletableFuture<AuthResult> ask(String name, String secret, Origin from) {
    return authenticator
        .authenticate(new Credentials.Password(name, secret.getBytes(UTF_8)), from)
        .toCompletableFuture();
  }

  private CompletableFuture<AuthResult> ask(String name, String other, String secret) {
    return authenticator
        .authenticate(
            new Credentials.Password(name, Optional.of(other), secret.getBytes(UTF_8)), origin())
        .toCompletableFuture();
  }

  private AuthResult run(CompletableFuture<AuthResult> answer) {
    runAll();
    return answer.join();
  }

  private void runAll() {
    for (Runnable task; (task = queue.poll()) != null; ) {
      task.run();
    }
  }

  private void enqueue(Runnable task) {
    if (queue.size() >= room) {
      throw new RejectedExecutionException();
    }
    queue.add(task);
  }

  private static UserRecord user(String name) {
    return new UserRecord(name, ID, Optional.empty());
  }

  private static Origin origin() {
    return new Origin(peer(), "pop3", "USER");
  }

  private static InetAddress peer() {
    try {
      return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 7});
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// Judges by what the password says.
  private static final class Judge implements AccountCheck {
    @Override
    public Verdict password(byte[] secret, Origin origin) throws IOException {
      return switch (new String(secret, UTF_8)) {
        case "right" -> new Good();
        case "shut" -> new Shut("expired");
        case "broken" -> throw new IOException("no directory");
        default -> new Wrong(Duration.ofSeconds(9));
      };
    }

    @Override
    public Verdict account(Origin origin) {
      return new Good();
    }
  }

  /// Users in a map.
  private static final class MemorySource implements UserSource {
    private final Map<String, Lookup> lookups = new HashMap<>();
    private PasswordHash decoyHash = PasswordHash.parse(HASH);
    private boolean blocking;
    private boolean broken;
    private boolean bug;
    private int decoysGiven;
    private Optional<ScramHash> keys = Optional.empty();

    @Override
    public String name() {
      return "memory";
    }

    @Override
    public Optional<ScramHash> typicalKeys(ScramDigest digest) {
      return keys;
    }

    void add(String name, String password) {
      lookups.put(name, new Found(user(name), PasswordHash.parse(password)));
    }

    @Override
    public Lookup find(String name) throws IOException {
      if (bug) {
        throw new IllegalStateException("a bug of ours, for the test");
      }
      if (broken) {
        throw new IOException("disk on fire");
      }
      return lookups.getOrDefault(name, new Unknown());
    }

    @Override
    public Optional<Lookup> findInMemory(String name) {
      return blocking || broken
          ? Optional.empty()
          : Optional.of(lookups.getOrDefault(name, new Unknown()));
    }

    @Override
    public PasswordHash decoy() {
      decoysGiven++;
      return decoyHash;
    }
  }

  /// Writes down what is reported.
  private static final class Heard implements AuthEvents {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void granted(Origin origin, boolean remembered) {
      lines.add("granted" + (remembered ? " remembered" : ""));
    }

    @Override
    public void denied(Origin origin, String user, String reason) {
      lines.add("denied " + user + " " + reason);
    }

    @Override
    public void unavailable(Origin origin, String user, String reason, String detail) {
      lines.add("unavailable " + user + " " + reason + " " + detail);
    }

    @Override
    public void verifying(Origin origin) {
      lines.add("verifying");
    }
  }
}
