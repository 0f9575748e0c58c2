package org.popinjay.wire;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import org.popinjay.auth.Authenticator;
import org.popinjay.auth.CleartextPolicy;
import org.popinjay.config.LimitsConfig;
import org.popinjay.config.PopinjayConfig;

/// What all connections of a server share, whatever is spoken on them.
///
/// @param authenticator who knows the users
/// @param settings all that is set
/// @param host name of this server in greetings
/// @param threads runs each task on a virtual thread of its own
/// @param permits how many may work on disk at once
/// @param addresses counts connections
/// @param ids names connections
/// @param clock for dates
/// @param events hears what connections do
public record Facilities(
    Authenticator authenticator,
    PopinjayConfig settings,
    String host,
    Executor threads,
    DiskPermits permits,
    AddressLimits addresses,
    SessionId.Source ids,
    InstantSource clock,
    SessionEvents events) {

  /// What one client may use up that has not signed in.
  public LimitsConfig limits() {
    return settings.limits();
  }

  /// Where passwords may travel in the clear.
  public CleartextPolicy cleartext() {
    return CleartextPolicy.of(settings.auth());
  }

  /// A lane on which a user's work may block.
  public DiskLane lane(String user) {
    return permits.lane(user, threads);
  }
}
