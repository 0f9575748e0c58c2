package org.popinjay.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class AuthThrottleTest {
  private static final InetAddress PEER = address("192.0.2.7");

  private long now = Long.MAX_VALUE - 5; // as if the clock overflowed in a moment
  private final RandomGenerator never = () -> 0;
  private final AuthThrottle throttle = new AuthThrottle(Duration.ofSeconds(2), () -> now, never);

  @Test
  void eachFailureWaitsLongerUpToTheLimit() {
    var seconds = new ArrayList<Long>();
    for (int i = 0; i < 8; i++) {
      seconds.add(throttle.failed(PEER, Optional.empty()).toMillis());
    }
    assertThat(seconds)
        .containsExactly(2000L, 4000L, 8000L, 11250L, 11250L, 11250L, 11250L, 11250L);
  }

  @Test
  void chanceAddsUpToAQuarterAndNeverPassesTheLimit() {
    var jittery = new AuthThrottle(Duration.ofSeconds(2), () -> now, new Random(1));
    var first = new ArrayList<Duration>();
    for (int i = 0; i < 200; i++) {
      first.add(jittery.failed(address("10.0." + i + ".1"), Optional.empty()));
    }
    assertThat(first)
        .allMatch(delay -> delay.toMillis() >= 2000 && delay.toMillis() <= 2500)
        .doesNotHaveDuplicates();
    for (int i = 0; i < 19; i++) {
      assertThat(jittery.failed(PEER, Optional.empty()))
          .isLessThanOrEqualTo(AuthThrottle.DELAY_MAX);
    }
  }

  @Test
  void noDelayIsNoDelay() {
    var eager = new AuthThrottle(Duration.ZERO, () -> now, new Random(1));
    assertThat(eager.failed(PEER, Optional.empty())).isZero();
    assertThat(eager.failed(PEER, Optional.empty())).isZero();
  }

  @Test
  void theLongestDelayThatCanBeSetHolds() {
    var slow = new AuthThrottle(Duration.ofSeconds(15), () -> now, new Random(1));
    assertThat(slow.failed(PEER, Optional.empty())).isEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void twentyFailuresAndTheAddressIsNotHeardForTenMinutes() {
    fail(PEER, 19);
    assertThat(throttle.refuses(PEER)).isFalse();
    fail(PEER, 1);
    assertThat(throttle.refuses(PEER)).isTrue();
    assertThat(throttle.refuses(address("192.0.2.8"))).isFalse();
    now += Duration.ofMinutes(10).toNanos();
    assertThat(throttle.refuses(PEER)).isTrue();
    now += 1;
    assertThat(throttle.refuses(PEER)).isFalse();
    assertThat(throttle.failed(PEER, Optional.empty())).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void oldFailuresAreForgotten() {
    fail(PEER, 19);
    now += Duration.ofMinutes(10).toNanos() + 1;
    fail(PEER, 19);
    assertThat(throttle.refuses(PEER)).isFalse();
  }

  @Test
  void oneNetworkOfVersion6IsOneAddress() {
    fail(address("2001:db8:1:2::1"), 19);
    fail(address("2001:db8:1:2:ffff::9"), 1);
    assertThat(throttle.refuses(address("2001:db8:1:2::abcd"))).isTrue();
    assertThat(throttle.refuses(address("2001:db8:1:3::1"))).isFalse();
  }

  @Test
  void versions4And6AreNotMixedUp() {
    fail(address("0.0.0.9"), 20);
    assertThat(throttle.refuses(address("::9:0:0:0:1"))).isFalse();
  }

  @Test
  void loopbackWaitsButIsAlwaysHeard() {
    for (var loopback : new String[] {"127.0.0.1", "127.9.9.9", "::1"}) {
      fail(address(loopback), 100);
      assertThat(throttle.refuses(address(loopback))).isFalse();
    }
    assertThat(throttle.failed(address("127.0.0.1"), Optional.empty()))
        .isGreaterThan(Duration.ofSeconds(10));
  }

  @Test
  void theTableIsBoundedAndForgetsTheLeastRecent() {
    fail(PEER, 20);
    for (int i = 0; i < AuthThrottle.ENTRIES_MAX - 1; i++) {
      var _ =
          throttle.failed(
              address("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255)),
              Optional.empty());
    }
    assertThat(throttle.refuses(PEER)).isTrue();
    fail(address("11.0.0.1"), 1);
    fail(address("11.0.0.2"), 1);
    assertThat(throttle.refuses(PEER)).as("looked at a moment ago").isTrue();
    for (int i = 0; i < AuthThrottle.ENTRIES_MAX; i++) {
      var _ =
          throttle.failed(
              address("12." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255)),
              Optional.empty());
    }
    assertThat(throttle.refuses(PEER)).isFalse();
  }

  @Test
  void aNameGuessedFromManyAddressesWaitsTooButIsAlwaysHeard() {
    var seconds = new ArrayList<Long>();
    for (int i = 0; i < 5; i++) {
      seconds.add(throttle.failed(address("10.0.0." + i), Optional.of("bob")).toMillis());
    }
    assertThat(seconds).containsExactly(2000L, 4000L, 8000L, 11250L, 11250L);
    assertThat(throttle.failed(address("10.0.0.9"), Optional.of("eve")).toMillis())
        .isEqualTo(2000L);
    for (int i = 0; i < 50; i++) {
      var _ = throttle.failed(address("10.0.1." + i), Optional.of("bob"));
    }
    assertThat(throttle.refuses(address("10.0.2.1"))).isFalse();
  }

  private void fail(InetAddress address, int times) {
    for (int i = 0; i < times; i++) {
      var _ = throttle.failed(address, Optional.empty());
    }
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
