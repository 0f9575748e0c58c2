package org.popinjay.auth;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Finds out whether a client is who he says.
///
/// No method blocks, so an event loop may call each. Stages complete on any thread, and never
/// exceptionally for what a client sent or a backend did.
public interface Authenticator {

  /// Judges credentials, and closes them in the end.
  ///
  /// What memory can answer is answered at once, everything else on threads for the purpose.
  ///
  /// A denial says how long its answer has to wait; keeping that time is the caller's part.
  CompletionStage<AuthResult> authenticate(Credentials credentials, Origin origin);

  /// Whether every user's password is stored in this form, so that a mechanism that needs it may be
  /// announced.
  default boolean serves(StoredForm form) {
    return form == StoredForm.ANY;
  }

  /// The keys of a user for SCRAM (RFC 5802, section 5.1). For a name that nobody has there are
  /// some too, always the same, that no proof fits.
  ///
  /// @param user as the client sent the name
  /// @return empty when nobody could find out, or nobody tried
  default CompletionStage<Optional<ScramHash>> scramKeys(
      String user, ScramDigest digest, Origin origin) {
    return CompletableFuture.completedStage(Optional.empty());
  }

  /// The user that strangers get (RFC 4505), if they get one.
  default Optional<String> anonymousUser() {
    return Optional.empty();
  }
}
