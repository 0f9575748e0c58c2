package org.popinjay.auth;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Where users come from. Sources are asked in the order of the settings, and the first that knows
/// a name decides.
///
/// A source either tells what is stored ([Found]: a file, an SQL table) or judges by itself
/// ([Judged]: PAM, an LDAP bind, a token service). Thread-safe.
public interface UserSource {

  /// What a source says of a name.
  sealed interface Lookup {}

  /// The name is known, and these passwords open it.
  ///
  /// @param passwords the user's own first
  record Found(UserRecord user, List<StoredPassword> passwords) implements Lookup {
    /// Copies the list.
    public Found {
      passwords = List.copyOf(passwords);
    }

    /// With one password.
    public Found(UserRecord user, PasswordHash password) {
      this(user, List.of(StoredPassword.own(password)));
    }
  }

  /// The name is known, and the source judges passwords itself.
  record Judged(UserRecord user, AccountCheck check) implements Lookup {}

  /// The name is known and may not sign in, so that no later source is asked.
  ///
  /// @param reason for an operator
  record Closed(String reason) implements Lookup {}

  /// The name is not known here.
  record Unknown() implements Lookup {}

  /// What operators call it, by its settings: `users.file /etc/popinjay/users`.
  String name();

  /// Looks a name up. May block on files and on name services.
  ///
  /// @param name as [UserNames] gave it
  /// @throws IOException when the source could not be asked
  Lookup find(String name) throws IOException;

  /// Looks a name up without blocking, so that an event loop may ask; empty when that would not be
  /// certain.
  Optional<Lookup> findInMemory(String name);

  /// What is verified for a name that nobody has, so that it costs what a wrong password does: a
  /// hash like those of most users here.
  PasswordHash decoy();

  /// Whether every user's own password is stored in this form, so that mechanisms that need it can
  /// be announced. Never blocks; may change with what is stored.
  default boolean serves(StoredForm form) {
    return form == StoredForm.ANY;
  }

  /// As [#serves], for one user at least.
  default boolean servesSome(StoredForm form) {
    return serves(form);
  }

  /// Keys of SCRAM like those of most users here, after which those of a user whom nobody knows are
  /// made; empty when all have to be made of passwords in the clear.
  default Optional<ScramHash> typicalKeys(ScramDigest digest) {
    return Optional.empty();
  }
}
