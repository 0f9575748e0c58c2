package org.popinjay.imap.netty;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.imap.response.ImapResponse.Continuation;
import org.popinjay.imap.response.ImapResponseWriter;
import org.popinjay.wire.Connection;

/// Gives leave for literals: before sign-in at once, since nothing else is being done then, and
/// afterwards when the session says so.
final class SessionGate implements LiteralGate {
  private static final Continuation GO_AHEAD = new Continuation("go ahead");

  private @Nullable Connection connection;
  private volatile @Nullable ImapSessionHandler session;

  /// Belongs to a connection from now on; before, nobody asks.
  void of(Connection mine) {
    connection = mine;
  }

  /// Somebody is signed in.
  void passTo(ImapSessionHandler handler) {
    session = handler;
  }

  @Override
  public void awaitTurn(Runnable go) {
    var handler = session;
    if (handler == null) {
      invite();
      go.run();
    } else {
      handler.awaitTurn(go);
    }
  }

  @Override
  public void invite() {
    var sink = Objects.requireNonNull(connection).sink();
    new ImapResponseWriter(sink.buffer(), ImapDialect.REV1).write(GO_AHEAD);
    sink.flush();
  }
}
