package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popinjay.mailstore.memory.MemoryStore;

/// What an operator sets for sessions and for single users: `overrides`, `pop3.loginDelay`,
/// `pop3.expire`. In virtual time.
class UserPoliciesTest {
  private static final Instant NOW = Instant.parse("2023-06-01T00:00:00Z");

  private final MemoryStore store = new MemoryStore();
  private long nanos;
  private final LoginDelays delays = new LoginDelays(() -> nanos);
  private @Nullable EmbeddedChannel channel;

  @AfterEach
  void close() {
    hangUp();
  }

  // overrides

  @Test
  void silenceOfOneUserEndsEarlier() {
    var settings =
        Settings.DEFAULTS
            .pop3("idleTimeout", Duration.ofMinutes(10))
            .override("tea", "pop3", "idleTimeout", Duration.ofMinutes(2));
    connect(settings);
    signIn("tea", "pot");
    pass(119);
    assertThat(channel().isOpen()).isTrue();
    pass(1);
    assertThat(channel().isOpen()).isFalse();
    connect(settings);
    signIn("cocoa", " two words ");
    pass(599);
    assertThat(channel().isOpen()).isTrue();
  }

  @Test
  void silenceShorterThanTheTimeForSignInCountsFromTheSignIn() {
    connect(Settings.DEFAULTS.override("tea", "pop3", "idleTimeout", Duration.ofSeconds(15)));
    signIn("tea", "pot");
    pass(14);
    assertThat(channel().isOpen()).isTrue();
    pass(1);
    assertThat(channel().isOpen()).isFalse();
  }

  @Test
  void aUserHasUniqueIdsAndCommandsOfHisOwn() {
    store.deliver("tea", octets("Subject: one\n\n"));
    var settings =
        Settings.DEFAULTS
            .override("tea", "pop3", "uidlFormat", "{uidvalidity}.{uid}")
            .override("tea", "pop3", "last", false);
    connect(settings);
    signIn("tea", "pot");
    assertThat(ask("UIDL 1")).matches("\\+OK 1 \\d+\\.1\r\n");
    assertThat(ask("LAST")).startsWith("-ERR");
    connect(settings);
    signIn("cocoa", " two words ");
    assertThat(ask("LAST")).isEqualTo("+OK 0\r\n");
  }

  @Test
  void badCommandsOfOneUserAreCountedByHisLimit() {
    connect(Settings.DEFAULTS.override("tea", "limits", "badCommandsAfterLogin", 2));
    signIn("tea", "pot");
    assertThat(ask("WHAT")).startsWith("-ERR unknown");
    assertThat(ask("WHAT")).startsWith("-ERR too many errors");
  }

  @Test
  void silenceOfTwoMinutesEndsTheSessionAndRemovesNothing() {
    store.deliver("tea", octets("Subject: one\n\n"));
    connect(Settings.DEFAULTS.pop3("idleTimeout", Duration.ofMinutes(2)));
    signIn("tea", "pot");
    ask("DELE 1");
    pass(119);
    assertThat(channel().isOpen()).isTrue();
    pass(1);
    assertThat(channel().isOpen()).isFalse();
    assertThat(store.messages("tea")).hasSize(1);
  }

  // pop3.loginDelay

  @Test
  void whoComesTooSoonIsToldHowLongToWait() {
    var settings = Settings.DEFAULTS.pop3("loginDelay", Duration.ofSeconds(60));
    connect(settings);
    signIn("tea", "pot");
    hangUp();
    nanos += Duration.ofMillis(20_500).toNanos();
    connect(settings);
    assertThat(ask("USER tea")).startsWith("+OK");
    assertThat(ask("PASS pot"))
        .isEqualTo("-ERR [LOGIN-DELAY] too soon after the last sign-in, wait 40 s\r\n");
    nanos += Duration.ofMillis(39_500).toNanos();
    signIn("tea", "pot");
  }

