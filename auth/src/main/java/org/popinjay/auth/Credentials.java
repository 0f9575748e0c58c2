package org.popinjay.auth;

import java.util.Arrays;
import java.util.Optional;

/// What a client offers to prove who he is.
///
/// Whoever holds credentials closes them, which wipes the secret; [Authenticator] does so for those
/// it was given. Closing twice does no harm.
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

    /// Without the secret, and without the name, which a log would have to escape.
    @Override
    public String toString() {
      return "Password[...]";
    }
  }
}
