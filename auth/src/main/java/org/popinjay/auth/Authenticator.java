package org.popinjay.auth;

import java.util.concurrent.CompletionStage;

/// Finds out whether a client is who he says.
public interface Authenticator {

  /// Judges credentials, and closes them in the end.
  ///
  /// Never blocks, so it may be called on an event loop: what memory can answer is answered at
  /// once, everything else on threads for the purpose. The stage is then completed on one of those.
  /// It never completes exceptionally for what a client sent or a backend did.
  ///
  /// A denial says how long its answer has to wait; keeping that time is the caller's part.
  CompletionStage<AuthResult> authenticate(Credentials credentials, Origin origin);
}
