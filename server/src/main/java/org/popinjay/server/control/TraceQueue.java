package org.popinjay.server.control;

import java.util.ArrayDeque;
import java.util.Optional;
import org.popinjay.wire.trace.TraceLine;
import org.popinjay.wire.trace.TraceListener;

/// Lines of a trace on their way to somebody who may be slow: so many wait, and what comes beyond
/// is counted and lost. Never holds up whoever speaks.
final class TraceQueue implements TraceListener {
  private final int most;
  private final ArrayDeque<TraceLine> lines = new ArrayDeque<>();
  private long lost;
  private boolean ended;

  /// What comes next.
  sealed interface Next {
    /// Something was said.
    record Said(TraceLine line) implements Next {}

    /// So many lines are missing here.
    record Missing(long lines) implements Next {}
  }

  /// @param most lines that may wait
  TraceQueue(int most) {
    this.most = most;
  }

  @Override
  public synchronized void said(TraceLine line) {
    if (ended) {
      return;
    }
    if (lost > 0 || lines.size() >= most) {
      lost++;
    } else {
      lines.add(line);
      notifyAll();
    }
  }

  /// Nothing more is taken in; what waits is still handed out.
  synchronized void finish() {
    ended = true;
    notifyAll();
  }

  /// Nothing more is wanted.
  synchronized void end() {
    lines.clear();
    lost = 0;
    finish();
  }

  /// Waits for the next; empty at the end. What was lost is told behind what was kept before it.
  synchronized Optional<Next> next() throws InterruptedException {
    while (true) {
      if (!lines.isEmpty()) {
        return Optional.of(new Next.Said(lines.remove()));
      }
      if (lost > 0) {
        var missing = new Next.Missing(lost);
        lost = 0;
        return Optional.of(missing);
      }
      if (ended) {
        return Optional.empty();
      }
      wait();
    }
  }
}
