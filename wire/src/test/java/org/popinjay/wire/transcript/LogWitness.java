package org.popinjay.wire.transcript;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Hears what is logged until it is closed, in place of who hears it otherwise.
///
/// Whoever writes a line does so in its own time, mostly after the client was answered: ask for a
/// line only by waiting for it.
public final class LogWitness implements AutoCloseable {
  private final Logger logger;
  private final @Nullable Level level;
  private final boolean additive;
  private final Queue<ILoggingEvent> heard = new ConcurrentLinkedQueue<>();

  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          heard.add(event);
        }
      };

  /// Listens from here on.
  ///
  /// @param name of the logger; those below it are heard, too
  /// @param least the level from which on
  public LogWitness(String name, Level least) {
    logger = (Logger) LoggerFactory.getLogger(name);
    level = logger.getLevel();
    additive = logger.isAdditive();
    appender.setContext(logger.getLoggerContext());
    appender.start();
    logger.setLevel(least);
    logger.setAdditive(false);
    logger.addAppender(appender);
  }

  /// What was heard so far.
  public List<String> lines() {
    return heard.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  /// What was heard so far of one level.
  public List<String> lines(Level of) {
    return heard.stream()
        .filter(event -> event.getLevel().equals(of))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  /// Waits for a line, which may have come long ago, and returns it.
  public String await(Predicate<String> wanted) {
    Awaited.until(() -> lines().stream().anyMatch(wanted));
    return lines().stream().filter(wanted).findFirst().orElseThrow();
  }

  /// Waits until there are so many lines at least, and returns all.
  public List<String> await(int count) {
    Awaited.until(() -> heard.size() >= count);
    return lines();
  }

  /// Forgets what was heard so far.
  public void forget() {
    heard.clear();
  }

  /// More than once is harmless.
  @Override
  public void close() {
    logger.detachAppender(appender);
    appender.stop();
    logger.setLevel(level);
    logger.setAdditive(additive);
  }
}
