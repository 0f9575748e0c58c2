package org.popinjay.server.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.io.IOException;
import java.io.OutputStream;
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
  private static final int FLUSHED_WITHIN_MILLIS = 5000;

  /// The logger of [org.popinjay.wire.UwLines].
  private static final String UW_LINES = "popinjay.uw";

  private final LoggerContext context;
  private final LogOutput output;
  private final CountingQueue queue;

  private Logging(LoggerContext context, LogOutput output, CountingQueue queue) {
    this.context = context;
    this.output = output;
    this.queue = queue;
  }

  /// What other settings want, open and not in use yet.
  public final class Opened implements AutoCloseable {
    private final LogConfig settings;
    private final OutputStream stream;
    private boolean used;

    private Opened(LogConfig settings, OutputStream stream) {
      this.settings = settings;
      this.stream = stream;
    }

    /// Logs there from the next line on.
    public void use() {
      used = true;
      output.turnTo(settings.format(), stream);
      levels(context, settings);
    }

    /// Closes it again if it is not in use.
    @Override
    public void close() throws IOException {
      if (!used) {
        stream.close();
      }
    }
  }

  /// Starts to log as the settings say; what was set up before is gone.
  ///
  /// @throws IOException if the log file cannot be opened
  public static Logging start(LogConfig settings) throws IOException {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    var stream = LogOutput.open(settings);
    context.reset();
    context.start();
    var output = LogOutput.of(context, settings.format(), stream);
    var queue = new CountingQueue(context, output);
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(queue);
    levels(context, settings);
    return new Logging(context, output, queue);
  }

  /// Opens what the settings want, also if it is what is in use: the file may have been moved away.
  ///
  /// @throws IOException if it cannot be opened
  public Opened open(LogConfig settings) throws IOException {
    return new Opened(settings, LogOutput.open(settings));
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

  private static void levels(LoggerContext context, LogConfig settings) {
    var level = settings.level();
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(libraries(level));
    for (var ours : new String[] {"org.popinjay", "popinjay"}) {
      context.getLogger(ours).setLevel(Level.toLevel(level.name()));
    }
    context.getLogger(UW_LINES).setLevel(settings.uwLines() ? null : Level.OFF);
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
      setMaxFlushTime(FLUSHED_WITHIN_MILLIS);
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
