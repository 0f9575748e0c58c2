package org.popinjay.server.control;

import java.io.IOException;

/// Where the answers to one request go.
interface Answers {

  /// Sends one. Blocks while the client does not read.
  ///
  /// @throws IOException when the client is gone
  void send(ControlAnswer answer) throws IOException;

  /// Has something done as soon as the client is gone; for requests without an end of their own.
  void whenGone(Runnable work);
}
