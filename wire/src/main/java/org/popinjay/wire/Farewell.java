package org.popinjay.wire;

/// User events that the server sends into the pipelines of its connections.
public enum Farewell {
  /// The server stops: what is being carried out may end, nothing else is begun, and the protocol's
  /// last words are said.
  SHUTDOWN
}
