package org.popinjay.server.control;

import java.util.Optional;
import org.popinjay.config.LogConfig;
import org.popinjay.wire.OpenSessions;
import org.popinjay.wire.trace.TraceLine;
import org.popinjay.wire.trace.TraceScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes what is said into the log where its level is debug, as popper did with `-d`. A log that
/// cannot keep up drops lines of that level, and holds up nobody.
public final class TraceLog implements AutoCloseable {
  /// The name is part of what operators may rely on.
  private static final Logger LOG = LoggerFactory.getLogger("popinjay.trace");

  private final Onlooker onlooker;
  private volatile int octetsMax = LogConfig.DEFAULTS.traceOctets();

  /// Writes nothing yet.
  public TraceLog(OpenSessions sessions) {
    onlooker = new Onlooker(sessions, this::write);
  }

  /// Does from now on what the settings say.
  public void change(LogConfig settings) {
    octetsMax = settings.traceOctets();
    boolean on = settings.level().compareTo(LogConfig.Level.DEBUG) >= 0;
    onlooker.lookAt(on ? Optional.of(scope(settings)) : Optional.empty());
  }

  /// Which sessions the settings want to be looked on at.
  static TraceScope scope(LogConfig settings) {
    return new TraceScope(settings.traceUsers(), settings.traceAddresses());
  }

  private void write(TraceLine line) {
    var cut = line.cut(octetsMax);
    LOG.debug("{} {} {}", cut.session(), cut.speaker().mark(), cut.text());
  }

  @Override
  public void close() {
    onlooker.close();
  }
}
