package org.popinjay.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// PBKDF2 with HMAC-SHA-1 (RFC 8018, section 5.2) in Dovecot's notation: `$1$salt$iterations$hash`,
/// the salt as text and the hash in hexadecimal digits.
final class Pbkdf2Hash implements PasswordHash {
  /// What OWASP asks for; 150 ms here.
  private static final int ITERATIONS = 600_000;

  private static final int ITERATIONS_MAX = 10_000_000;
  private static final int SALT_OCTETS = 12;
  private static final int OCTETS = 20;
  private static final String ALGORITHM = "HmacSHA1";

  private final String text;
  private final String salt;
  private final int iterations;
  private final byte[] hash;

  private Pbkdf2Hash(String text, String salt, int iterations, byte[] hash) {
    this.text = text;
    this.salt = salt;
    this.iterations = iterations;
    this.hash = hash;
  }

  /// @throws IllegalArgumentException saying what is wrong, without quoting the text
  static Pbkdf2Hash parse(String text) {
    int begin = Scheme.PBKDF2.prefix().length();
    int saltEnd = text.indexOf('$', begin);
    int numberEnd = saltEnd < 0 ? -1 : text.indexOf('$', saltEnd + 1);
    if (numberEnd < saltEnd + 2 || numberEnd > saltEnd + 9 || saltEnd == begin) {
      throw new IllegalArgumentException("no hash of PBKDF2 (expected $1$salt$iterations$hash)");
    }
    int iterations = Integer.parseUnsignedInt(text, saltEnd + 1, numberEnd, 10);
    if (iterations < 1 || iterations > ITERATIONS_MAX) {
      throw new IllegalArgumentException(
          "iterations of PBKDF2: " + iterations + " (expected 1 to " + ITERATIONS_MAX + ")");
    }
    var hash = HexFormat.of().parseHex(text, numberEnd + 1, text.length());
    if (hash.length != OCTETS) {
      throw new IllegalArgumentException("no hash of PBKDF2 with " + OCTETS + " octets");
    }
    return new Pbkdf2Hash(text, text.substring(begin, saltEnd), iterations, hash);
  }

  static String make(byte[] secret, RandomGenerator random) {
    if (secret.length == 0) {
      throw new IllegalArgumentException("empty password");
    }
    var octets = new byte[SALT_OCTETS];
    random.nextBytes(octets);
    var salt = Base64.getUrlEncoder().encodeToString(octets);
    return Scheme.PBKDF2.prefix()
        + salt
        + "$"
        + ITERATIONS
        + "$"
        + HexFormat.of().formatHex(compute(secret, salt, ITERATIONS));
  }

  private static byte[] compute(byte[] secret, String salt, int iterations) {
    return Hmac.pbkdf2(
        ALGORITHM, secret, salt.getBytes(StandardCharsets.UTF_8), iterations, OCTETS);
  }

  @Override
  public boolean matches(byte[] secret) {
    return secret.length > 0 && MessageDigest.isEqual(compute(secret, salt, iterations), hash);
  }

  @Override
  public boolean isCheap() {
    return false;
  }

  @Override
  public Scheme scheme() {
    return Scheme.PBKDF2;
  }

  @Override
  public String stored() {
    return text;
  }

  @Override
  public String toString() {
    return "{PBKDF2}...";
  }
}
