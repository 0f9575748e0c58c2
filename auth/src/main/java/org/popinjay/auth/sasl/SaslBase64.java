package org.popinjay.auth.sasl;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/// Base64 as SASL lines carry it, strictly: no white space, no missing or surplus padding, nothing
/// behind it, no stray bits (RFC 4648, sections 3.1 to 3.5 and 4).
public final class SaslBase64 {
  private SaslBase64() {}

  /// Decodes the rest of a line.
  ///
  /// @param encoded without the line's end; `=` alone is the empty response (RFC 5034, section 4)
  /// @return empty when it is not base64; the caller wipes both arrays
  public static Optional<byte[]> decode(byte[] encoded) {
    if (encoded.length == 1 && encoded[0] == '=') {
      return Optional.of(new byte[0]);
    }
    if (encoded.length % 4 != 0) {
      return Optional.empty();
    }
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
    // The JDK overlooks bits in the last character that stand for nothing.
    byte[] again = Base64.getEncoder().encode(decoded);
    boolean strict = Arrays.equals(again, encoded);
    Arrays.fill(again, (byte) 0);
    if (!strict) {
      Arrays.fill(decoded, (byte) 0);
      return Optional.empty();
    }
    return Optional.of(decoded);
  }

  /// Encodes a challenge.
  public static String encode(String challenge) {
    return Base64.getEncoder().encodeToString(challenge.getBytes(StandardCharsets.UTF_8));
  }
}
