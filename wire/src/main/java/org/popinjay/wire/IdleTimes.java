package org.popinjay.wire;

import java.time.Duration;
import org.popinjay.config.LimitsConfig;

/// How long a client may take.
///
/// @param login from connecting to being signed in, in all
/// @param session silence after sign-in; RFC 1939, section 3, and RFC 9051, section 5.4, give
///   floors
/// @param writeStall without reading anything while output waits
public record IdleTimes(Duration login, Duration session, Duration writeStall) {

  /// The times of the settings.
  ///
  /// @param session silence that this protocol allows
  public static IdleTimes of(LimitsConfig limits, Duration session) {
    return new IdleTimes(limits.loginTimeout(), session, limits.writeStallTimeout());
  }
}
