package org.popinjay.server;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import java.time.Duration;
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

  private Shutdown() {}

  /// Returns when every connection is closed, or after the time of grace, when those that are left
  /// are cut off.
  static void send(Listeners listeners, Duration grace) {
    listeners.close();
    var connections = listeners.connections();
    LOG.info("stopping: {} connections are open", connections.size());
    connections.forEach(Shutdown::sayFarewell);
    if (!awaitEmpty(connections, grace)) {
      LOG.warn(
          "{} connections did not end within {} ms and are cut off",
          connections.size(),
          grace.toMillis());
      connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
  }

  private static void sayFarewell(Channel connection) {
    connection
        .eventLoop()
        .execute(() -> connection.pipeline().fireUserEventTriggered(Farewell.SHUTDOWN));
  }

  private static boolean awaitEmpty(ChannelGroup connections, Duration grace) {
    return connections.newCloseFuture().awaitUninterruptibly(grace.toMillis());
  }
}
