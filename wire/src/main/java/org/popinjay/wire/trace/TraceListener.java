package org.popinjay.wire.trace;

/// Who looks on.
@FunctionalInterface
public interface TraceListener {

  /// Something was said. From any thread, also an event loop: must not block.
  void said(TraceLine line);
}
