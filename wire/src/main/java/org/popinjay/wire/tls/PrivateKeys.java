package org.popinjay.wire.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/// Private keys out of PEM blocks: PKCS#8 in the clear or encrypted, and the older forms of RSA and
/// of elliptic curves, which the JDK does not read by itself.
final class PrivateKeys {
  private static final String PBES2 = "1.2.840.113549.1.5.13";

  /// The object identifier of RSA keys (RFC 8017, appendix A.1).
  private static final byte[] RSA = {
    0x06, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1
  };

  private static final byte[] NULL = {5, 0};

  /// The object identifier of keys on elliptic curves (RFC 5480, section 2.1.1).
  private static final byte[] EC = {0x06, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

  private static final int INTEGER = 0x02;
  private static final int OCTET_STRING = 0x04;
  private static final int SEQUENCE = 0x30;
  private static final int CURVE = 0xa0;

  /// What the object identifiers of Ed25519 and Ed448 begin with (RFC 8410, section 3).
  private static final byte[] EDWARDS = {0x06, 3, 0x2b, 0x65};

  /// What the JDK calls them. Told by what the key says, since asking for one of a kind that it is
  /// not has the JDK load every provider that there is.
  private static final Map<String, byte[]> ALGORITHMS =
      Map.of("RSA", RSA, "EC", EC, "EdDSA", EDWARDS);

  private PrivateKeys() {}

  /// The first key among blocks.
  ///
  /// @param password of an encrypted key, or null
  /// @throws IllegalArgumentException saying why there is none
  static PrivateKey first(List<PemBlock> blocks, char @Nullable [] password) {
    var block =
        blocks.stream()
            .filter(found -> found.label().endsWith("PRIVATE KEY"))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no private key in it"));
    var pkcs8 =
        switch (block.label()) {
          case "PRIVATE KEY" -> block.octets();
          case "RSA PRIVATE KEY" -> wrapped(der(SEQUENCE, RSA, NULL), block.octets());
          case "EC PRIVATE KEY" ->
              wrapped(der(SEQUENCE, EC, curve(block.octets())), block.octets());
          case "ENCRYPTED PRIVATE KEY" -> decrypted(block.octets(), password);
          default ->
              throw new IllegalArgumentException("a key of a kind not known: " + block.label());
        };
    try {
      return key(pkcs8);
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
      Arrays.fill(block.octets(), (byte) 0);
    }
  }

  private static PrivateKey key(byte[] pkcs8) {
    try {
      return KeyFactory.getInstance(algorithm(pkcs8))
          .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException | IndexOutOfBoundsException | ArithmeticException _) {
      throw noneKnown();
    }
  }

  /// The kind of a key (RFC 5958, section 2): version, then the algorithm.
  private static String algorithm(byte[] pkcs8) {
    int from = contents(pkcs8, end(pkcs8, contents(pkcs8, 0, SEQUENCE), INTEGER), SEQUENCE);
    return ALGORITHMS.entrySet().stream()
        .filter(known -> beginsWith(pkcs8, from, known.getValue()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(PrivateKeys::noneKnown);
  }

  private static boolean beginsWith(byte[] octets, int from, byte[] start) {
    int to = Math.min(octets.length, from + start.length);
    return Arrays.equals(octets, from, to, start, 0, start.length);
  }

  private static IllegalArgumentException noneKnown() {
    return new IllegalArgumentException("no RSA, EC or EdDSA key");
  }

  private static byte[] decrypted(byte[] octets, char @Nullable [] password) {
    if (password == null) {
      throw new IllegalArgumentException("encrypted, and keyPasswordFile is not set");
    }
    var secret = new PBEKeySpec(password);
    try {
      var info = new EncryptedPrivateKeyInfo(octets);
      boolean pbes2 = info.getAlgName().equals(PBES2) || info.getAlgName().equals("PBES2");
      // The parameters know the two algorithms that PBES2 only stands for.
      var algorithm = pbes2 ? info.getAlgParameters().toString() : info.getAlgName();
      var cipher = Cipher.getInstance(algorithm);
      var key = SecretKeyFactory.getInstance(algorithm).generateSecret(secret);
      cipher.init(Cipher.DECRYPT_MODE, key, info.getAlgParameters());
      return info.getKeySpec(cipher).getEncoded();
    } catch (GeneralSecurityException | IOException _) {
      throw new IllegalArgumentException("cannot be decrypted with the password of its file");
    } finally {
      secret.clearPassword();
    }
  }

  /// A key of an older form as PKCS#8 (RFC 5958, section 2).
  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return der(SEQUENCE, der(INTEGER, new byte[1]), algorithm, der(OCTET_STRING, key));
  }

  /// The curve of an `ECPrivateKey` (RFC 5915, section 3): version, key, then the curve.
  private static byte[] curve(byte[] key) {
    try {
      int at = contents(key, 0, SEQUENCE);
      at = end(key, at, INTEGER);
      at = end(key, at, OCTET_STRING);
      int from = contents(key, at, CURVE);
      return Arrays.copyOfRange(key, from, end(key, at, CURVE));
    } catch (IndexOutOfBoundsException _) {
      throw new IllegalArgumentException(
          "an EC key that does not name its curve; change it with: openssl pkcs8 -topk8 -nocrypt");
    }
  }

  /// Where the contents of the value at `at` begin.
  private static int contents(byte[] der, int at, int tag) {
    if ((der[at] & 0xff) != tag) {
      throw new IndexOutOfBoundsException(at);
    }
    int first = der[at + 1] & 0xff;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  /// Where the value at `at` ends.
  private static int end(byte[] der, int at, int tag) {
    int from = contents(der, at, tag);
    int length = der[at + 1] & 0xff;
    if (length >= 0x80) {
      length = 0;
      for (int i = at + 2; i < from; i++) {
        length = Math.addExact(length << 8, der[i] & 0xff);
      }
    }
    return Math.addExact(from, length);
  }

  private static byte[] der(int tag, byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    var size =
        length < 0x80
            ? new byte[] {(byte) length}
            : new byte[] {(byte) 0x82, (byte) (length >> 8), (byte) length};
    if (length > 0xffff) {
      throw new IllegalArgumentException("a key of " + length + " octets");
    }
    var all = new byte[1 + size.length + length];
    all[0] = (byte) tag;
    System.arraycopy(size, 0, all, 1, size.length);
    int at = 1 + size.length;
    for (var part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
