package org.popinjay.pop3.netty;

import org.popinjay.pop3.Pop3Service;
import org.popinjay.pop3.Pop3Terms;
import org.popinjay.wire.Connection;
import org.popinjay.wire.SessionEnd;
import org.popinjay.wire.SessionHandler;
import org.popinjay.wire.SessionState;

/// A session that has a maildrop for itself until another takes it over, of POP3 or POP2.
///
/// @param <T> what a client sends
public abstract class MaildropSessionHandler<T> extends SessionHandler<T>
    implements MaildropHolder.Session {

  /// @param terms what holds for the user
  protected MaildropSessionHandler(
      Pop3Service service, Pop3Terms terms, Connection connection, String user) {
    super(
        connection,
        service.facilities().lane(user),
        terms.limits(),
        terms.settings().idleTimeout());
  }

  /// Says farewell, or cuts off a client that does not read.
  @Override
  public final void takenOver() {
    if (updating()) {
      return;
    }
    interrupt(SessionEnd.REPLACED);
    if (busy()) {
      var _ = connection().channel().close();
    }
  }

  @Override
  public final SessionState state() {
    return updating() ? SessionState.UPDATE : SessionState.TRANSACTION;
  }
}
