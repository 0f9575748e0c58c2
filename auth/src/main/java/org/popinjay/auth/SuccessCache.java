package org.popinjay.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Remembers passwords that were right a moment ago.
///
/// Mail programs sign in again every few minutes, and a good hash takes tens of milliseconds of CPU
/// each time: 45 a second on two cores. What is kept is an HMAC-SHA256 over name, stored hash and
/// password, under a key of this process: of no use to anybody who reads it, and no longer found
/// when the stored hash has changed. Failures are not remembered.
///
/// Thread-safe; every call takes microseconds.
public final class SuccessCache {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_OCTETS = 32;

  private final SecretKeySpec key;
  private final long lifeNanos;
  private final LongSupplier nanoClock;
  private final Map<Proof, Long> verifiedAt;

  /// A sign-in that was found good, or is being looked for.
  record Proof(long first, long second, long third, long fourth) {}

  /// @param entries remembered at most; the one not used for the longest time is forgotten first
  /// @param life how long after its verification a password is believed; zero turns this off
  /// @param nanoClock as [System#nanoTime]
  /// @param random a secure source, for the key
  public SuccessCache(int entries, Duration life, LongSupplier nanoClock, RandomGenerator random) {
    var octets = new byte[KEY_OCTETS];
    random.nextBytes(octets);
    this.key = new SecretKeySpec(octets, ALGORITHM);
    this.lifeNanos = life.toNanos();
    this.nanoClock = nanoClock;
    this.verifiedAt = new Table(entries);
  }

  /// What stands for this name, stored hash and secret.
  Proof proof(String name, PasswordHash stored, byte[] secret) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      update(mac, name);
      update(mac, stored.stored());
      var digest = ByteBuffer.wrap(mac.doFinal(secret));
      return new Proof(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /// With its length in front, so that no two pairs of texts run together to the same octets.
  private static void update(Mac mac, String text) {
    var octets = text.getBytes(StandardCharsets.UTF_8);
    mac.update(ByteBuffer.allocate(4).putInt(octets.length).flip());
    mac.update(octets);
  }

  /// Whether this was verified not long ago.
  boolean knows(Proof proof) {
    synchronized (verifiedAt) {
      var since = verifiedAt.get(proof);
      if (since == null) {
        return false;
      }
      if (nanoClock.getAsLong() - since < lifeNanos) {
        return true;
      }
      verifiedAt.remove(proof);
      return false;
    }
  }

  /// Remembers that this was verified just now.
  void remember(Proof proof) {
    synchronized (verifiedAt) {
      verifiedAt.put(proof, nanoClock.getAsLong());
    }
  }

  private static final class Table extends LinkedHashMap<Proof, Long> {
    private static final long serialVersionUID = 1L;

    private final int entries;

    Table(int entries) {
      super(16, 0.75f, true);
      this.entries = entries;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Proof, Long> eldest) {
      return size() > entries;
    }
  }
}
