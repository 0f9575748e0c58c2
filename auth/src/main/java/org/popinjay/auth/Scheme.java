package org.popinjay.auth;

import java.util.Locale;
import java.util.Optional;

/// How a stored password is written, by the names that Dovecot uses as well.
public enum Scheme {
  /// The password itself.
  PLAIN("PLAIN", ""),
  /// SHA-512 of crypt(3), `$6$`; the usual choice.
  SHA512_CRYPT("SHA512-CRYPT", "$6$"),
  /// SHA-256 of crypt(3), `$5$`.
  SHA256_CRYPT("SHA256-CRYPT", "$5$"),
  /// bcrypt, `$2b$` and its relatives.
  BLF_CRYPT("BLF-CRYPT", "$2"),
  /// yescrypt, `$y$`, what Debian gives its accounts.
  YESCRYPT("YESCRYPT", "$y$"),
  /// Whatever crypt(3) of this system understands.
  CRYPT("CRYPT", ""),
  /// Argon2id in the PHC notation.
  ARGON2ID("ARGON2ID", "$argon2id$");

  private final String label;
  private final String prefix;

  Scheme(String label, String prefix) {
    this.label = label;
    this.prefix = prefix;
  }

  /// The name as it stands in braces.
  public String label() {
    return label;
  }

  /// What every hash of this scheme begins with; may be empty.
  public String prefix() {
    return prefix;
  }

  /// The scheme of a name, in letters of any case.
  public static Optional<Scheme> named(String label) {
    var wanted = label.toUpperCase(Locale.ROOT);
    for (var scheme : values()) {
      if (scheme.label.equals(wanted)) {
        return Optional.of(scheme);
      }
    }
    return Optional.empty();
  }
}
