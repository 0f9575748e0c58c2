package org.popinjay.wire;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.popinjay.config.LimitsConfig;
import org.popinjay.wire.SessionEvents.Limit;

/// Counts connections: in all, of each address, and of each address before sign-in.
///
/// IPv6 is counted by its first 64 bits, since any customer has that many addresses. One instance
/// for all listeners. Thread-safe, never blocks for long.
public final class AddressLimits {
  private static final int IPV6_PREFIX_OCTETS = 8;

  private volatile Most most;
  private final AtomicInteger connections = new AtomicInteger();
  private final ConcurrentHashMap<InetAddress, Count> addresses = new ConcurrentHashMap<>();

  /// What is allowed.
  private record Most(int connections, int perAddress, int unauthenticated) {
    static Most of(int connections, LimitsConfig limits) {
      return new Most(
          connections, limits.connectionsPerAddress(), limits.unauthenticatedPerAddress());
    }
  }

  /// How many of one address.
  private record Count(int all, int unauthenticated) {
    static final Count NONE = new Count(0, 0);
  }

  /// What came of asking for one more.
  public sealed interface Admission {
    /// It is counted from now on.
    record Admitted(Place place) implements Admission {}

    /// It would be one too many.
    record Refused(Limit limit) implements Admission {}
  }

  /// The place of one connection. Its methods are for one thread at a time.
  public final class Place {
    private final InetAddress address;
    private boolean signedIn;
    private boolean left;

    private Place(InetAddress address) {
      this.address = address;
    }

    /// Counts the connection among those that are signed in. More than once is harmless.
    public void signedIn() {
      if (!signedIn && !left) {
        signedIn = true;
        change(address, 0, -1);
      }
    }

    /// Gives the place back. More than once is harmless.
    public void leave() {
      if (!left) {
        left = true;
        change(address, -1, signedIn ? 0 : -1);
        connections.decrementAndGet();
      }
    }
  }

  /// @param connectionsMax connections in all, worked out where the settings leave it open
  /// @param limits the other limits
  public AddressLimits(int connectionsMax, LimitsConfig limits) {
    this.most = Most.of(connectionsMax, limits);
  }

  /// Sets other limits. Who has a place keeps it, even where there would be too many now.
  public void change(int connectionsMax, LimitsConfig limits) {
    most = Most.of(connectionsMax, limits);
  }

  /// Asks for a place for one more connection.
  public Admission admit(InetAddress client) {
    var allowed = most;
    if (connections.incrementAndGet() > allowed.connections) {
      connections.decrementAndGet();
      return new Admission.Refused(Limit.CONNECTIONS);
    }
    var address = counted(client);
    var count = change(address, 1, 1);
    if (count.all <= allowed.perAddress && count.unauthenticated <= allowed.unauthenticated) {
      return new Admission.Admitted(new Place(address));
    }
    change(address, -1, -1);
    connections.decrementAndGet();
    return new Admission.Refused(
        count.all > allowed.perAddress
            ? Limit.CONNECTIONS_PER_ADDRESS
            : Limit.UNAUTHENTICATED_PER_ADDRESS);
  }

  /// Connections that have a place, for a metric.
  public int connections() {
    return connections.get();
  }

  private Count change(InetAddress address, int all, int unauthenticated) {
    var now =
        addresses.compute(
            address,
            (_, before) -> {
              var was = before == null ? Count.NONE : before;
              var count = new Count(was.all + all, was.unauthenticated + unauthenticated);
              return count.all == 0 ? null : count;
            });
    return now == null ? Count.NONE : now;
  }

  /// The address that a client is counted by.
  private static InetAddress counted(InetAddress client) {
    if (!(client instanceof Inet6Address)) {
      return client;
    }
    var octets = client.getAddress();
    Arrays.fill(octets, IPV6_PREFIX_OCTETS, octets.length, (byte) 0);
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("address of " + octets.length + " octets", e);
    }
  }
}
