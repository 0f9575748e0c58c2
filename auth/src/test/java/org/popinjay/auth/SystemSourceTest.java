package org.popinjay.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.posix.Account;
import org.popinjay.posix.Crypt;
import org.popinjay.posix.Identity;
import org.popinjay.posix.PosixException;
import org.slf4j.LoggerFactory;

class SystemSourceTest {
  private static final String HASH =
      "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1";

  private final FixedAccounts accounts = new FixedAccounts();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final SystemSource source =
      new SystemSource(accounts, 1000, true, Set.of(Scheme.PLAIN), () -> now);

  @Test
  void anAccountSignsInWithItsShadowPassword() throws IOException {
    accounts.add(account("bob", 1000), HASH);
    assertThat(source.find("bob"))
        .isInstanceOfSatisfying(
            UserSource.Found.class,
            found -> {
              assertThat(found.user())
                  .isEqualTo(
                      new UserRecord(
                          "bob",
                          new Identity(1000, 100, List.of(100, 8)),
                          Optional.of("/home/bob")));
              assertThat(
                      found.passwords().getFirst().hash().matches("Hello world!".getBytes(UTF_8)))
                  .isTrue();
              assertThat(
                      found.passwords().getFirst().hash().matches("hello world!".getBytes(UTF_8)))
                  .isFalse();
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 999, 65534})
  void rootNobodyAndLowerUidsAreNotServed(int uid) throws IOException {
    accounts.add(account("bob", uid), HASH);
    assertThat(source.find("bob")).isInstanceOf(UserSource.Closed.class);
  }

  @Test
  void uidsAreUnsigned() throws IOException {
    accounts.add(account("bob", -10), HASH);
    assertThat(source.find("bob")).isInstanceOf(UserSource.Found.class);
  }

  @Test
  void rootIsNotServedWhateverTheLeastUid() throws IOException {
    accounts.add(account("root", 0), HASH);
    assertThat(new SystemSource(accounts, 0, true, Set.of(Scheme.PLAIN), () -> now).find("root"))
        .isInstanceOf(UserSource.Closed.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "!", "*", "!!", "x", "!" + HASH, "*LK*", "abJnggxhB/yWI", "$6$ x"})
  void lockedEmptyAndAncientHashesOpenNothing(String hash) throws IOException {
    accounts.add(account("bob", 1000), hash);
    assertThat(source.find("bob")).isInstanceOf(UserSource.Closed.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ab", "$1$ab$"})
  void hashesOfOldOpenOnlyWhereTheSettingsNameThem(String setting) throws IOException {
    var secret = "tea".getBytes(UTF_8);
    var hash = Crypt.hash(secret, setting).orElseThrow();
    accounts.add(account("bob", 1000), hash);
    accounts.add(account("ann", 1001), hash);
    var log = new ListAppender<ILoggingEvent>();
    var logger = (Logger) LoggerFactory.getLogger("popinjay.auth");
    log.start();
    logger.addAppender(log);
    assertThat(source.find("bob"))
        .isInstanceOfSatisfying(
            UserSource.Closed.class, shut -> assertThat(shut.reason()).contains("weakSchemes"));
    assertThat(source.find("ann")).isInstanceOf(UserSource.Closed.class);
    logger.detachAppender(log);
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .singleElement()
        .asString()
        .contains("\"bob\"", "auth.weakSchemes");
    assertThat(source.decoy()).isEqualTo(SystemSource.NOBODYS);
    var lenient = new SystemSource(accounts, 1000, true, Set.of(Scheme.CRYPT), () -> now);
    assertThat(lenient.find("bob"))
        .isInstanceOfSatisfying(
            UserSource.Found.class,
            found -> assertThat(found.passwords().getFirst().hash().matches(secret)).isTrue());
  }

  @Test
  void noShadowEntryOpensNothing() throws IOException {
    accounts.add(account("bob", 1000));
    assertThat(source.find("bob")).isEqualTo(new UserSource.Closed("no shadow entry"));
  }

  @Test
  void anAccountEndsOnItsDay() throws IOException {
    accounts.add(account("bob", 1000), HASH, 20454);
    now = Instant.parse("2025-12-31T23:59:59Z");
    assertThat(source.find("bob")).isInstanceOf(UserSource.Found.class);
    now = Instant.parse("2026-01-01T00:00:00Z");
    assertThat(source.find("bob")).isEqualTo(new UserSource.Closed("expired"));
  }

  @Test
  void aPasswordEndsOnItsDayUnlessThatIsNotLookedAt() throws IOException {
    accounts.addAging(account("bob", 1000), HASH, 20454);
    accounts.addAging(account("new", 1001), HASH, 0);
    now = Instant.parse("2025-12-31T23:59:59Z");
    assertThat(source.find("bob")).isInstanceOf(UserSource.Found.class);
    assertThat(source.find("new")).isInstanceOf(UserSource.Closed.class);
    now = Instant.parse("2026-01-01T00:00:00Z");
    assertThat(source.find("bob"))
        .isEqualTo(
            new UserSource.Closed(
                "the password is too old, or has to be changed first (chage -l)"));
    var patient = new SystemSource(accounts, 1000, false, Set.of(), () -> now);
    assertThat(patient.find("bob")).isInstanceOf(UserSource.Found.class);
    assertThat(patient.find("new")).isInstanceOf(UserSource.Found.class);
  }

  @Test
  void anUnknownNameLeavesTheNextSourceToBeAsked() throws IOException {
    assertThat(source.find("nobody-here")).isInstanceOf(UserSource.Unknown.class);
  }

  @Test
  void anUnreadableShadowFileIsABackendFaultAndFoundAtStart() {
    accounts.add(account("bob", 1000), HASH);
    assertThat(source.fault()).isEmpty();
    accounts.hideShadow();
    assertThat(source.fault().orElse("")).contains("group shadow");
    assertThatThrownBy(() -> source.find("bob")).isInstanceOf(PosixException.class);
  }

  @Test
  void theDecoyIsComputedAndBecomesLikeTheAccounts() throws IOException {
    assertThat(Crypt.hash("x".getBytes(UTF_8), source.decoy().stored())).isPresent();
    assertThat(source.decoy().stored()).startsWith("$y$");
    accounts.add(account("bob", 1000), HASH);
    var _ = source.find("bob");
    assertThat(source.decoy().stored()).isEqualTo(HASH);
  }

  @Test
  void memoryAnswersNothing() {
    accounts.add(account("bob", 1000), HASH);
    assertThat(source.findInMemory("bob")).isEmpty();
  }

  private static Account account(String name, int uid) {
    return new Account(name, uid, 100, List.of(100, 8), "/home/" + name, "/usr/sbin/nologin");
  }
}
