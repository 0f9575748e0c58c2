package org.popinjay.wire;

import java.time.Duration;

/// User event that the server sends into the pipelines of its connections when it stops: what is
/// being carried out may end, nothing else is begun, and the protocol's last words are said.
///
/// @param waiting how long a client that only waits for news may be left in peace, so that not all
///   of them come back at once
public record Farewell(Duration waiting) {
  /// Everybody is told at once.
  public static final Farewell SHUTDOWN = new Farewell(Duration.ZERO);
}
