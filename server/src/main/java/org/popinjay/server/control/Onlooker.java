package org.popinjay.server.control;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.wire.OpenSessions;
import org.popinjay.wire.trace.TraceListener;
import org.popinjay.wire.trace.TraceScope;

/// Somebody who looks on at sessions as the settings say, which change. While nobody does, it costs
/// nothing. Thread-safe.
final class Onlooker implements AutoCloseable {
  private final OpenSessions sessions;
  private final TraceListener listener;
  private Optional<TraceScope> scope = Optional.empty();
  private OpenSessions.@Nullable Trace trace;

  Onlooker(OpenSessions sessions, TraceListener listener) {
    this.sessions = sessions;
    this.listener = listener;
  }

  /// Looks on at these from now on; at none if empty.
  synchronized void lookAt(Optional<TraceScope> wanted) {
    if (wanted.equals(scope)) {
      return;
    }
    scope = wanted;
    var before = trace;
    trace = wanted.map(which -> sessions.trace(which, listener)).orElse(null);
    if (before != null) {
      before.close();
    }
  }

  @Override
  public void close() {
    lookAt(Optional.empty());
  }
}
