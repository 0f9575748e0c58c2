package org.popinjay.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// The client's side of SCRAM, made of what the JDK has and of nothing of ours, so that both sides
/// cannot be wrong together.
public final class ScramClient {
  private final String digest;
  private final String user;
  private final String password;
  private final String header;
  private final byte[] channel;
  private final String nonce = "rOprNGfwEbeRWgbNEkqO";

  /// @param digest `SHA-1` or `SHA-256`
  /// @param user as it stands in a message
  /// @param header of the first message, with its commas
  /// @param channel octets of the channel binding
  public ScramClient(String digest, String user, String password, String header, byte[] channel) {
    this.digest = digest;
    this.user = user;
    this.password = password;
    this.header = header;
    this.channel = channel.clone();
  }

  /// The first message.
  public byte[] first() {
    return (header + bare()).getBytes(UTF_8);
  }

  private String bare() {
    return "n=" + user + ",r=" + nonce;
  }

  /// The last message.
  public byte[] last(String serverFirst) {
    var said = withoutProof(serverFirst);
    var clientKey = hmac(digest, salted(serverFirst), "Client Key");
    var signature = hmac(digest, hash(digest, clientKey), message(serverFirst));
    for (int i = 0; i < clientKey.length; i++) {
      clientKey[i] ^= signature[i];
    }
    return (said + ",p=" + base64(clientKey)).getBytes(UTF_8);
  }

  /// What the server has to say in the end.
  public String serverLast(String serverFirst) {
    var serverKey = hmac(digest, salted(serverFirst), "Server Key");
    return "v=" + base64(hmac(digest, serverKey, message(serverFirst)));
  }

  private String message(String serverFirst) {
    return bare() + "," + serverFirst + "," + withoutProof(serverFirst);
  }

  private String withoutProof(String serverFirst) {
    var start = header.getBytes(UTF_8);
    var both = new byte[start.length + channel.length];
    System.arraycopy(start, 0, both, 0, start.length);
    System.arraycopy(channel, 0, both, start.length, channel.length);
    return "c=" + base64(both) + "," + serverFirst.substring(0, serverFirst.indexOf(",s="));
  }

  private byte[] salted(String serverFirst) {
    int salt = serverFirst.indexOf(",s=");
    int count = serverFirst.indexOf(",i=");
    return salted(
        digest,
        password,
        Base64.getDecoder().decode(serverFirst.substring(salt + 3, count)),
        Integer.parseInt(serverFirst.substring(count + 3)));
  }

  /// What a users file has for a password.
  public static String stored(String digest, String password, byte[] salt, int iterations) {
    var salted = salted(digest, password, salt, iterations);
    return "{SCRAM-%s}%d,%s,%s,%s"
        .formatted(
            digest,
            iterations,
            base64(salt),
            base64(hash(digest, hmac(digest, salted, "Client Key"))),
            base64(hmac(digest, salted, "Server Key")));
  }

  private static byte[] salted(String digest, String password, byte[] salt, int iterations) {
    int bits = digest.equals("SHA-1") ? 160 : 256;
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmac" + digest.replace("-", ""))
          .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, bits))
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] hmac(String digest, byte[] key, String text) {
    try {
      var mac = Mac.getInstance("Hmac" + digest.replace("-", ""));
      mac.init(new SecretKeySpec(key, "RAW"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] hash(String digest, byte[] octets) {
    try {
      return MessageDigest.getInstance(digest).digest(octets);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String base64(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }
}
