package org.popinjay.pop3.response;

import java.util.ArrayList;
import java.util.List;
import org.popinjay.config.Pop3Config;
import org.popinjay.pop3.response.Pop3Response.Lines;

/// What is announced by CAPA: nothing that would not work (RFC 2449, sections 5 and 6).
public final class Capabilities {
  private Capabilities() {}

  /// The answer to CAPA.
  ///
  /// @param passwordsAllowed whether a password may come on this connection
  /// @param mechanisms SASL mechanisms that would work on this connection
  /// @param signedIn whether the session is in TRANSACTION state
  public static Lines of(
      Pop3Config settings, boolean passwordsAllowed, List<String> mechanisms, boolean signedIn) {
    var lines = new ArrayList<>(List.of("TOP", "UIDL", "RESP-CODES", "AUTH-RESP-CODE"));
    lines.add("PIPELINING");
    if (passwordsAllowed) {
      lines.add("USER");
    }
    if (!mechanisms.isEmpty()) {
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
