package org.popinjay.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.random.RandomGenerator;
import org.popinjay.posix.Crypt;

/// A stored password, in whatever scheme: something a secret can be held against.
///
/// Shows its text to nobody but [SuccessCache]. Immutable and thread-safe.
public sealed interface PasswordHash
    permits PasswordHash.Plain,
        PasswordHash.Crypted,
        Argon2Hash,
        Pbkdf2Hash,
        SaltedHash,
        ScramHash {

  /// Whether this is the secret. Costs up to some hundred milliseconds of CPU unless [#isCheap];
  /// takes the same time wherever the two differ.
  boolean matches(byte[] secret);

  /// Whether [#matches] takes no more than a few microseconds, so that an event loop may ask.
  boolean isCheap();

  /// Whether a mechanism that needs this form finds it here.
  default boolean serves(StoredForm form) {
    return form == StoredForm.ANY;
  }

  /// Whether whoever reads the file has the password, or has it soon.
  default boolean isWeak() {
    return scheme().isWeak();
  }

  /// How it is written.
  Scheme scheme();

  /// The text it was read from, without the scheme.
  String stored();

  /// Reads a stored password: `{SCHEME}text`, or the bare text of crypt(3) or Argon2, which begins
  /// with `$`.
  ///
  /// @throws IllegalArgumentException saying what is wrong, without quoting the text
  static PasswordHash parse(String field) {
    if (field.startsWith("$")) {
      return of(field.startsWith(Scheme.ARGON2ID.prefix()) ? Scheme.ARGON2ID : Scheme.CRYPT, field);
    }
    int end = field.indexOf('}');
    if (!field.startsWith("{") || end < 0) {
      throw new IllegalArgumentException("no password scheme (expected {SCHEME} before the hash)");
    }
    var label = field.substring(1, end);
    var scheme =
        Scheme.named(label)
            .orElseThrow(() -> new IllegalArgumentException("unknown password scheme"));
    return of(scheme, field.substring(end + 1));
  }

  private static PasswordHash of(Scheme scheme, String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("empty password");
    }
    if (!text.startsWith(scheme.prefix())) {
      throw new IllegalArgumentException(
          "no hash of "
              + scheme.label()
              + " (expected one that begins with "
              + scheme.prefix()
              + ")");
    }
    try {
      return read(scheme, text);
    } catch (NumberFormatException _) {
      // Its message quotes what may be a part of a password.
      throw new IllegalArgumentException("no hash of " + scheme.label() + ": a number is none");
    }
  }

  private static PasswordHash read(Scheme scheme, String text) {
    return switch (scheme) {
      case PLAIN -> new Plain(text.getBytes(StandardCharsets.UTF_8));
      case SHA512_CRYPT, SHA256_CRYPT, BLF_CRYPT, YESCRYPT, CRYPT -> new Crypted(scheme, text);
      case ARGON2ID -> Argon2Hash.parse(text);
      case PBKDF2 -> Pbkdf2Hash.parse(text);
      case SCRAM_SHA_1 -> ScramHash.parse(ScramDigest.SHA_1, text);
      case SCRAM_SHA_256 -> ScramHash.parse(ScramDigest.SHA_256, text);
      case SSHA, SSHA256, SSHA512 -> SaltedHash.parse(scheme, text);
    };
  }

  /// Makes a stored password, as it stands in a users file.
  ///
  /// @param scheme [Scheme#CRYPT] stands for the best that crypt(3) has, which is yescrypt
  /// @param random a secure source, for the salt
  /// @throws IllegalArgumentException for a secret that the file or the scheme cannot hold
  static String make(Scheme scheme, byte[] secret, RandomGenerator random) {
    var text =
        switch (scheme) {
          case PLAIN -> Plain.text(secret);
          case SHA512_CRYPT, SHA256_CRYPT, YESCRYPT -> Crypted.make(secret, scheme.prefix());
          case BLF_CRYPT -> Crypted.make(secret, "$2b$");
          case CRYPT -> Crypted.make(secret, Scheme.YESCRYPT.prefix());
          case ARGON2ID -> Argon2Hash.make(secret, random);
          case PBKDF2 -> Pbkdf2Hash.make(secret, random);
          case SCRAM_SHA_1 -> ScramHash.make(ScramDigest.SHA_1, secret, random);
          case SCRAM_SHA_256 -> ScramHash.make(ScramDigest.SHA_256, secret, random);
          case SSHA, SSHA256, SSHA512 -> SaltedHash.make(scheme, secret, random);
        };
    return "{" + scheme.label() + "}" + text;
  }

  /// The secret itself.
  final class Plain implements PasswordHash {
    private final byte[] password;

    private Plain(byte[] password) {
      this.password = password;
    }

    private static String text(byte[] secret) {
      for (byte octet : secret) {
        if (octet == ':' || (octet >= 0 && octet < ' ') || octet == 0x7f) {
          throw new IllegalArgumentException(
              "a password with colons or controls cannot stand in a users file (choose a hash)");
        }
      }
      return new String(secret, StandardCharsets.UTF_8);
    }

    @Override
    public boolean matches(byte[] secret) {
      return MessageDigest.isEqual(password, secret);
    }

    @Override
    public boolean isCheap() {
      return true;
    }

    @Override
    public boolean serves(StoredForm form) {
      return true;
    }

    /// The password itself; not a copy.
    byte[] secret() {
      return password;
    }

    @Override
    public Scheme scheme() {
      return Scheme.PLAIN;
    }

    @Override
    public String stored() {
      return new String(password, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return "{PLAIN}...";
    }
  }

  /// A hash of crypt(3).
  final class Crypted implements PasswordHash {
    private static final int LONGEST = 384;
    private static final List<String> STRONG = List.of("$y$", "$gy$", "$7$", "$6$", "$5$", "$2");

    private final Scheme scheme;
    private final String hash;

    private Crypted(Scheme scheme, String hash) {
      this.scheme = scheme;
      this.hash = hash;
      if (hash.length() >= LONGEST || !hash.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw new IllegalArgumentException("no hash of crypt(3)");
      }
    }

    private static String make(byte[] secret, String prefix) {
      return Crypt.hash(secret, Crypt.setting(prefix))
          .orElseThrow(() ->
              new IllegalArgumentException("crypt(3) takes at most 511 octets, none of them zero"));
    }

    @Override
    public boolean matches(byte[] secret) {
      return Crypt.matches(secret, hash);
    }

    @Override
    public boolean isCheap() {
      return false;
    }

    /// The methods of old, DES and MD5 among them.
    @Override
    public boolean isWeak() {
      return STRONG.stream().noneMatch(hash::startsWith);
    }

    @Override
    public Scheme scheme() {
      return scheme;
    }

    @Override
    public String stored() {
      return hash;
    }

    @Override
    public String toString() {
      return "{" + scheme.label() + "}...";
    }
  }
}
