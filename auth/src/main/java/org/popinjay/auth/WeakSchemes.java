package org.popinjay.auth;

import java.util.Optional;
import java.util.Set;

/// What is said to a stored password that gives itself away; the same for all sources.
final class WeakSchemes {
  private WeakSchemes() {}

  /// Why a stored password opens nothing, if so.
  ///
  /// @param allowed schemes of `auth.weakSchemes`
  static Optional<String> refusal(PasswordHash hash, Set<Scheme> allowed) {
    return hash.isWeak() && !allowed.contains(hash.scheme())
        ? Optional.of(
            "a password in the weak scheme %s, which auth.weakSchemes does not allow"
                .formatted(hash.scheme().label()))
        : Optional.empty();
  }
}
