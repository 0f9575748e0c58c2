package org.popinjay.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;

/// The keys that SCRAM verifies a client with (RFC 5802, section 3), in Dovecot's notation:
/// `iterations,salt,StoredKey,ServerKey`, all but the first in base64.
///
/// Nobody can sign in with them, but whoever has them can try passwords as fast as with any hash of
/// as many iterations.
public final class ScramHash implements PasswordHash {
  /// The least that RFC 5802, section 5.1, and RFC 7677, section 4, recommend; each client has to
  /// compute them at every sign-in.
  static final int ITERATIONS = 4096;

  static final int SALT_OCTETS = 16;

  private static final int ITERATIONS_MAX = 1_000_000;
  private static final byte[] CLIENT_KEY = "Client Key".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SERVER_KEY = "Server Key".getBytes(StandardCharsets.US_ASCII);

  private final ScramDigest digest;
  private final int iterations;
  private final byte[] salt;
  private final byte[] storedKey;
  private final byte[] serverKey;

  ScramHash(ScramDigest digest, int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
    this.digest = digest;
    this.iterations = iterations;
    this.salt = salt;
    this.storedKey = storedKey;
    this.serverKey = serverKey;
  }

  /// @throws IllegalArgumentException saying what is wrong, without quoting the text
  static ScramHash parse(ScramDigest digest, String text) {
    int first = text.indexOf(',');
    int second = text.indexOf(',', first + 1);
    int third = text.indexOf(',', second + 1);
    if (first < 1 || first > 7 || second < 0 || third < 0) {
      throw new IllegalArgumentException(
          "no keys of SCRAM (expected iterations,salt,stored key,server key)");
    }
    var base64 = Base64.getDecoder();
    int iterations = Integer.parseUnsignedInt(text, 0, first, 10);
    var salt = base64.decode(text.substring(first + 1, second));
    var storedKey = base64.decode(text.substring(second + 1, third));
    var serverKey = base64.decode(text.substring(third + 1));
    if (iterations < ITERATIONS || iterations > ITERATIONS_MAX) {
      throw new IllegalArgumentException(
          "iterations of SCRAM: %d (expected %d to %d)"
              .formatted(iterations, ITERATIONS, ITERATIONS_MAX));
    }
    if (salt.length < 8
        || storedKey.length != digest.octets()
        || serverKey.length != digest.octets()) {
      throw new IllegalArgumentException("salt or keys of SCRAM are not of the right length");
    }
    return new ScramHash(digest, iterations, salt, storedKey, serverKey);
  }

  /// The keys of a secret.
  ///
  /// @param secret UTF-8; prepared by SASLprep, as the client does it (RFC 5802, section 2.2)
  static ScramHash derive(ScramDigest digest, byte[] secret, byte[] salt, int iterations) {
    var prepared = SaslPrep.octets(secret);
    var salted = Hmac.pbkdf2(digest.hmac(), prepared, salt, iterations, digest.octets());
    var clientKey = Hmac.of(digest.hmac(), salted, CLIENT_KEY);
    try {
      return new ScramHash(
          digest,
          iterations,
          salt,
          digest.hash(clientKey),
          Hmac.of(digest.hmac(), salted, SERVER_KEY));
    } finally {
      Arrays.fill(prepared, (byte) 0);
      Arrays.fill(salted, (byte) 0);
      Arrays.fill(clientKey, (byte) 0);
    }
  }

  /// Fresh keys, as text.
  static String make(ScramDigest digest, byte[] secret, RandomGenerator random) {
    if (secret.length == 0) {
      throw new IllegalArgumentException("empty password");
    }
    var salt = new byte[SALT_OCTETS];
    random.nextBytes(salt);
    return derive(digest, secret, salt, ITERATIONS).stored();
  }

  /// With which hash function.
  public ScramDigest digest() {
    return digest;
  }

  /// How often the client is to hash.
  public int iterations() {
    return iterations;
  }

  /// What the client is to hash with, in base64.
  public String salt() {
    return Base64.getEncoder().encodeToString(salt);
  }

  int saltOctets() {
    return salt.length;
  }

  /// Whether a client that sends this proof knows the password (RFC 5802, section 3): the proof,
  /// freed of the signature, is the key whose hash is stored.
  ///
  /// @param authMessage everything that was said
  public boolean isProvenBy(byte[] proof, byte[] authMessage) {
    if (proof.length != digest.octets()) {
      return false;
    }
    var key = Hmac.of(digest.hmac(), storedKey, authMessage);
    for (int i = 0; i < key.length; i++) {
      key[i] ^= proof[i];
    }
    boolean same = MessageDigest.isEqual(digest.hash(key), storedKey);
    Arrays.fill(key, (byte) 0);
    return same;
  }

  /// By which the client sees that the server knows his keys (RFC 5802, section 3).
  public byte[] serverSignature(byte[] authMessage) {
    return Hmac.of(digest.hmac(), serverKey, authMessage);
  }

  @Override
  public boolean matches(byte[] secret) {
    if (secret.length == 0) {
      return false;
    }
    var mine = derive(digest, secret, salt, iterations);
    return MessageDigest.isEqual(mine.storedKey, storedKey);
  }

  @Override
  public boolean isCheap() {
    return false;
  }

  @Override
  public boolean serves(StoredForm form) {
    return form == StoredForm.ANY || form == digest.form();
  }

  @Override
  public Scheme scheme() {
    return digest.scheme();
  }

  @Override
  public String stored() {
    var base64 = Base64.getEncoder();
    return iterations
        + ","
        + salt()
        + ","
        + base64.encodeToString(storedKey)
        + ","
        + base64.encodeToString(serverKey);
  }

  @Override
  public String toString() {
    return "{" + scheme().label() + "}...";
  }
}
