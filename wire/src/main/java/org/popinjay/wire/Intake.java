package org.popinjay.wire;

import org.jspecify.annotations.Nullable;
import org.popinjay.wire.trace.Tap;

/// Where a connection's commands come from, as something that can be stopped for a while.
///
/// Each reason stops it alone; it flows again when the last is taken back. All methods are for the
/// event loop of the connection.
public interface Intake {

  /// Why nothing may be handed on.
  enum Reason {
    /// More commands wait for their answer than is allowed.
    QUEUE(1),
    /// The client does not read its answers.
    OUTPUT(1 << 1),
    /// Who the client is, is being found out.
    SIGN_IN(1 << 2),
    /// All connections together have taken what memory there is.
    MEMORY(1 << 3),
    /// What comes next may be a message, and whether it is wanted is being found out.
    MESSAGE(1 << 4);

    private final int bit;

    Reason(int bit) {
      this.bit = bit;
    }

    /// One bit that no other reason has.
    public int bit() {
      return bit;
    }
  }

  /// Hands nothing on after the message that is being handed on now.
  void pause(Reason reason);

  /// Takes a reason back. Messages that were received meanwhile are handed on before this returns,
  /// unless it was called from within the handing on of one.
  void resume(Reason reason);

  /// Whether nothing was received behind what was handed on last. What was, came in the clear and
  /// may not be taken for something that comes under TLS (RFC 9051, section 6.2.1).
  boolean nothingBehind();

  /// Octets of a command that was begun and has not ended, as far as they are kept outside the
  /// buffers of the network.
  default int begunOctets() {
    return 0;
  }

  /// Octets that came so far, without those of TLS and as they are behind compression. From any
  /// thread.
  default long receivedOctets() {
    return 0;
  }

  /// Has what comes overheard, from the next command on.
  ///
  /// @param tap null ends it
  default void overheardBy(@Nullable Tap tap) {}

  /// Throws away whatever else comes, for good.
  void stop();
}
