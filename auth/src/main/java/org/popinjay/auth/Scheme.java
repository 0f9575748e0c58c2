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
  ARGON2ID("ARGON2ID", "$argon2id$"),
  /// PBKDF2 with HMAC-SHA-1, as Dovecot writes it.
  PBKDF2("PBKDF2", "$1$"),
  /// Keys for SCRAM-SHA-256 (RFC 7677).
  SCRAM_SHA_256("SCRAM-SHA-256", ""),
  /// Keys for SCRAM-SHA-1 (RFC 5802).
  SCRAM_SHA_1("SCRAM-SHA-1", ""),
  /// One round of salted SHA-1, from directories.
  SSHA("SSHA", ""),
  /// One round of salted SHA-256.
  SSHA256("SSHA256", ""),
  /// One round of salted SHA-512.
  SSHA512("SSHA512", "");

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

  /// Whether whoever reads the file has the passwords, or has them soon.
  public boolean isWeak() {
    return switch (this) {
      case PLAIN, SSHA, SSHA256, SSHA512 -> true;
      case SHA512_CRYPT,
          SHA256_CRYPT,
          BLF_CRYPT,
          YESCRYPT,
          CRYPT,
          ARGON2ID,
          PBKDF2,
          SCRAM_SHA_256,
          SCRAM_SHA_1 ->
          false;
    };
  }

  /// What every hash of this scheme begins with; may be empty.
  public String prefix() {
    return prefix;
  }

  /// The scheme of a name, in letters of any case.
  public static Optional<Scheme> named(String label) {
    var wanted = label.toUpperCase(Locale.ROOT);
    if (wanted.equals("CLEARTEXT")) {
      return Optional.of(PLAIN);
    }
    for (var scheme : values()) {
      if (scheme.label.equals(wanted)) {
        return Optional.of(scheme);
      }
    }
    return Optional.empty();
  }
}
