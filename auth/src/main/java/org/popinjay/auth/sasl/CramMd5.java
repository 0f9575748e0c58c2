package org.popinjay.auth.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Optional;
import org.popinjay.auth.Credentials;
import org.popinjay.auth.Digests;

/// CRAM-MD5 (RFC 2195, section 2): the server begins, and the client answers with his name and a
/// keyed hash of the challenge in small hexadecimal digits. There is no initial response.
final class CramMd5 implements SaslExchange {
  private static final int DIGITS = 32;

  private final String challenge;
  private boolean asked;

  /// @param challenge in the form of a message id, never used before
  CramMd5(String challenge) {
    this.challenge = challenge;
  }

  @Override
  public Step begin() {
    asked = true;
    return new Challenge(challenge);
  }

  @Override
  public Step next(byte[] response) {
    try {
      return asked ? read(response) : new Failed("the server begins");
    } catch (CharacterCodingException _) {
      return new Failed("expected a name in UTF-8");
    } finally {
      Arrays.fill(response, (byte) 0);
    }
  }

  private Step read(byte[] response) throws CharacterCodingException {
    int space = response.length - DIGITS - 1;
    if (space < 1 || response[space] != ' ') {
      return new Failed("expected a name, a space and 32 digits");
    }
    var digest = Arrays.copyOfRange(response, space + 1, response.length);
    var text = challenge.getBytes(UTF_8);
    return new Finished(
        new Credentials.Proof(
            Plain.utf8(response, 0, space),
            Optional.empty(),
            stored -> Digests.isHmacMd5(stored, text, digest)));
  }
}
