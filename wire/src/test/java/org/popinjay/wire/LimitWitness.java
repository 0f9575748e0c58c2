package org.popinjay.wire;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/// Keeps what metrics and the log hear of limits that clients ran into.
public final class LimitWitness implements SessionEvents, AutoCloseable {
  private final Logger logger = (Logger) LoggerFactory.getLogger(Connection.class);
  private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private final List<Limit> heard = new CopyOnWriteArrayList<>();

  /// Listens from here on.
  public LimitWitness() {
    appender.list = lines;
    appender.start();
    logger.setAdditive(false);
    logger.addAppender(appender);
  }

  @Override
  public void limitReached(Limit limit) {
    heard.add(limit);
  }

  /// What metrics heard.
  public List<Limit> heard() {
    return heard;
  }

  /// The limits that the log names, in its lines of level WARN.
  public List<String> logged() {
    return lines.stream()
        .filter(line -> line.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .toList();
  }

  /// Forgets what was heard so far.
  public void forget() {
    heard.clear();
    lines.clear();
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    logger.setAdditive(true);
  }
}
