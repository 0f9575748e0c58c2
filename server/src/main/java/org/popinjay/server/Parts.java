package org.popinjay.server;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a server was made of, ended in the opposite order. For one thread at a time.
final class Parts {
  private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

  private final Deque<Runnable> endings = new ArrayDeque<>();

  /// Ends something; what it throws is logged.
  interface Ending<T> {
    void end(T part) throws Exception;
  }

  /// Notes a part that was just made.
  <T> T add(String name, T part, Ending<T> ending) {
    endings.push(() -> {
      try {
        ending.end(part);
      } catch (Exception e) {
        LOG.warn("ending: {}", name, e);
      }
    });
    return part;
  }

  /// Ends them all, the last one first.
  void end() {
    while (!endings.isEmpty()) {
      endings.pop().run();
    }
  }
}
