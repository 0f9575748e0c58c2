package org.popinjay.pop3.response;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.popinjay.config.Pop3Config;
import org.popinjay.pop3.response.Pop3Response.Lines;

/// The answers to CAPA: nothing is announced that would not work (RFC 2449, sections 5 and 6).
///
/// Each is made once, for all connections that stand where it is true.
public final class Capabilities {
  private final Map<Standing, Lines> answers = new ConcurrentHashMap<>();
  private final Pop3Config settings;
  private final Wording wording;

  /// Where a connection stands.
  private record Standing(
      boolean passwordsAllowed, boolean upgradable, List<String> mechanisms, boolean signedIn) {}

  /// @param settings what is switched on
  /// @param wording says whether `[AUTH]` is told (RFC 3206, section 6)
  public Capabilities(Pop3Config settings, Wording wording) {
    this.settings = settings;
    this.wording = wording;
  }

  /// The answer for a connection.
  ///
  /// @param passwordsAllowed whether a password may come on it
  /// @param upgradable whether the client may ask for TLS (RFC 2595, section 4)
  /// @param mechanisms of SASL that would work on it
  /// @param signedIn whether the session is in TRANSACTION state
  public Lines answer(
      boolean passwordsAllowed, boolean upgradable, List<String> mechanisms, boolean signedIn) {
    return answers.computeIfAbsent(
        new Standing(passwordsAllowed, upgradable, mechanisms, signedIn), this::answer);
  }

  private Lines answer(Standing standing) {
    var lines = new ArrayList<>(List.of("TOP", "UIDL", "RESP-CODES"));
    if (wording.tellsAuth()) {
      lines.add("AUTH-RESP-CODE");
    }
    lines.add("PIPELINING");
    if (standing.upgradable) {
      lines.add("STLS");
    }
    if (standing.passwordsAllowed) {
      lines.add("USER");
    }
    if (!standing.mechanisms.isEmpty()) {
      lines.add("SASL " + String.join(" ", standing.mechanisms));
    }
    if (settings.expire().isEmpty()) {
      lines.add("EXPIRE NEVER");
    }
    lines.add("LANG");
    lines.add(standing.passwordsAllowed ? "UTF8 USER" : "UTF8");
    if (standing.signedIn && !settings.shy()) {
      lines.add("IMPLEMENTATION Popinjay");
    }
    return Wording.capabilities(lines);
  }
}
