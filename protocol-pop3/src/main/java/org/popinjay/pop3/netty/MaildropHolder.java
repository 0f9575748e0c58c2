package org.popinjay.pop3.netty;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.MaildropClaims;
import org.popinjay.pop3.Pop3Events;
import org.popinjay.pop3.session.Pop3Session;
import org.popinjay.wire.Connection;

/// One session as the holder of its maildrop: how long its client has been silent, and what happens
/// when another session takes its place.
final class MaildropHolder implements MaildropClaims.Holder {
  private final Connection connection;
  private final Duration patience;
  private final Pop3Events events;

  private volatile @Nullable Pop3Session session;
  private volatile @Nullable Pop3SessionHandler handler;
  private volatile boolean lost;

  MaildropHolder(Connection connection, Duration patience, Pop3Events events) {
    this.events = events;
    this.connection = connection;
    this.patience = patience;
  }

  /// The claim was had, and this is what it is for.
  void holds(Pop3Session session, Pop3SessionHandler handler) {
    this.session = session;
    this.handler = handler;
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
    return connection.autologout().silence();
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
    var now = handler;
    if (now != null) {
      connection.loop().execute(now::takenOver);
    }
  }
}
