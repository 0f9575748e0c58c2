package org.popinjay.imap.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.popinjay.config.LimitsConfig;

/// Who gives way when a user has too many sessions.
class UserSessionsTest {
  private static final InetAddress HOME = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress WORK = InetAddress.ofLiteral("192.0.2.2");

  private static final LimitsConfig LIMITS = limits(4, 2);

  private final UserSessions users = new UserSessions();

  /// A session that is idle for so long, or at work.
  private static final class Chair implements UserSessions.Seat {
    final InetAddress address;
    final @Nullable Duration idle;
    boolean replaced;

    Chair(InetAddress address, int idleSeconds) {
      this.address = address;
      this.idle = idleSeconds < 0 ? null : Duration.ofSeconds(idleSeconds);
    }

    @Override
    public InetAddress address() {
      return address;
    }

    @Override
    public Optional<Duration> idleFor() {
      return Optional.ofNullable(idle);
    }

    @Override
    public void replaced() {
      replaced = true;
    }
  }

  @Test
  void theLongestIdleOfTheAddressGivesWay() {
    var short1 = admitted(new Chair(HOME, 10));
    var long1 = admitted(new Chair(HOME, 100));
    var elsewhere = admitted(new Chair(WORK, 1000));
    admitted(new Chair(HOME, 0));
    assertThat(long1.replaced).isTrue();
    assertThat(short1.replaced).isFalse();
    assertThat(elsewhere.replaced).isFalse();
  }

  @Test
  void theLongestIdleOfAllGivesWayToAUserWithTooMany() {
    admitted(new Chair(HOME, 10));
    admitted(new Chair(HOME, 20));
    var longest = admitted(new Chair(WORK, 30));
    admitted(new Chair(WORK, 5));
    admitted(new Chair(InetAddress.ofLiteral("192.0.2.3"), 0));
    assertThat(longest.replaced).isTrue();
  }

  @Test
  void whoIsAtWorkNeverGivesWay() {
    var busy = admitted(new Chair(HOME, -1));
    admitted(new Chair(HOME, -1));
    assertThat(users.admit("tea", new Chair(HOME, 0), LIMITS)).isFalse();
    assertThat(busy.replaced).isFalse();
  }

  @Test
  void anotherUserIsAnotherMatter() {
    admitted(new Chair(HOME, -1));
    admitted(new Chair(HOME, -1));
    assertThat(users.admit("cocoa", new Chair(HOME, 0), LIMITS)).isTrue();
  }

  @Test
  void aPlaceGivenBackIsFree() {
    var first = admitted(new Chair(HOME, -1));
    admitted(new Chair(HOME, -1));
    users.leave("tea", first);
    users.leave("tea", first);
    admitted(new Chair(HOME, -1));
    assertThat(users.admit("tea", new Chair(HOME, -1), LIMITS)).isFalse();
  }

  @Test
  void oneUserMayHaveFewerThanAnother() {
    var first = admitted(new Chair(HOME, 10));
    assertThat(users.admit("tea", new Chair(WORK, 0), limits(1, 1))).isTrue();
    assertThat(first.replaced).isTrue();
  }

  private Chair admitted(Chair chair) {
    assertThat(users.admit("tea", chair, LIMITS)).isTrue();
    return chair;
  }

  private static LimitsConfig limits(int perUser, int perUserAddress) {
    var d = LimitsConfig.DEFAULTS;
    return new LimitsConfig(
        OptionalInt.empty(),
        d.unauthenticatedPerAddress(),
        d.connectionsPerAddress(),
        perUser,
        perUserAddress,
        d.loginTimeout(),
        d.writeStallTimeout(),
        d.lineOctets(),
        d.appendOctets(),
        d.pop3LineOctets(),
        d.saslLineOctets(),
        d.queuedCommands(),
        d.connectionOctets(),
        d.commandsBeforeLogin(),
        d.badCommandsBeforeLogin(),
        d.badCommandsAfterLogin(),
        d.outputHighWater(),
        d.authQueue(),
        OptionalInt.empty(),
        d.diskPermitsPerUser(),
        d.searchTime(),
        d.bufferMemory(),
        d.imapCommand());
  }
}
