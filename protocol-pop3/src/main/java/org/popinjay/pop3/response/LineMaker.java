package org.popinjay.pop3.response;

import java.nio.ByteBuffer;

/// Makes lines that may be many and long, for as long as somebody wants them.
@FunctionalInterface
public interface LineMaker {

  /// Makes the lines, none of which begins with a dot. May block.
  ///
  /// @return whether they could all be made and sent
  boolean make(Taker taker);

  /// Takes what was made.
  interface Taker {

    /// Takes all octets that remain, which are text of messages; waits while the client does not
    /// read.
    ///
    /// @return false once it is gone
    boolean take(ByteBuffer octets);

    /// Whether the client is still there.
    boolean waits();
  }
}
