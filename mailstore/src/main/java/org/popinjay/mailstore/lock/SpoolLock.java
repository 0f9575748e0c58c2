package org.popinjay.mailstore.lock;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.LocksConfig.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The locks of a spool while they are ours. Closed by the one who got it, once or more often.
///
/// A dotlock held for long is refreshed in the background, since some delivery agents break one
/// that is a minute old.
public final class SpoolLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolLock.class);

  private final List<HeldLock> held;
  private final @Nullable Thread refresher;
  private boolean closed;

  /// @param held in the order in which they were taken
  SpoolLock(List<HeldLock> held, Duration refreshInterval) {
    this.held = List.copyOf(held);
    boolean ages = held.stream().anyMatch(DotLock.class::isInstance);
    refresher =
        ages
            ? Thread.ofVirtual().name("dotlock-refresh").start(() -> keepFresh(refreshInterval))
            : null;
  }

  /// Whether nobody has taken a lock away. To be asked before each step of a long change.
  ///
  /// @throws IOException when the disk cannot say
  public boolean stillOurs() throws IOException {
    for (HeldLock lock : held) {
      if (!lock.stillOurs()) {
        return false;
      }
    }
    return true;
  }

  /// Whether a lock of this kind is among them.
  public boolean has(Kind kind) {
    return held.stream()
        .anyMatch(lock ->
            switch (kind) {
              case DOTLOCK -> lock instanceof DotLock;
              case FCNTL -> lock instanceof RecordLock;
              case FLOCK -> lock instanceof FlockLock;
            });
  }

  /// Gives the locks back, last one first. A dotlock that is no longer ours is left alone.
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (refresher != null) {
      refresher.interrupt();
    }
    release(held);
  }

  static void release(List<HeldLock> locks) {
    for (HeldLock lock : locks.reversed()) {
      try {
        lock.release();
      } catch (IOException e) {
        LOG.warn("a lock could not be given back: {}", e.getMessage());
      }
    }
  }

  private void keepFresh(Duration interval) {
    try {
      while (true) {
        Thread.sleep(interval);
        for (HeldLock lock : held) {
          lock.refresh();
        }
      }
    } catch (InterruptedException _) {
      // Closed.
    } catch (IOException e) {
      LOG.warn("a dotlock could not be refreshed: {}", e.getMessage());
    }
  }
}
