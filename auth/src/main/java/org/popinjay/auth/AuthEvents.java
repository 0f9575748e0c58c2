package org.popinjay.auth;

/// What sign-in reports, for metrics and for the log.
///
/// The words for reasons are few and stable, since filters of logs and labels of metrics are made
/// of them:
///
/// | word | meaning |
/// |---|---|
/// | `bad-password` | the name is known, the password is another |
/// | `unknown-user` | no source knows the name |
/// | `bad-name` | nobody can have such a name |
/// | `account-closed` | known, but locked, expired, without a password, or below the least uid |
/// | `not-admin` | the right password, but for the mailbox of another |
/// | `refused-address` | too many failures from there; not looked at |
/// | `busy` | too many attempts are waiting to be checked |
/// | `backend` | a source could not be asked |
///
/// Methods are called on the threads of sign-in, event loops among them, and must not block.
public interface AuthEvents {

  /// Somebody signed in.
  ///
  /// @param remembered whether the password had been verified a moment ago and was not hashed again
  void granted(Origin origin, boolean remembered);

  /// Somebody did not.
  ///
  /// @param user as the client sent the name: to be escaped before it is shown
  void denied(Origin origin, String user, String reason);

  /// Nobody found out.
  ///
  /// @param user as the client sent the name: to be escaped before it is shown
  /// @param detail more words for an operator; may be empty
  void unavailable(Origin origin, String user, String reason, String detail);

  /// A password is about to be compared with a hash, or for a name that nobody has with a decoy.
  void verifying(Origin origin);
}
