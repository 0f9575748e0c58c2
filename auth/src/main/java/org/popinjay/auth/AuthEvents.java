package org.popinjay.auth;

import java.util.List;

/// What sign-in reports, for metrics and for the log.
///
/// The words for reasons are few and stable, since filters of logs and labels of metrics are made
/// of them.
///
/// Methods are called on the threads of sign-in, event loops among them, and must not block.
public interface AuthEvents {
  /// The name is known, the password is another.
  String BAD_PASSWORD = "bad-password";

  /// No source knows the name.
  String UNKNOWN_USER = "unknown-user";

  /// Nobody can have such a name.
  String BAD_NAME = "bad-name";

  /// Known, but locked, expired, without a password, or below the least uid.
  String ACCOUNT_CLOSED = "account-closed";

  /// The password of somebody who could sign in without sending it, where others may listen; not
  /// looked at (`auth.cleartext: withoutSecret`).
  String IN_THE_CLEAR = "in-the-clear";

  /// Not among those who may sign in, by `auth.allowUsers` or `auth.denyUsers`.
  String NOT_ADMITTED = "not-admitted";

  /// The right password, but for the mailbox of another.
  String NOT_ADMIN = "not-admin";

  /// Too many failures from there; not looked at.
  String REFUSED_ADDRESS = "refused-address";

  /// Too many attempts are waiting to be checked.
  String BUSY = "busy";

  /// A source could not be asked.
  String BACKEND = "backend";

  /// Tells several listeners, in order.
  static AuthEvents all(List<AuthEvents> listeners) {
    var each = List.copyOf(listeners);
    return new AuthEvents() {
      @Override
      public void granted(Origin origin, boolean remembered) {
        each.forEach(listener -> listener.granted(origin, remembered));
      }

      @Override
      public void denied(Origin origin, String user, String reason) {
        each.forEach(listener -> listener.denied(origin, user, reason));
      }

      @Override
      public void unavailable(Origin origin, String user, String reason, String detail) {
        each.forEach(listener -> listener.unavailable(origin, user, reason, detail));
      }

      @Override
      public void verifying(Origin origin) {
        each.forEach(listener -> listener.verifying(origin));
      }
    };
  }

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
