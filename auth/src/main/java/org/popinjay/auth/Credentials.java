package org.popinjay.auth;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;

/// What a client offers to prove who he is.
///
/// Whoever holds credentials closes them, which wipes the secret; [Authenticator] does so for those
/// it was given. Closing twice does no harm. None shows anything in its text: not the secret, and
/// not the name, which a log would have to escape.
public sealed interface Credentials extends AutoCloseable {

  /// The name as the client sent it, not yet judged by [UserNames].
  String user();

  /// Whose mailbox is wanted if not that of [#user]: the authorization identity of RFC 4422,
  /// section 2. Only `auth.admins` may ask for another one.
  Optional<String> onBehalfOf();

  /// Wipes the secret.
  @Override
  void close();

  /// A name and a password in the clear.
  final class Password implements Credentials {
    private final String user;
    private final Optional<String> onBehalfOf;
    private final byte[] secret;

    /// @param secret becomes ours: it is not copied, and wiped in the end
    public Password(String user, byte[] secret) {
      this(user, Optional.empty(), secret);
    }

    /// @param onBehalfOf the authorization identity, if the client gave one
    /// @param secret becomes ours: it is not copied, and wiped in the end
    public Password(String user, Optional<String> onBehalfOf, byte[] secret) {
      this.user = user;
      this.onBehalfOf = onBehalfOf;
      this.secret = secret;
    }

    @Override
    public String user() {
      return user;
    }

    @Override
    public Optional<String> onBehalfOf() {
      return onBehalfOf;
    }

    /// The octets of the password; zeros once closed. Not a copy.
    public byte[] secret() {
      return secret;
    }

    @Override
    public void close() {
      Arrays.fill(secret, (byte) 0);
    }

    @Override
    public String toString() {
      return "Password[...]";
    }
  }

  /// A name, and the answer to a challenge that only its owner can give.
  final class Proof implements Credentials {
    private final String user;
    private final Optional<String> onBehalfOf;
    private final Predicate<PasswordHash> fits;

    /// @param fits whether the answer was made with this password; called on any thread
    public Proof(String user, Optional<String> onBehalfOf, Predicate<PasswordHash> fits) {
      this.user = user;
      this.onBehalfOf = onBehalfOf;
      this.fits = fits;
    }

    @Override
    public String user() {
      return user;
    }

    @Override
    public Optional<String> onBehalfOf() {
      return onBehalfOf;
    }

    /// Whether the answer was made with this password.
    public boolean fits(PasswordHash stored) {
      return fits.test(stored);
    }

    @Override
    public void close() {
      // holds no secret
    }

    @Override
    public String toString() {
      return "Proof[...]";
    }
  }

  /// Somebody who does not say who he is, and is to get no more than everybody does. Needs no
  /// proof, and is no user whatever he calls himself.
  ///
  /// @param user what strangers are called
  record Stranger(String user) implements Credentials {
    @Override
    public Optional<String> onBehalfOf() {
      return Optional.empty();
    }

    @Override
    public void close() {
      // holds no secret
    }

    @Override
    public String toString() {
      return "Stranger[...]";
    }
  }

  /// A name that somebody has vouched for already: the one in a certificate that TLS has verified,
  /// or the one that strangers get.
  ///
  /// @param user the name that is vouched for
  /// @param onBehalfOf the authorization identity, if the client gave one
  record Vouched(String user, Optional<String> onBehalfOf) implements Credentials {
    @Override
    public void close() {
      // holds no secret
    }

    @Override
    public String toString() {
      return "Vouched[...]";
    }
  }
}
