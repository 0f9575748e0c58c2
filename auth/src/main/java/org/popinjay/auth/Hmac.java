package org.popinjay.auth;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/// Keyed hashes (RFC 2104), and the keys that are made of passwords by many of them (RFC 8018,
/// section 5.2).
final class Hmac {
  private Hmac() {}

  /// One keyed hash.
  ///
  /// @param key at least one octet
  static byte[] of(String algorithm, byte[] key, byte[] message) {
    return keyed(algorithm, key).doFinal(message);
  }

  /// PBKDF2.
  ///
  /// @param secret at least one octet
  /// @param octets how long the key is to be
  static byte[] pbkdf2(String algorithm, byte[] secret, byte[] salt, int iterations, int octets) {
    var mac = keyed(algorithm, secret);
    int block = mac.getMacLength();
    var key = new byte[(octets + block - 1) / block * block];
    var round = new byte[block];
    try {
      for (int i = 0; i * block < octets; i++) {
        int number = i + 1;
        mac.update(salt);
        mac.update(
            new byte[] {
              (byte) (number >>> 24), (byte) (number >>> 16), (byte) (number >>> 8), (byte) number
            });
        mac.doFinal(round, 0);
        System.arraycopy(round, 0, key, i * block, block);
        for (int n = 1; n < iterations; n++) {
          mac.update(round);
          mac.doFinal(round, 0);
          for (int k = 0; k < block; k++) {
            key[i * block + k] ^= round[k];
          }
        }
      }
      return key.length == octets ? key : Arrays.copyOf(key, octets);
    } catch (ShortBufferException e) {
      throw new IllegalStateException("the buffer is as long as the hash", e);
    }
  }

  private static Mac keyed(String algorithm, byte[] key) {
    try {
      var mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key, algorithm));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}
