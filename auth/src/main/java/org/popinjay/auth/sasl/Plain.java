package org.popinjay.auth.sasl;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.popinjay.auth.Credentials;

/// PLAIN: `[authzid] NUL authcid NUL passwd` (RFC 4616, section 2).
///
/// Names are UTF-8 without errors; the password is octets. An authorization identity that equals
/// the name is none.
final class Plain implements SaslExchange {

  @Override
  public Step begin() {
    return new Challenge("");
  }

  @Override
  public Step next(byte[] response) {
    try {
      return read(response);
    } finally {
      Arrays.fill(response, (byte) 0);
    }
  }

  private static Step read(byte[] message) {
    int first = nul(message, 0);
    int second = first < 0 ? -1 : nul(message, first + 1);
    if (second < 0 || nul(message, second + 1) >= 0) {
      return new Failed("expected exactly two NULs");
    }
    if (second == first + 1) {
      return new Failed("expected a name");
    }
    if (second + 1 == message.length) {
      return new Failed("expected a password");
    }
    try {
      var authorization = utf8(message, 0, first);
      var name = utf8(message, first + 1, second);
      var secret = Arrays.copyOfRange(message, second + 1, message.length);
      return new Finished(new Credentials.Password(name, other(authorization, name), secret));
    } catch (CharacterCodingException _) {
      return new Failed("expected names in UTF-8");
    }
  }

  private static Optional<String> other(String authorization, String name) {
    return authorization.isEmpty() || authorization.equals(name)
        ? Optional.empty()
        : Optional.of(authorization);
  }

  private static int nul(byte[] message, int from) {
    for (int i = from; i < message.length; i++) {
      if (message[i] == 0) {
        return i;
      }
    }
    return -1;
  }

  static String utf8(byte[] octets, int from, int to) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(octets, from, to - from))
        .toString();
  }
}
