package org.popinjay.server.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.popinjay.config.LogConfig;
import org.slf4j.LoggerFactory;

/// The log as the settings want it.
///
/// Lines go through a queue to one writing thread, so that a slow disk or a full pipe never holds
/// up an event loop. When the queue is nearly full, lines of level info and below are dropped and
/// counted; warnings go on being taken until it is full.
public final class Logging implements AutoCloseable {
  private static final int QUEUE = 4096;

  private final LoggerContext context;
  private final LogOutput output;
  private final CountingQueue queue;
  private final Optional<Path> file;

  private Logging(
      LoggerContext context, LogOutput output, CountingQueue queue, Optional<Path> file) {
    this.context = context;
    this.output = output;
    this.queue = queue;
    this.file = file;
  }

  /// Starts to log as the settings say; what was set up before is gone.
  ///
  /// @throws IOException if the log file cannot be opened
  public static Logging start(LogConfig settings) throws IOException {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    var output =
        settings.file().isPresent()
            ? LogOutput.file(context, settings.format(), settings.file().get())
            : LogOutput.standardError(context, settings.format());
    context.reset();
    context.start();
    output.start();
    var queue = new CountingQueue(context, output);
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(queue);
    root.setLevel(libraries(settings.level()));
    for (var ours : new String[] {"org.popinjay", "popinjay"}) {
      context.getLogger(ours).setLevel(Level.toLevel(settings.level().name()));
    }
    return new Logging(context, output, queue, settings.file());
  }

  /// Opens the log file anew, for logrotate; nothing to do for standard error.
  ///
  /// @throws IOException if it cannot be opened; the old one stays in use
  public void reopen() throws IOException {
    if (file.isPresent()) {
      output.reopen(file.get());
    }
  }

  /// Lines dropped so far because the log could not keep up.
  public long dropped() {
    return queue.dropped.sum();
  }

  /// Writes what is queued and stops.
  @Override
  public void close() {
    context.stop();
  }

  /// Libraries speak one level less than we do: their news is our detail.
  private static Level libraries(LogConfig.Level level) {
    return switch (level) {
      case ERROR -> Level.ERROR;
      case WARN, INFO -> Level.WARN;
      case DEBUG -> Level.INFO;
      case TRACE -> Level.DEBUG;
    };
  }

  private static final class CountingQueue extends AsyncAppender {
    final LongAdder dropped = new LongAdder();

    CountingQueue(LoggerContext context, LogOutput output) {
      setContext(context);
      setName("queue");
      setQueueSize(QUEUE);
      setNeverBlock(true);
      setMaxFlushTime(2000);
      addAppender(output);
      start();
    }

    /// Asked only when the queue is nearly full.
    @Override
    protected boolean isDiscardable(ILoggingEvent event) {
      boolean drop = !event.getLevel().isGreaterOrEqual(Level.WARN);
      if (drop) {
        dropped.increment();
      }
      return drop;
    }
  }
}