  @Test
  void whoComesTooSoonIsNotPunishedForTrying() {
    var settings = Settings.DEFAULTS.pop3("loginDelay", Duration.ofSeconds(60));
    connect(settings);
    signIn("tea", "pot");
    connect(settings);
    nanos += Duration.ofSeconds(59).toNanos();
    ask("USER tea");
    assertThat(ask("PASS pot")).startsWith("-ERR [LOGIN-DELAY]");
    nanos += Duration.ofSeconds(1).toNanos();
    signIn("tea", "pot");
  }

  @Test
  void aWrongPasswordLearnsNothingOfTheDelay() {
    var settings = Settings.DEFAULTS.pop3("loginDelay", Duration.ofSeconds(60));
    connect(settings);
    signIn("tea", "pot");
    connect(settings);
    ask("USER tea");
    assertThat(ask("PASS kettle")).isEqualTo("-ERR [AUTH] login failed\r\n");
  }

  @Test
  void theDelayIsSaidBeforeTheMaildropIsFoundBusy() {
    var settings = Settings.DEFAULTS.pop3("loginDelay", Duration.ofSeconds(60));
    connect(settings);
    signIn("tea", "pot");
    var first = channel();
    channel = null;
    connect(settings);
    ask("USER tea");
    assertThat(ask("PASS pot")).startsWith("-ERR [LOGIN-DELAY]");
    first.finishAndReleaseAll();
  }

  @Test
  void theDelayOfOneUserIsNobodyElses() {
    var settings = Settings.DEFAULTS.override("tea", "pop3", "loginDelay", Duration.ofSeconds(60));
    for (int i = 0; i < 3; i++) {
      connect(settings);
      signIn("cocoa", " two words ");
    }
    connect(settings);
    signIn("tea", "pot");
    connect(settings);
    ask("USER tea");
    assertThat(ask("PASS pot")).startsWith("-ERR [LOGIN-DELAY]");
  }

  @Test
  void aCrowdIsForgottenFromItsOldEnd() {
    var minute = Duration.ofMinutes(1);
    for (int i = 0; i <= LoginDelays.USERS_MAX; i++) {
      delays.signedIn("user" + i, minute);
    }
    assertThat(delays.left("user0", minute)).isZero();
    assertThat(delays.left("user1", minute)).isEqualTo(minute);
  }

  // CAPA

  @Test
  void delayAndRetentionAreAnnouncedWhereTheyAreSet() {
    connect(Settings.DEFAULTS);
    assertThat(ask("CAPA")).contains("\r\nEXPIRE NEVER\r\n").doesNotContain("LOGIN-DELAY");
    connect(
        Settings.DEFAULTS
            .pop3("loginDelay", Duration.ofSeconds(60))
            .pop3("expire", Optional.of(Duration.ofDays(30))));
    assertThat(ask("CAPA")).contains("\r\nEXPIRE 30\r\nLOGIN-DELAY 60\r\n");
    signIn("tea", "pot");
    assertThat(ask("CAPA")).contains("\r\nEXPIRE 30\r\nLOGIN-DELAY 60\r\n");
  }

  @Test
  void strangersAreToldTheStrictestAndUsersTheirOwn() {
    var settings =
        Settings.DEFAULTS
            .pop3("loginDelay", Duration.ofSeconds(60))
            .override("tea", "pop3", "loginDelay", Duration.ofSeconds(300))
            .override("tea", "pop3", "expire", Optional.of(Duration.ofDays(5)));
    connect(settings);
    assertThat(ask("CAPA")).contains("\r\nEXPIRE 5 USER\r\nLOGIN-DELAY 300 USER\r\n");
    signIn("tea", "pot");
    assertThat(ask("CAPA")).contains("\r\nEXPIRE 5\r\nLOGIN-DELAY 300\r\n");
    connect(settings);
    signIn("cocoa", " two words ");
    assertThat(ask("CAPA")).contains("\r\nEXPIRE NEVER\r\nLOGIN-DELAY 60\r\n");
  }

  // pop3.expire and pop3.autoDelete

