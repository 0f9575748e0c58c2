package org.popinjay.pop3.netty;

import java.time.Duration;
import org.popinjay.config.Escape;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.pop3.Pop3Events;
import org.popinjay.pop3.session.Pop3Session.StoreTrouble;
import org.popinjay.wire.Connection;
import org.popinjay.wire.SessionEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// What is kept of one session for the operator: a line in the log when it is over, a warning when
/// the store fails it, and the same as events for metrics.
public final class SessionRecord implements StoreTrouble {

  /// The name is part of what operators may rely on, and so are the keys of the line.
  private static final Logger SESSIONS = LoggerFactory.getLogger("popinjay.session");

  private static final Logger LOG = LoggerFactory.getLogger(SessionRecord.class);

  private final Connection connection;
  private final String protocol;
  private final String user;
  private final Pop3Events events;
  private final long began = System.nanoTime();

  /// @param protocol its name in the line
  public SessionRecord(Connection connection, String protocol, String user, Pop3Events events) {
    this.connection = connection;
    this.protocol = protocol;
    this.user = Escape.text(user);
    this.events = events;
  }

  @Override
  public void happened(String doing, StoreFailure failure) {
    // That another session removed a message is nobody's trouble.
    var level = failure instanceof StoreFailure.Gone ? Level.DEBUG : Level.WARN;
    LOG.atLevel(level)
        .log(
            "session {}: user {}: could not {}: {}", connection.id(), user, doing, detail(failure));
    events.storeFailed(failure);
  }

  private static String detail(StoreFailure failure) {
    return failure.getClass().getSimpleName() + " " + Escape.text(failure.detail());
  }

  /// The session is over.
  public void ended(
      long retrievedMessages,
      long retrievedOctets,
      long removedMessages,
      long removedOctets,
      SessionEnd end) {
    var lasted = Duration.ofNanos(System.nanoTime() - began);
    var summary =
        new Pop3Events.Summary(
            lasted, retrievedMessages, retrievedOctets, removedMessages, removedOctets, end);
    events.ended(summary);
    if (SESSIONS.isInfoEnabled()) {
      SESSIONS.info(
          "protocol={} session={} user={} address={} seconds={} retrievedMessages={}"
              + " retrievedOctets={} deletedMessages={} deletedOctets={} end={}",
          protocol,
          connection.id(),
          user,
          connection.address().getHostAddress(),
          lasted.toSeconds(),
          summary.retrievedMessages(),
          summary.retrievedOctets(),
          summary.deletedMessages(),
          summary.deletedOctets(),
          end.word());
    }
  }
}
