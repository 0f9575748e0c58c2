package org.popinjay.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/// Answers to challenges that need the password in the clear: whoever has not got it there gets a
/// no, in the same time.
public final class Digests {
  private static final byte[] NOBODYS = "nobody's".getBytes(StandardCharsets.US_ASCII);

  private Digests() {}

  /// Whether this is the keyed MD5 of a challenge (RFC 2195, section 2), in hexadecimal digits.
  public static boolean isHmacMd5(PasswordHash stored, byte[] challenge, byte[] digits) {
    return isSame(stored, Hmac.of("HmacMD5", secret(stored), challenge), digits);
  }

  /// Whether this is the MD5 of a timestamp with the password behind it (RFC 1939, section 7), in
  /// hexadecimal digits; the password prepared as RFC 6856, section 2.2, demands.
  public static boolean isApop(PasswordHash stored, byte[] timestamp, byte[] digits) {
    var secret = SaslPrep.octets(secret(stored));
    var both = Arrays.copyOf(timestamp, timestamp.length + secret.length);
    System.arraycopy(secret, 0, both, timestamp.length, secret.length);
    try {
      return isSame(stored, MessageDigest.getInstance("MD5").digest(both), digits);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    } finally {
      Arrays.fill(both, (byte) 0);
      Arrays.fill(secret, (byte) 0);
    }
  }

  private static byte[] secret(PasswordHash stored) {
    return stored instanceof PasswordHash.Plain plain ? plain.secret() : NOBODYS;
  }

  private static boolean isSame(PasswordHash stored, byte[] digest, byte[] digits) {
    var mine = HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII);
    return MessageDigest.isEqual(mine, lowerCase(digits)) && stored instanceof PasswordHash.Plain;
  }

  private static byte[] lowerCase(byte[] digits) {
    var lower = digits.clone();
    for (int i = 0; i < lower.length; i++) {
      if (lower[i] >= 'A' && lower[i] <= 'F') {
        lower[i] = (byte) (lower[i] + ('a' - 'A'));
      }
    }
    return lower;
  }
}
