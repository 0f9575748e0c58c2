package org.popinjay.wire.trace;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.popinjay.config.Cidr;

/// Which sessions somebody looks on at. Each list narrows it, and an empty one does not.
///
/// Nobody knows whose a session will be before sign-in, and nothing is kept to be shown later:
/// where users are named, what is said until then is shown only if addresses are named, too.
///
/// @param users whose sessions
/// @param addresses of the clients
public record TraceScope(List<String> users, List<Cidr> addresses) {
  /// Everybody's.
  public static final TraceScope ALL = new TraceScope(List.of(), List.of());

  /// Copies.
  public TraceScope {
    users = List.copyOf(users);
    addresses = List.copyOf(addresses);
  }

  /// Those of one user, from sign-in on.
  public static TraceScope of(String user) {
    return new TraceScope(List.of(user), List.of());
  }

  /// Whether a session is among them.
  ///
  /// @param user who is signed in, if somebody is
  public boolean holds(Optional<String> user, InetAddress address) {
    boolean whose = user.map(users::contains).orElse(!addresses.isEmpty());
    return (users.isEmpty() || whose)
        && (addresses.isEmpty() || addresses.stream().anyMatch(each -> each.contains(address)));
  }
}