  @Test
  void whatWasFetchedIsRemovedAtQuitWhereNothingMayBeLeft() {
    var settings = keeping(0);
    store.deliver("tea", octets("Subject: one\n\n"));
    store.deliver("tea", octets("Subject: two\n\n"));
    connect(settings);
    signIn("tea", "pot");
    ask("RETR 1");
    ask("TOP 2 1000");
    assertThat(ask("QUIT")).isEqualTo("+OK dewey signing off (1 messages left)\r\n");
    assertThat(store.messages("tea")).hasSize(1);
  }

  @Test
  void whatWasFetchedStaysWithoutQuit() {
    store.deliver("tea", octets("Subject: one\n\n"));
    connect(keeping(0));
    signIn("tea", "pot");
    ask("RETR 1");
    hangUp();
    connect(keeping(0));
    signIn("tea", "pot");
    ask("RETR 1");
    pass(600);
    assertThat(channel().isOpen()).isFalse();
    assertThat(store.messages("tea")).hasSize(1);
  }

  @Test
  void whatWasReadElsewhereStaysWhereOnlyFetchedMailGoes() {
    store.deliver("tea", octets("Subject: one\n\n"));
    connect(Settings.DEFAULTS);
    signIn("tea", "pot");
    ask("RETR 1");
    ask("QUIT");
    connect(keeping(0));
    signIn("tea", "pot");
    assertThat(ask("QUIT")).isEqualTo("+OK dewey signing off\r\n");
    assertThat(store.messages("tea")).hasSize(1);
  }

  @Test
  void oldMailThatWasReadIsRemovedAtQuitAndUnreadMailStays() {
    store.deliver("tea", octets("Subject: old and read\n\n"), NOW.minus(Duration.ofDays(40)));
    store.deliver("tea", octets("Subject: old and unread\n\n"), NOW.minus(Duration.ofDays(40)));
    store.deliver("tea", octets("Subject: new and read\n\n"), NOW.minus(Duration.ofDays(20)));
    connect(Settings.DEFAULTS);
    signIn("tea", "pot");
    ask("RETR 1");
    ask("RETR 3");
    ask("QUIT");
    connect(keeping(30));
    signIn("tea", "pot");
    assertThat(ask("STAT")).startsWith("+OK 3 ");
    assertThat(ask("QUIT")).isEqualTo("+OK dewey signing off (2 messages left)\r\n");
    assertThat(store.messages("tea"))
        .extracting(message -> new String(message, ISO_8859_1).lines().findFirst().orElseThrow())
        .containsExactly("Subject: old and unread", "Subject: new and read");
  }

  @Test
  void anAnnouncedTimeAloneRemovesNothing() {
    store.deliver("tea", octets("Subject: old\n\n"), NOW.minus(Duration.ofDays(40)));
    connect(Settings.DEFAULTS.pop3("expire", Optional.of(Duration.ofDays(30))));
    signIn("tea", "pot");
    ask("RETR 1");
    ask("QUIT");
    assertThat(store.messages("tea")).hasSize(1);
  }

  private static Settings keeping(int days) {
    return Settings.DEFAULTS
        .pop3("expire", Optional.of(Duration.ofDays(days)))
        .pop3("autoDelete", true);
  }

  // The connection.

  private EmbeddedChannel channel() {
    return Objects.requireNonNull(channel);
  }

  private void connect(Settings settings) {
    hangUp();
    channel = EmbeddedPop3.connect(settings, store, Runnable::run, delays, () -> NOW);
    assertThat(said()).startsWith("+OK POP3");
  }

  private void hangUp() {
    if (channel != null) {
      channel.finishAndReleaseAll();
      channel = null;
    }
  }

  private void signIn(String user, String password) {
    ask("USER " + user);
    assertThat(ask("PASS " + password)).contains(" messages (");
  }

  private String ask(String line) {
    channel().writeInbound(Unpooled.copiedBuffer(line + "\r\n", ISO_8859_1));
    channel().runPendingTasks();
    return said();
  }

  private String said() {
    var text = new StringBuilder();
    for (ByteBuf part = channel().readOutbound(); part != null; part = channel().readOutbound()) {
      text.append(part.toString(ISO_8859_1));
      part.release();
    }
    return text.toString();
  }

  private void pass(int seconds) {
    channel().advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel().runScheduledPendingTasks();
  }

  private static byte[] octets(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
