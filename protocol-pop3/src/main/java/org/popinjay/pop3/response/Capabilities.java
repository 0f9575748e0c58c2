package org.popinjay.pop3.response;

import java.util.ArrayList;
import java.util.List;
import org.popinjay.config.Pop3Config;
import org.popinjay.pop3.response.Pop3Response.Lines;

/// The answers to CAPA: nothing is announced that would not work (RFC 2449, sections 5 and 6).
///
/// There are four, by where a connection stands; they are made once for all connections.
public final class Capabilities {
  private final Lines withPasswords;
  private final Lines withoutPasswords;
  private final Lines withPasswordsSignedIn;
  private final Lines withoutPasswordsSignedIn;

  /// @param mechanisms SASL mechanisms that are offered; all there are so far carry a password
  public Capabilities(Pop3Config settings, List<String> mechanisms) {
    withPasswords = answer(settings, mechanisms, true, false);
    withoutPasswords = answer(settings, mechanisms, false, false);
    withPasswordsSignedIn = answer(settings, mechanisms, true, true);
    withoutPasswordsSignedIn = answer(settings, mechanisms, false, true);
  }

  /// The answer for a connection.
  ///
  /// @param passwordsAllowed whether a password may come on it
  /// @param signedIn whether the session is in TRANSACTION state
  public Lines answer(boolean passwordsAllowed, boolean signedIn) {
    if (passwordsAllowed) {
      return signedIn ? withPasswordsSignedIn : withPasswords;
    }
    return signedIn ? withoutPasswordsSignedIn : withoutPasswords;
  }

  private static Lines answer(
      Pop3Config settings, List<String> mechanisms, boolean passwordsAllowed, boolean signedIn) {
    var lines =
        new ArrayList<>(List.of("TOP", "UIDL", "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING"));
    if (passwordsAllowed) {
      lines.add("USER");
    }
    if (passwordsAllowed && !mechanisms.isEmpty()) {
      lines.add("SASL " + String.join(" ", mechanisms));
    }
    if (settings.expire().isEmpty()) {
      lines.add("EXPIRE NEVER");
    }
    if (signedIn && !settings.shy()) {
      lines.add("IMPLEMENTATION Popinjay");
    }
    return Wording.capabilities(lines);
  }
}
