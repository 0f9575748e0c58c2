package org.popinjay.auth.sasl;

import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.popinjay.auth.Credentials;

/// LOGIN: asks for the name, then for the password. No RFC has it; Outlook speaks it, and wants
/// these very words as challenges. An initial response is the name.
final class Login implements SaslExchange {
  private @Nullable String name;

  @Override
  public Step begin() {
    return new Challenge("Username:");
  }

  @Override
  public Step next(byte[] response) {
    try {
      return name == null ? takeName(response) : takePassword(name, response);
    } finally {
      Arrays.fill(response, (byte) 0);
    }
  }

  private Step takeName(byte[] response) {
    try {
      var text = Plain.utf8(response, 0, response.length);
      if (text.isEmpty() || text.indexOf('\0') >= 0) {
        return new Failed("expected a name");
      }
      name = text;
      return new Challenge("Password:");
    } catch (CharacterCodingException _) {
      return new Failed("expected a name in UTF-8");
    }
  }

  private static Step takePassword(String name, byte[] response) {
    return response.length == 0
        ? new Failed("expected a password")
        : new Finished(new Credentials.Password(name, response.clone()));
  }
}
