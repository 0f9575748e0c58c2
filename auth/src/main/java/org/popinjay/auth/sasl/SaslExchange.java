package org.popinjay.auth.sasl;

import org.popinjay.auth.Credentials;

/// One run of a mechanism, from the client's first word to credentials.
///
/// Either the client sends an initial response, then the exchange starts with [#next]; or he does
/// not, then it starts with [#begin]. Not thread-safe; over after [Finished] or [Failed].
public sealed interface SaslExchange permits Plain, Login {

  /// What comes next.
  sealed interface Step {}

  /// The server asks. Mechanisms speak UTF-8; [SaslBase64#encode] makes a line of it.
  record Challenge(String text) implements Step {}

  /// The client has said everything. Whether it is true is not known yet; whoever takes the
  /// credentials closes them.
  record Finished(Credentials credentials) implements Step {}

  /// What the client said is against the rules of the mechanism.
  ///
  /// @param reason for a trace; holds nothing of what the client sent
  record Failed(String reason) implements Step {}

  /// The challenge for a client that sent no initial response.
  Step begin();

  /// Takes a response.
  ///
  /// @param response decoded; wiped before this returns
  Step next(byte[] response);
}
