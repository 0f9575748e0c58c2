package org.popinjay.wire;

import ch.qos.logback.classic.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.popinjay.wire.transcript.LogWitness;

/// Keeps what metrics and the log hear of limits that clients ran into.
public final class LimitWitness implements SessionEvents, AutoCloseable {
  private final LogWitness log = new LogWitness(Connection.class.getName(), Level.WARN);
  private final List<Limit> heard = new CopyOnWriteArrayList<>();

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
    return log.lines(Level.WARN).stream()
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .toList();
  }

  /// Forgets what was heard so far.
  public void forget() {
    heard.clear();
    log.forget();
  }

  @Override
  public void close() {
    log.close();
  }
}
