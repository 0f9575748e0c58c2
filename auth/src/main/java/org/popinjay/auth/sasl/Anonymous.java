package org.popinjay.auth.sasl;

import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Optional;
import org.popinjay.auth.Credentials;

/// ANONYMOUS (RFC 4505, section 2): a stranger says something of himself, which is checked for its
/// length and forgotten, and gets the mail of one user that is there for strangers.
final class Anonymous implements SaslExchange {
  private static final int TRACE_CHARS_MAX = 255;

  private final String user;

  Anonymous(String user) {
    this.user = user;
  }

  @Override
  public Step begin() {
    return new Challenge("");
  }

  @Override
  public Step next(byte[] response) {
    try {
      var trace = Plain.utf8(response, 0, response.length);
      return trace.codePointCount(0, trace.length()) > TRACE_CHARS_MAX
          ? new Failed("expected at most 255 characters")
          : new Finished(new Credentials.Vouched(user, Optional.empty()));
    } catch (CharacterCodingException _) {
      return new Failed("expected UTF-8");
    } finally {
      Arrays.fill(response, (byte) 0);
    }
  }
}
