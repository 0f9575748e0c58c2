package org.popinjay.posix;

import jnr.constants.platform.Signal;
import jnr.posix.util.SunMiscSignal;

/// What happens when the process is sent a signal.
///
/// The work runs on a thread of its own, one for each signal that arrives, and may block; what it
/// throws ends that thread and nothing else. Setting the work of a signal replaces what the JVM or
/// an earlier call had in its place.
public enum Signals {
  /// The terminal is gone, or by custom: read your settings again.
  HUP(Signal.SIGHUP),
  /// Ctrl-C.
  INT(Signal.SIGINT),
  /// End in good order.
  TERM(Signal.SIGTERM);

  private final Signal number;

  Signals(Signal number) {
    this.number = number;
  }

  /// Does this work each time the signal arrives.
  public void handle(Runnable work) {
    SunMiscSignal.signal(number, _ -> work.run());
  }
}
