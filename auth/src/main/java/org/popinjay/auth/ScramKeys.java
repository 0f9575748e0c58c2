package org.popinjay.auth;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Finds the keys of SCRAM for each name, so that a stranger cannot tell the names of users from
/// others.
///
/// A name that nobody has gets a salt that is made of the name under a key of this server: the same
/// at each attempt and after each start, like a real one. Where the keys of some users have to be
/// computed from a password in the clear, those of all are, as far as time goes.
final class ScramKeys {
  private static final String ALGORITHM = "HmacSHA256";

  private final UserDirectory users;
  private final byte[] saltKey;

  /// @param saltKey 32 octets that nobody else knows, the same after a restart
  ScramKeys(UserDirectory users, byte[] saltKey) {
    this.users = users;
    this.saltKey = saltKey;
  }

  /// The keys of a user, or some that look like them. May take as long as a hash.
  ///
  /// @param passwords of the user; empty when there is none
  /// @param name as the client sent it
  ScramHash of(List<StoredPassword> passwords, String name, ScramDigest digest) {
    var own = passwords.stream().map(StoredPassword::hash).findFirst();
    if (own.isPresent() && own.get() instanceof ScramHash keys && keys.digest() == digest) {
      if (users.typicalKeys(digest).isEmpty()) {
        var _ = derived(keys.stored().getBytes(StandardCharsets.US_ASCII), name, digest);
      }
      return keys;
    }
    if (own.isPresent() && own.get() instanceof PasswordHash.Plain plain) {
      return derived(plain.secret(), name, digest);
    }
    return users
        .typicalKeys(digest)
        .map(like -> invented(like, name, digest))
        .orElseGet(() -> derived(made("password", digest, name), name, digest));
  }

  private ScramHash derived(byte[] secret, String name, ScramDigest digest) {
    var salt = Arrays.copyOf(made("salt", digest, name), ScramHash.SALT_OCTETS);
    return ScramHash.derive(digest, secret, salt, ScramHash.ITERATIONS);
  }

  private ScramHash invented(ScramHash like, String name, ScramDigest digest) {
    return new ScramHash(
        digest,
        like.iterations(),
        Arrays.copyOf(made("salt", digest, name), Math.min(32, like.saltOctets())),
        Arrays.copyOf(made("stored", digest, name), digest.octets()),
        Arrays.copyOf(made("server", digest, name), digest.octets()));
  }

  private byte[] made(String what, ScramDigest digest, String name) {
    var text = what + '\0' + digest + '\0' + name;
    return Hmac.of(ALGORITHM, saltKey, text.getBytes(StandardCharsets.UTF_8));
  }
}
