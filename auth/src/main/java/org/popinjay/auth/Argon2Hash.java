package org.popinjay.auth;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// A hash of Argon2id (RFC 9106) in the PHC notation:
/// `$argon2id$v=19$m=KiB,t=passes,p=lanes$salt$hash`, both in base64 without padding.
///
/// The memory is taken from the heap of this process, so what a line may ask for is bounded.
final class Argon2Hash implements PasswordHash {
  private static final int MEMORY_KIB_MAX = 256 * 1024;
  private static final int PASSES_MAX = 64;
  private static final int LANES_MAX = 16;

  /// What a new hash costs: the second of the two choices OWASP gives, 45 to 85 ms here.
  private static final int MEMORY_KIB = 19 * 1024;

  private static final int PASSES = 2;
  private static final int LANES = 1;
  private static final int SALT_OCTETS = 16;
  private static final int HASH_OCTETS = 32;

  private final String text;
  private final int memoryKib;
  private final int passes;
  private final int lanes;
  private final byte[] salt;
  private final byte[] hash;

  private Argon2Hash(String text, int memoryKib, int passes, int lanes, byte[] salt, byte[] hash) {
    this.text = text;
    this.memoryKib = within("m", memoryKib, 8 * lanes, MEMORY_KIB_MAX);
    this.passes = within("t", passes, 1, PASSES_MAX);
    this.lanes = within("p", lanes, 1, LANES_MAX);
    this.salt = salt;
    this.hash = hash;
    within("octets of salt", salt.length, 8, 64);
    within("octets of hash", hash.length, 16, 64);
  }

  private static int within(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "Argon2 %s: %d (expected %d to %d)".formatted(what, value, least, most));
    }
    return value;
  }

  /// @throws IllegalArgumentException saying what is wrong, without quoting the text
  static Argon2Hash parse(String text) {
    var part = cut(text, '$');
    if (part.size() != 6 || !part.get(1).equals("argon2id") || !part.get(2).equals("v=19")) {
      throw new IllegalArgumentException("no hash of Argon2id, version 19");
    }
    var cost = cut(part.get(3), ',');
    if (cost.size() != 3) {
      throw new IllegalArgumentException("no cost of Argon2 (expected m=,t=,p=)");
    }
    return new Argon2Hash(
        text,
        number(cost.get(0), "m="),
        number(cost.get(1), "t="),
        number(cost.get(2), "p="),
        Base64.getDecoder().decode(part.get(4)),
        Base64.getDecoder().decode(part.get(5)));
  }

  private static int number(String text, String prefix) {
    int length = text.length() - prefix.length();
    if (!text.startsWith(prefix) || length < 1 || length > 7) {
      throw new IllegalArgumentException("no cost of Argon2 (expected m=,t=,p=)");
    }
    return Integer.parseUnsignedInt(text, prefix.length(), text.length(), 10);
  }

  private static List<String> cut(String text, char at) {
    var parts = new ArrayList<String>();
    int from = 0;
    for (int to; (to = text.indexOf(at, from)) >= 0; from = to + 1) {
      parts.add(text.substring(from, to));
    }
    parts.add(text.substring(from));
    return parts;
  }

  /// A fresh hash.
  static String make(byte[] secret, RandomGenerator random) {
    var salt = new byte[SALT_OCTETS];
    random.nextBytes(salt);
    var hash = compute(secret, salt, MEMORY_KIB, PASSES, LANES, HASH_OCTETS);
    var base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
        .formatted(
            MEMORY_KIB, PASSES, LANES, base64.encodeToString(salt), base64.encodeToString(hash));
  }

  private static byte[] compute(
      byte[] secret, byte[] salt, int memoryKib, int passes, int lanes, int octets) {
    var generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .build());
    var hash = new byte[octets];
    generator.generateBytes(secret, hash);
    return hash;
  }

  @Override
  public boolean matches(byte[] secret) {
    var mine = compute(secret, salt, memoryKib, passes, lanes, hash.length);
    boolean same = MessageDigest.isEqual(mine, hash);
    Arrays.fill(mine, (byte) 0);
    return same;
  }

  @Override
  public boolean isCheap() {
    return false;
  }

  @Override
  public Scheme scheme() {
    return Scheme.ARGON2ID;
  }

  @Override
  public String stored() {
    return text;
  }

  @Override
  public String toString() {
    return "{ARGON2ID}...";
  }
}
