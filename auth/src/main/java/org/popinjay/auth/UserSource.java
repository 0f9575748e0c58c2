package org.popinjay.auth;

import java.io.IOException;
import java.util.Optional;

/// Where users come from. Sources are asked in the order of the settings, and the first that knows
/// a name decides.
///
/// Thread-safe.
public interface UserSource {

  /// What a source says of a name.
  sealed interface Lookup {}

  /// The name is known, and this password opens it.
  record Found(UserRecord user, PasswordHash password) implements Lookup {}

  /// The name is known and may not sign in, so that no later source is asked.
  ///
  /// @param reason for an operator
  record Closed(String reason) implements Lookup {}

  /// The name is not known here.
  record Unknown() implements Lookup {}

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
}
