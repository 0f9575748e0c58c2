package org.popinjay.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SuccessCacheTest {
  private static final PasswordHash HASH = PasswordHash.parse("{CRYPT}$6$salt$hash");

  private long now = Long.MAX_VALUE - 3;
  private final SuccessCache cache =
      new SuccessCache(3, Duration.ofMinutes(10), () -> now, new Random(1));

  @Test
  void whatWasVerifiedIsKnownUntilItsTimeIsUp() {
    assertThat(cache.knows(proof("bob", HASH, "secret"))).isFalse();
    cache.remember(proof("bob", HASH, "secret"));
    now += Duration.ofMinutes(10).toNanos() - 1;
    assertThat(cache.knows(proof("bob", HASH, "secret"))).isTrue();
    now += 1;
    assertThat(cache.knows(proof("bob", HASH, "secret"))).as("use does not prolong it").isFalse();
  }

  @Test
  void anotherNamePasswordOrStoredHashIsNotKnown() {
    cache.remember(proof("bob", HASH, "secret"));
    assertThat(cache.knows(proof("bo", HASH, "bsecret"))).isFalse();
    assertThat(cache.knows(proof("bob", HASH, "Secret"))).isFalse();
    assertThat(cache.knows(proof("bob", HASH, ""))).isFalse();
    assertThat(cache.knows(proof("bob", PasswordHash.parse("{CRYPT}$6$salt$hasH"), "secret")))
        .isFalse();
    assertThat(cache.knows(proof("bob", PasswordHash.parse("{CRYPT}$6$salt$hashs"), "ecret")))
        .isFalse();
  }

  @Test
  void theLeastUsedIsForgottenFirst() {
    for (var name : new String[] {"a", "b", "c"}) {
      cache.remember(proof(name, HASH, "x"));
    }
    assertThat(cache.knows(proof("a", HASH, "x"))).isTrue();
    cache.remember(proof("d", HASH, "x"));
    assertThat(cache.knows(proof("a", HASH, "x"))).isTrue();
    assertThat(cache.knows(proof("b", HASH, "x"))).isFalse();
  }

  @Test
  void aLifeOfZeroRemembersNothing() {
    var off = new SuccessCache(3, Duration.ZERO, () -> now, new Random(1));
    off.remember(off.proof("bob", HASH, "x".getBytes(UTF_8)));
    assertThat(off.knows(off.proof("bob", HASH, "x".getBytes(UTF_8)))).isFalse();
  }

  @Test
  void theKeyIsThisProcesssOwn() {
    var other = new SuccessCache(3, Duration.ofMinutes(10), () -> now, new Random(2));
    assertThat(other.proof("bob", HASH, "x".getBytes(UTF_8))).isNotEqualTo(proof("bob", HASH, "x"));
  }

  private SuccessCache.Proof proof(String name, PasswordHash hash, String secret) {
    return cache.proof(name, hash, secret.getBytes(UTF_8));
  }
}
