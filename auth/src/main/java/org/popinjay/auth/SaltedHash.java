package org.popinjay.auth;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;

/// One round of a hash over password and salt, as directories keep them: base64 of the hash with
/// the salt behind it (RFC 2307, section 5.3, and what grew out of it).
///
/// Billions of them can be tried a second; they are here for users that move in from elsewhere.
final class SaltedHash implements PasswordHash {
  private static final int SALT_OCTETS = 16;
  private static final int SALT_OCTETS_MAX = 64;

  private final Scheme scheme;
  private final String text;
  private final byte[] hash;
  private final byte[] salt;

  private SaltedHash(Scheme scheme, String text, byte[] hash, byte[] salt) {
    this.scheme = scheme;
    this.text = text;
    this.hash = hash;
    this.salt = salt;
  }

  /// @throws IllegalArgumentException saying what is wrong, without quoting the text
  static SaltedHash parse(Scheme scheme, String text) {
    var octets = Base64.getDecoder().decode(text);
    int length = digest(scheme).getDigestLength();
    if (octets.length <= length || octets.length > length + SALT_OCTETS_MAX) {
      throw new IllegalArgumentException("no hash of " + scheme.label() + " with a salt behind it");
    }
    return new SaltedHash(
        scheme,
        text,
        Arrays.copyOf(octets, length),
        Arrays.copyOfRange(octets, length, octets.length));
  }

  static String make(Scheme scheme, byte[] secret, RandomGenerator random) {
    var salt = new byte[SALT_OCTETS];
    random.nextBytes(salt);
    var hash = compute(scheme, secret, salt);
    var octets = Arrays.copyOf(hash, hash.length + salt.length);
    System.arraycopy(salt, 0, octets, hash.length, salt.length);
    return Base64.getEncoder().encodeToString(octets);
  }

  private static byte[] compute(Scheme scheme, byte[] secret, byte[] salt) {
    var digest = digest(scheme);
    digest.update(secret);
    return digest.digest(salt);
  }

  private static MessageDigest digest(Scheme scheme) {
    var name =
        switch (scheme) {
          case SSHA -> "SHA-1";
          case SSHA256 -> "SHA-256";
          case SSHA512 -> "SHA-512";
          default -> throw new IllegalArgumentException("no salted hash: " + scheme.label());
        };
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + name, e);
    }
  }

  @Override
  public boolean matches(byte[] secret) {
    return MessageDigest.isEqual(compute(scheme, secret, salt), hash);
  }

  @Override
  public boolean isCheap() {
    return true;
  }

  @Override
  public Scheme scheme() {
    return scheme;
  }

  @Override
  public String stored() {
    return text;
  }

  @Override
  public String toString() {
    return "{" + scheme.label() + "}...";
  }
}
