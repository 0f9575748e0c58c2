package org.popinjay.pop3;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// When users signed in last, for `pop3.loginDelay` (RFC 2449, section 6.5).
///
/// One instance for all listeners, also over a reload. A restart forgets, and so does a crowd of
/// more than 100,000: a user is then let in too early, never too late. Thread-safe.
public final class LoginDelays {

  /// Users remembered; who has not come for the longest time is forgotten first.
  static final int USERS_MAX = 100_000;

  private final LongSupplier nanoClock;
  private final Map<String, Long> lastTimes = new LastTimes();

  /// @param nanoClock as [System#nanoTime]
  public LoginDelays(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /// How long a user has to wait until the next sign-in; zero for one who may come now.
  ///
  /// @param delay least time between two sign-ins of this user
  public Duration left(String user, Duration delay) {
    if (delay.isZero()) {
      return delay;
    }
    Long last;
    synchronized (lastTimes) {
      last = lastTimes.get(user);
    }
    long left = last == null ? 0 : delay.toNanos() - (nanoClock.getAsLong() - last);
    return Duration.ofNanos(Math.max(0, left));
  }

  /// Notes that a user is signed in now.
  ///
  /// @param delay as above; zero notes nothing
  public void signedIn(String user, Duration delay) {
    if (!delay.isZero()) {
      synchronized (lastTimes) {
        lastTimes.remove(user);
        lastTimes.put(user, nanoClock.getAsLong());
      }
    }
  }

  private static final class LastTimes extends LinkedHashMap<String, Long> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
      return size() > USERS_MAX;
    }
  }
}
