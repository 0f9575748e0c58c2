package org.popinjay.imap.netty;

import java.time.Duration;
import org.popinjay.config.Escape;
import org.popinjay.imap.ImapEvents;
import org.popinjay.imap.session.SessionCounts;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.wire.Connection;
import org.popinjay.wire.SessionEnd;
import org.popinjay.wire.UwLines;
import org.popinjay.wire.tls.TlsSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// What is kept of one session for the operator: a line in the log when it is over, a warning when
/// the store fails it, and the same as events for metrics.
final class SessionRecord {

  /// The name is part of what operators may rely on, and so are the keys of the line.
  private static final Logger SESSIONS = LoggerFactory.getLogger("popinjay.session");

  private static final Logger LOG = LoggerFactory.getLogger(SessionRecord.class);

  private final Connection connection;
  private final String name;
  private final String user;
  private final ImapEvents events;
  private final long began = System.nanoTime();

  SessionRecord(Connection connection, String user, ImapEvents events) {
    this.connection = connection;
    this.name = user;
    this.user = Escape.text(user);
    this.events = events;
  }

  /// The store did not do something. What a client can bring about at will is no warning.
  void storeFailed(String doing, StoreFailure failure) {
    LOG.atLevel(isTrouble(failure) ? Level.WARN : Level.DEBUG)
        .log(
            "session {}: user {}: could not {}: {}", connection.id(), user, doing, detail(failure));
    events.storeFailed(failure);
  }

  private static boolean isTrouble(StoreFailure failure) {
    return switch (failure) {
      case StoreFailure.Busy _,
          StoreFailure.NoSpace _,
          StoreFailure.Denied _,
          StoreFailure.NotAMailbox _,
          StoreFailure.Broken _,
          StoreFailure.Unavailable _ ->
          true;
      case StoreFailure.Claimed _,
          StoreFailure.NotFound _,
          StoreFailure.Gone _,
          StoreFailure.OverQuota _,
          StoreFailure.AlreadyExists _,
          StoreFailure.NameRefused _,
          StoreFailure.NameTooLong _,
          StoreFailure.HasChildren _,
          StoreFailure.UseTaken _,
          StoreFailure.TooManyKeywords _,
          StoreFailure.TooManySubscriptions _,
          StoreFailure.ReadOnly _,
          StoreFailure.ContentRefused _ ->
          false;
    };
  }

  private static String detail(StoreFailure failure) {
    return failure.getClass().getSimpleName() + " " + Escape.text(failure.detail());
  }

  /// The session begins.
  void begun() {
    UwLines.login(connection, name);
  }

  /// The session is over.
  ///
  /// @param commands that the client gave
  void ended(SessionCounts counts, long commands, SessionEnd end) {
    var lasted = Duration.ofNanos(System.nanoTime() - began);
    events.ended(
        new ImapEvents.Summary(
            lasted,
            counts.fetchedMessages(),
            counts.fetchedOctets(),
            counts.appendedMessages(),
            counts.expungedMessages(),
            end));
    if (SESSIONS.isInfoEnabled()) {
      SESSIONS.info(
          "protocol=imap session={} user={} address={} seconds={} fetchedMessages={}"
              + " fetchedOctets={} appendedMessages={} expungedMessages={} end={}{}"
              + " tls={} commands={}",
          connection.id(),
          user,
          connection.address().getHostAddress(),
          lasted.toSeconds(),
          counts.fetchedMessages(),
          counts.fetchedOctets(),
          counts.appendedMessages(),
          counts.expungedMessages(),
          end.word(),
          connection.name().map(" name="::concat).orElse(""),
          connection.tls().map(TlsSession::version).orElse("none"),
          commands);
    }
    UwLines.logout(connection, name, end);
  }
}
