package org.popinjay.wire.tls;

/// What TLS reports for metrics. Called from any thread; must not block.
public interface TlsEvents {

  /// Hears nothing.
  TlsEvents NONE = new TlsEvents() {};

  /// A handshake came to its end.
  ///
  /// @param version `TLSv1.3`, or nothing where it failed
  default void handshake(String version, Outcome outcome) {}

  /// Changed files were read anew.
  ///
  /// @param taken whether what they hold is used from now on
  default void reloaded(boolean taken) {}

  /// How handshakes end.
  enum Outcome {
    /// Both sides are content.
    DONE,
    /// The client went away, or what it sent is not what TLS wants.
    FAILED,
    /// What the client sent is no TLS at all.
    NO_TLS,
    /// It took too long.
    TIMEOUT,
    /// The client wants to speak something else (RFC 7301, section 3.2).
    OTHER_PROTOCOL
  }
}
