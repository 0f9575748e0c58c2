package org.popinjay.imap.netty;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.popinjay.wire.Connection;

/// Shows an idling client and everything between that the connection is alive (RFC 9051, section
/// 6.3.13), unless it heard of something else meanwhile. On the event loop.
///
/// All sessions of one address beat at the same moments, so that a telephone's radio wakes once;
/// different addresses differ by up to a tenth.
final class Heartbeat {
  private static final Duration MEAN = Duration.ofSeconds(270);

  private final Connection connection;
  private final ImapResponseStream stream;
  private final Runnable beat;
  private final long period;
  private @Nullable ScheduledFuture<?> timer;
  private long sent;

  /// @param stream tells whether the client heard of something
  /// @param beat says that the connection is alive
  Heartbeat(Connection connection, ImapResponseStream stream, Runnable beat) {
    this.connection = connection;
    this.stream = stream;
    this.beat = beat;
    int spread = Math.floorMod(connection.address().hashCode() * 0x9E3779B9, 201) - 100;
    this.period = MEAN.toNanos() + MEAN.toNanos() / 1000 * spread;
  }

  /// Whether it is wanted from now on.
  void run(boolean wanted) {
    if (wanted && timer == null) {
      arm();
    } else if (!wanted && timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void arm() {
    sent = stream.sent();
    long left = period - Math.floorMod(connection.loop().ticker().nanoTime(), period);
    timer = connection.loop().schedule(this::strike, left, NANOSECONDS);
  }

  private void strike() {
    if (stream.sent() == sent) {
      beat.run();
    }
    arm();
  }
}
