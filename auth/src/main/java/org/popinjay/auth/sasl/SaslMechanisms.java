package org.popinjay.auth.sasl;

import java.util.List;
import java.util.Optional;
import org.popinjay.config.AuthConfig;

/// The mechanisms that are offered, in the order they are announced.
public final class SaslMechanisms {
  private static final int NAME_LONGEST = 20;

  private final List<AuthConfig.Mechanism> offered;

  /// @param configured `auth.mechanisms`; those that are not built yet are left out
  public SaslMechanisms(List<AuthConfig.Mechanism> configured) {
    offered = configured.stream().filter(mechanism -> exchange(mechanism).isPresent()).toList();
  }

  /// Names to announce.
  public List<String> names() {
    return offered.stream().map(AuthConfig.Mechanism::toString).toList();
  }

  /// Starts the exchange of a mechanism that a client named, in letters of any case; empty for one
  /// that is not offered.
  public Optional<SaslExchange> exchange(String name) {
    if (!isName(name)) {
      return Optional.empty();
    }
    return offered.stream()
        .filter(mechanism -> mechanism.toString().equalsIgnoreCase(name))
        .findFirst()
        .flatMap(SaslMechanisms::exchange);
  }

  private static Optional<SaslExchange> exchange(AuthConfig.Mechanism mechanism) {
    return switch (mechanism) {
      case PLAIN -> Optional.of(new Plain());
      case LOGIN -> Optional.of(new Login());
      case SCRAM_SHA_256 -> Optional.empty();
    };
  }

  /// Whether this could be the name of a mechanism: 1 to 20 letters, digits, hyphens and
  /// underscores (RFC 4422, section 3.1).
  public static boolean isName(String name) {
    if (name.isEmpty() || name.length() > NAME_LONGEST) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
        return false;
      }
    }
    return true;
  }
}
