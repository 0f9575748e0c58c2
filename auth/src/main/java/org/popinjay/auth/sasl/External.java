package org.popinjay.auth.sasl;

import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Optional;
import org.popinjay.auth.Credentials;

/// EXTERNAL (RFC 4422, appendix A): the client is who his certificate says, and names at most whose
/// mailbox he wants.
final class External implements SaslExchange {
  private final String certificateName;

  External(String certificateName) {
    this.certificateName = certificateName;
  }

  @Override
  public Step begin() {
    return new Challenge("");
  }

  @Override
  public Step next(byte[] response) {
    try {
      var wanted = Plain.utf8(response, 0, response.length);
      if (wanted.indexOf('\0') >= 0) {
        return new Failed("expected no NUL");
      }
      var other =
          Optional.of(wanted).filter(name -> !name.isEmpty() && !name.equals(certificateName));
      return new Finished(new Credentials.Vouched(certificateName, other));
    } catch (CharacterCodingException _) {
      return new Failed("expected a name in UTF-8");
    } finally {
      Arrays.fill(response, (byte) 0);
    }
  }
}
