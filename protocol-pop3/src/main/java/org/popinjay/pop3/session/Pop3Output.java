package org.popinjay.pop3.session;

import org.popinjay.pop3.response.Pop3Response;

/// Where handlers put their answers.
public interface Pop3Output {

  /// Sends an answer behind all those before it, or at least takes it over for sending.
  ///
  /// Waits while the client does not read, except for answers of one line.
  Outcome send(Pop3Response response);

  /// Lets the client have what was sent so far, ahead of work that may take long.
  void flush();
}
