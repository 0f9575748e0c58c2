package org.popinjay.server;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.popinjay.wire.Farewell;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends the clients home: accepts nobody, lets running commands end, says the last words.
///
/// POP3 sessions end without their UPDATE (RFC 1939, section 6): nothing is removed that no QUIT
/// asked for.
final class Shutdown {
  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

  /// Most time between two clients that are told.
  private static final Duration LONGEST_PACE = Duration.ofMillis(10);

  private Shutdown() {}

  /// Returns when every connection is closed, or after the time of grace, when those that are left
  /// are cut off.
  static void send(Listeners listeners, Duration grace) {
    listeners.close();
    var connections = listeners.connections();
    LOG.info("stopping: {} connections are open", connections.size());
    sayFarewell(connections, grace);
    if (!awaitEmpty(connections, grace)) {
      LOG.warn(
          "{} connections did not end within {} ms and are cut off",
          connections.size(),
          grace.toMillis());
      connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
  }

  /// Clients that wait for news (RFC 9051, section 6.3.13) come back at once when they are sent
  /// away. Ten thousand of them are told one after the other; a few need not wait long for it.
  private static void sayFarewell(ChannelGroup connections, Duration grace) {
    var open = List.copyOf(connections);
    long spread = grace.toNanos() / 5 * 4;
    long pace = Math.min(LONGEST_PACE.toNanos(), spread / Math.max(1, open.size()));
    for (int i = 0; i < open.size(); i++) {
      sayFarewell(open.get(i), new Farewell(Duration.ofNanos(pace * i)));
    }
  }

  private static void sayFarewell(Channel connection, Farewell farewell) {
    connection.eventLoop().execute(() -> connection.pipeline().fireUserEventTriggered(farewell));
  }

  private static boolean awaitEmpty(ChannelGroup connections, Duration grace) {
    return connections.newCloseFuture().awaitUninterruptibly(grace.toMillis());
  }
}
