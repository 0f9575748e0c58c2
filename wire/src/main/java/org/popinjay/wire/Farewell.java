package org.popinjay.wire;

import java.time.Duration;

/// User event that the server sends into the pipeline of a connection to send its client home: what
/// is being carried out may end, nothing else is begun, and the protocol's last words are said.
///
/// @param why [SessionEnd#SHUTDOWN] or [SessionEnd#KICKED]
/// @param waiting how long a client that only waits for news may be left in peace, so that not all
///   of them come back at once
public record Farewell(SessionEnd why, Duration waiting) {
  /// Everybody is told at once.
  public static final Farewell SHUTDOWN = new Farewell(Duration.ZERO);

  /// An operator does not want this one.
  public static final Farewell KICKED = new Farewell(SessionEnd.KICKED, Duration.ZERO);

  /// The server stops.
  public Farewell(Duration waiting) {
    this(SessionEnd.SHUTDOWN, waiting);
  }
}
