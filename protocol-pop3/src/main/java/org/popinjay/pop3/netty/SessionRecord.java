package org.popinjay.pop3.netty;

import java.time.Duration;
import java.util.OptionalLong;
import org.popinjay.config.Escape;
import org.popinjay.config.LogConfig.Statistics;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.pop3.Pop3Events;
import org.popinjay.pop3.netty.SessionRecord.Figures.Amount;
import org.popinjay.pop3.session.Pop3Session;
import org.popinjay.pop3.session.Pop3Session.StoreTrouble;
import org.popinjay.wire.Connection;
import org.popinjay.wire.SessionEnd;
import org.popinjay.wire.UwLines;
import org.popinjay.wire.tls.TlsSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// What is kept of one session of POP3 or POP2 for the operator: a line in the log when it is over,
/// a warning when the store fails it, and the same as events for metrics.
public final class SessionRecord implements StoreTrouble {

  /// The name is part of what operators may rely on, and so are the keys of the line.
  private static final Logger SESSIONS = LoggerFactory.getLogger("popinjay.session");

  /// What popper wrote with `-s`; the name is relied upon as well.
  private static final Logger STATS = LoggerFactory.getLogger("popinjay.stats");

  private static final Logger LOG = LoggerFactory.getLogger(SessionRecord.class);

  private final Connection connection;
  private final String protocol;
  private final String name;
  private final String user;
  private final Statistics statistics;
  private final Pop3Events events;
  private final long began = System.nanoTime();

  /// What a session did, in messages and octets.
  ///
  /// @param retrieved sent whole
  /// @param deleted removed for good
  /// @param left still there, in the mailbox that was opened last, as far as the session knows
  public record Figures(Amount retrieved, Amount deleted, Amount left) {

    /// So many messages of so many octets together.
    public record Amount(long messages, long octets) {}
  }

  /// @param protocol its name in the line
  /// @param statistics whether it has a second line
  public SessionRecord(
      Connection connection,
      String protocol,
      String user,
      Statistics statistics,
      Pop3Events events) {
    this.connection = connection;
    this.protocol = protocol;
    this.statistics = statistics;
    this.name = user;
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

  /// A session of POP3 begins.
  ///
  /// @param messages in the maildrop
  void begun(int messages) {
    UwLines.login(connection, name, messages);
  }

  /// A session of POP2 begins.
  public void begun() {
    UwLines.login(connection, name);
  }

  /// A session of POP3 is over.
  ///
  /// @param commands that the client gave
  void ended(Pop3Session session, long commands, SessionEnd end) {
    if (end == SessionEnd.SIGNED_OFF) {
      UwLines.update(
          connection,
          name,
          session.leftMessages(),
          session.removedMessages(),
          session.markedSeen());
    }
    ended(
        new Figures(
            new Amount(session.retrievedMessages(), session.retrievedOctets()),
            new Amount(session.removedMessages(), session.removedOctets()),
            new Amount(session.leftMessages(), session.leftOctets())),
        OptionalLong.of(session.leftMessages()),
        commands,
        end);
  }

  /// The session is over.
  ///
  /// @param leftMessages in its maildrop, where it had one alone
  /// @param commands that the client gave
  public void ended(Figures figures, OptionalLong leftMessages, long commands, SessionEnd end) {
    var lasted = Duration.ofNanos(System.nanoTime() - began);
    events.ended(
        new Pop3Events.Summary(
            lasted,
            figures.retrieved().messages(),
            figures.retrieved().octets(),
            figures.deleted().messages(),
            figures.deleted().octets(),
            leftMessages,
            end));
    if (SESSIONS.isInfoEnabled()) {
      SESSIONS.info(
          "protocol={} session={} user={} address={} seconds={} retrievedMessages={}"
              + " retrievedOctets={} deletedMessages={} deletedOctets={} end={}{} tls={}"
              + " commands={}",
          protocol,
          connection.id(),
          user,
          connection.address().getHostAddress(),
          lasted.toSeconds(),
          figures.retrieved().messages(),
          figures.retrieved().octets(),
          figures.deleted().messages(),
          figures.deleted().octets(),
          end.word(),
          connection.name().map(" name="::concat).orElse(""),
          connection.tls().map(TlsSession::version).orElse("none"),
          commands);
    }
    statistics(figures);
    UwLines.logout(connection, name, end);
  }

  /// The line that log analysers know: messages and octets that were removed, and that are left.
  private void statistics(Figures figures) {
    var line =
        "Stats: %s %d %d %d %d"
            .formatted(
                user,
                figures.deleted().messages(),
                figures.deleted().octets(),
                figures.left().messages(),
                figures.left().octets());
    switch (statistics) {
      case OFF -> {}
      case ON -> STATS.info(line);
      case EXTENDED -> {
        var address = connection.address().getHostAddress();
        STATS.info("{} {} {}", line, connection.name().orElse(address), address);
      }
    }
  }
}
