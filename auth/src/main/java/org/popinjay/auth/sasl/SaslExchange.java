package org.popinjay.auth.sasl;

import java.util.concurrent.CompletionStage;
import org.popinjay.auth.Credentials;

/// One run of a mechanism, from the client's first word to credentials.
///
/// Either the client sends an initial response, then the exchange starts with [#next]; or he does
/// not, then it starts with [#begin]. Not thread-safe; over after [Finished] or [Failed].
public interface SaslExchange {

  /// What comes next.
  sealed interface Step {}

  /// The server asks. Mechanisms speak UTF-8; [SaslBase64#encode] makes a line of it.
  record Challenge(String text) implements Step {}

  /// The step is not known yet. Until it is the client is not heard.
  record Later(CompletionStage<Step> step) implements Step {}

  /// The client has said everything. Whether it is true is not known yet; whoever takes the
  /// credentials closes them.
  ///
  /// @param lastWords what the client is told if it is true, as one more challenge that he answers
  ///   with nothing, since neither protocol can say more with success (RFC 4422, section 3.6);
  ///   empty when there is nothing to tell
  record Finished(Credentials credentials, String lastWords) implements Step {
    /// With nothing to tell.
    public Finished(Credentials credentials) {
      this(credentials, "");
    }
  }

  /// What the client said is against the rules of the mechanism.
  ///
  /// @param reason for a trace; holds nothing of what the client sent
  record Failed(String reason) implements Step {}

  /// Nobody could find out what the exchange has to know, or nobody tried; it has been reported.
  record Unavailable() implements Step {}

  /// The challenge for a client that sent no initial response.
  Step begin();

  /// Takes a response.
  ///
  /// @param response decoded; wiped before this returns
  Step next(byte[] response);
}
