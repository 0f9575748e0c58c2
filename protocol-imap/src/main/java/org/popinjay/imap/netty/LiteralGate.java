package org.popinjay.imap.netty;

/// Gives clients leave to send a literal they announced (RFC 9051, sections 4.3 and 5.5).
public interface LiteralGate {

  /// A client waits for leave. Once every command before this one is answered: [#invite], then
  /// `go`. Called on the event loop, and `go` is for the event loop; it may be run before this
  /// returns.
  void awaitTurn(Runnable go);

  /// Writes `+ go ahead` and flushes. Called by whoever runs the session's commands: on the event
  /// loop from [#awaitTurn], or on the thread of an APPEND when it is ready for a message.
  void invite();
}
