package org.popinjay.imap.session;

import org.popinjay.imap.response.ImapResponse;

/// Where handlers put what they have to say.
public interface ImapOutput {

  /// Sends a response behind all those before it, or at least takes it over for sending. Waits
  /// while the client does not read.
  ///
  /// Contents in it stay the caller's to close.
  ///
  /// @return false if it could not be brought to its end; nothing can be sent any more then, and
  ///   the command is to end with [Outcome.CutOff]
  boolean send(ImapResponse response);

  /// Lets the client have what was sent so far, ahead of work that may take long.
  void flush();

  /// Whether the client is gone, so that long work for it may end.
  boolean gone();
}
