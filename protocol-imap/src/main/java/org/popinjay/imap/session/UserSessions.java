package org.popinjay.imap.session;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.popinjay.config.LimitsConfig;

/// Counts the sessions of each user, and has the longest idle one give way when there would be too
/// many: mail clients forget connections, and the new one is the one that somebody waits for. One
/// instance for all listeners. Thread-safe.
public final class UserSessions {
  private final Map<String, List<Seat>> seats = new HashMap<>();

  /// One session as the holder of a place. Its methods are called from any thread and must not
  /// block.
  public interface Seat {

    /// Where its client is.
    InetAddress address();

    /// How long it has been idle; empty while it is at work, or was so a moment ago.
    Optional<Duration> idleFor();

    /// Its place is taken: it is to say its last words and go.
    void replaced();
  }

  /// Takes a place, that of an idle session if there is no other.
  ///
  /// @param limits how many are allowed
  /// @return whether there was one; if so it is to be given back by [#leave]
  public boolean admit(String user, Seat seat, LimitsConfig limits) {
    var replaced = new ArrayList<Seat>();
    boolean admitted;
    synchronized (seats) {
      var taken = seats.computeIfAbsent(user, _ -> new ArrayList<>());
      var sameAddress =
          taken.stream().filter(other -> other.address().equals(seat.address())).toList();
      admitted =
          (sameAddress.size() < limits.connectionsPerUserAddress()
                  || giveWay(sameAddress, taken, replaced))
              && (taken.size() < limits.connectionsPerUser() || giveWay(taken, taken, replaced));
      if (admitted) {
        taken.add(seat);
      } else if (taken.isEmpty()) {
        seats.remove(user);
      }
    }
    replaced.forEach(Seat::replaced);
    return admitted;
  }

  /// Gives a place back. More than once is harmless.
  public void leave(String user, Seat seat) {
    synchronized (seats) {
      var taken = seats.get(user);
      if (taken != null && taken.remove(seat) && taken.isEmpty()) {
        seats.remove(user);
      }
    }
  }

  private static boolean giveWay(List<Seat> some, List<Seat> taken, List<Seat> replaced) {
    var idlest =
        some.stream()
            .filter(seat -> seat.idleFor().isPresent())
            .max(Comparator.comparing(seat -> seat.idleFor().orElse(Duration.ZERO)));
    idlest.ifPresent(seat -> {
      taken.remove(seat);
      replaced.add(seat);
    });
    return idlest.isPresent();
  }
}
