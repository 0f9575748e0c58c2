package org.popinjay.pop3.netty;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.MaildropClaims;
import org.popinjay.pop3.Pop3Events;
import org.popinjay.wire.Connection;

/// One session as the holder of its maildrop: how long its client has been silent, and what happens
/// when another session takes its place.
public final class MaildropHolder implements MaildropClaims.Holder {
  private final Connection connection;
  private final Duration patience;
  private final Pop3Events events;

  private volatile @Nullable Session session;
  private volatile boolean lost;

  /// The session, once there is one.
  public interface Session {

    /// Whether the maildrop is being changed, and the session must not be cut. From any thread.
    boolean updating();

    /// Whether commands are carried out and the client is not what they wait for. From any thread.
    boolean working();

    /// Another session has the maildrop now. On the event loop.
    void takenOver();
  }

  /// @param patience how long another holder may be silent before this one takes its place
  /// @param events hears of that
  public MaildropHolder(Connection connection, Duration patience, Pop3Events events) {
    this.events = events;
    this.connection = connection;
    this.patience = patience;
  }

  /// The claim was had, and this is what it is for.
  public void holds(Session holding) {
    session = holding;
    if (lost) {
      giveUp();
    }
  }

  @Override
  public Duration silence() {
    var now = session;
    if (now == null || now.updating()) {
      return Duration.ZERO;
    }
    boolean working = now.working();
    var autologout = connection.autologout();
    return working && !autologout.ended() ? Duration.ZERO : autologout.silence();
  }

  @Override
  public Duration patience() {
    return patience;
  }

  @Override
  public void replaced() {
    events.tookOver();
    giveUp();
  }

  private void giveUp() {
    lost = true;
    var now = session;
    if (now != null) {
      connection.loop().execute(now::takenOver);
    }
  }
}
