package org.popinjay.pop3.pop2.session;

import org.popinjay.pop3.pop2.response.Pop2Response;

/// Where a session puts its answers.
public interface Pop2Output {

  /// Sends an answer behind all those before it, or at least takes it over for sending.
  ///
  /// Waits while the client does not read, except for answers of one line.
  ///
  /// @return false if it could not be brought to its end
  boolean send(Pop2Response response);

  /// Lets the client have what was sent so far, ahead of work that may take long.
  void flush();
}
