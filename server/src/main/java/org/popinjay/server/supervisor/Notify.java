package org.popinjay.server.supervisor;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.posix.NotifySocket;
import org.popinjay.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the service manager how the server is (sd_notify(3)). Where none listens, nothing is told.
/// Thread-safe.
public final class Notify implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Notify.class);

  /// For who was started by nobody.
  public static final Notify NOBODY = new Notify(null, Optional.empty());

  private final @Nullable NotifySocket socket;
  private final Optional<Duration> watchdog;

  private Notify(@Nullable NotifySocket socket, Optional<Duration> watchdog) {
    this.socket = socket;
    this.watchdog = watchdog;
  }

  /// The manager that the environment names.
  ///
  /// @param environment NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID count
  public static Notify of(Map<String, String> environment) {
    var path = environment.get("NOTIFY_SOCKET");
    if (path == null || path.isEmpty()) {
      return NOBODY;
    }
    try {
      return new Notify(NotifySocket.connect(path), watchdog(environment));
    } catch (PosixException e) {
      LOG.warn("the service manager is told nothing: {}", e.getMessage());
      return NOBODY;
    }
  }

  /// How long the manager waits for [#alive] before it ends the server; empty if it does not.
  public Optional<Duration> watchdog() {
    return watchdog;
  }

  /// Whether anybody hears.
  public boolean isHeard() {
    return socket != null;
  }

  /// The server serves; also after [#reloading].
  public void ready(String status) {
    send("READY=1\nSTATUS=" + status);
  }

  /// Settings are being read anew.
  public void reloading() {
    // System.nanoTime is CLOCK_MONOTONIC on Linux, from which the manager counts.
    send("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1000);
  }

  /// The server is about to end.
  public void stopping() {
    send("STOPPING=1\nSTATUS=stopping");
  }

  /// One line for `systemctl status`. Never blocks.
  public void status(String text) {
    offer("STATUS=" + text);
  }

  /// The server is well. Never blocks.
  public void alive() {
    offer("WATCHDOG=1");
  }

  @Override
  public void close() {
    if (socket != null) {
      socket.close();
    }
  }

  private static Optional<Duration> watchdog(Map<String, String> environment) {
    var own = Long.toString(ProcessHandle.current().pid());
    if (!environment.getOrDefault("WATCHDOG_PID", own).equals(own)) {
      return Optional.empty();
    }
    try {
      long micros = Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0"));
      return micros > 0 ? Optional.of(Duration.ofNanos(micros * 1000)) : Optional.empty();
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private void send(String message) {
    if (socket != null) {
      try {
        socket.send(message);
      } catch (PosixException e) {
        LOG.warn("the service manager does not hear: {}", e.getMessage());
      }
    }
  }

  private void offer(String message) {
    if (socket != null) {
      try {
        socket.offer(message);
      } catch (PosixException e) {
        LOG.debug("the service manager does not hear: {}", e.getMessage());
      }
    }
  }
}
