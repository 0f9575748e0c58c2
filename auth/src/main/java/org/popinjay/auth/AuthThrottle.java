package org.popinjay.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// Makes guessing slow: how long the answer to a failure waits, and which addresses are not heard.
///
/// Failures are counted per IPv4 address and per IPv6 /64, the least that one customer is given,
/// and per name, whether or not somebody has it, for guessers with many addresses. The first is
/// answered after `auth.failureDelay`, and each further one after twice the time, up to 15 seconds;
/// the greater of both counts. A quarter of the time is left to chance, so that the time says
/// nothing about the reason. Twenty failures within ten minutes and an address is refused unheard
/// for ten minutes; a name never is, or anybody could lock its owner out.
///
/// The machine's own addresses wait as well but are never refused: behind them stands a web mail or
/// a proxy, and one guesser would lock all its users out.
///
/// Only computes; a timer is the caller's. Thread-safe, and never blocks for longer than a look
/// into a table.
public final class AuthThrottle {
  /// Failures within [#WINDOW] after which an address is refused.
  public static final int FAILURES_MAX = 20;

  /// The time over which failures are counted, and for which an address is then refused.
  public static final Duration WINDOW = Duration.ofMinutes(10);

  /// Longest delay of an answer.
  public static final Duration DELAY_MAX = Duration.ofSeconds(15);

  /// Addresses remembered, and as many names; the one not seen for the longest time is forgotten
  /// first, so the table is no attack on the memory.
  static final int ENTRIES_MAX = 100_000;

  private static final int JITTER_PARTS = 4;

  /// More would be longer than the longest delay, also of the shortest first one worth the name.
  private static final int DOUBLINGS_MAX = 16;

  private volatile long firstDelayNanos;
  private final LongSupplier nanoClock;
  private final RandomGenerator random;
  private final Map<Network, Failures> failures = new Table<>();
  private final Map<String, Failures> failuresByName = new Table<>();

  /// @param failureDelay of the first failure; zero answers every failure at once
  /// @param nanoClock as [System#nanoTime]
  public AuthThrottle(Duration failureDelay, LongSupplier nanoClock, RandomGenerator random) {
    this.firstDelayNanos = failureDelay.toNanos();
    this.nanoClock = nanoClock;
    this.random = random;
  }

  /// Sets another delay for the first failure; what was counted stays.
  public void change(Duration failureDelay) {
    firstDelayNanos = failureDelay.toNanos();
  }

  /// Whether an attempt from this address is refused without looking at it.
  public boolean refuses(InetAddress address) {
    if (address.isLoopbackAddress()) {
      return false;
    }
    synchronized (failures) {
      var known = failures.get(Network.of(address));
      return known != null && known.isRefused(nanoClock.getAsLong());
    }
  }

  /// Failures of a name that count now.
  ///
  /// @param name as [UserNames] gave it
  public int failures(String name) {
    synchronized (failures) {
      var known = failuresByName.get(name);
      return known == null ? 0 : known.now(nanoClock.getAsLong());
    }
  }

  /// Counts a failure.
  ///
  /// @param name as [UserNames] gave it; empty for one that nobody can have
  /// @return how long after the attempt began it may be answered
  public Duration failed(InetAddress address, Optional<String> name) {
    long now = nanoClock.getAsLong();
    int count;
    double chance;
    synchronized (failures) {
      count = count(failures, Network.of(address), now);
      if (name.isPresent()) {
        count = Math.max(count, count(failuresByName, name.get(), now));
      }
      chance = random.nextDouble();
    }
    return Duration.ofNanos(delayNanos(count, chance));
  }

  private static <K> int count(Map<K, Failures> table, K key, long now) {
    return table.computeIfAbsent(key, _ -> new Failures()).count(now);
  }

  /// Doubles with each failure; chance only ever adds, so that the first delay is the least.
  private long delayNanos(int count, double chance) {
    long first = firstDelayNanos;
    long longest = Math.max(DELAY_MAX.toNanos(), first);
    long grown = first << Math.min(count - 1, DOUBLINGS_MAX);
    long least = Math.max(first, Math.min(grown, longest - longest / JITTER_PARTS));
    long most = least / JITTER_PARTS;
    return Math.min(least + (long) (chance * most), longest);
  }

  /// What counts as one address.
  private record Network(boolean six, long prefix) {
    static Network of(InetAddress address) {
      var octets = ByteBuffer.wrap(address.getAddress());
      return address instanceof Inet6Address
          ? new Network(true, octets.getLong())
          : new Network(false, octets.getInt());
    }
  }

  /// The failures of one address or name.
  private static final class Failures {
    private long since;
    private int count;

    int count(long now) {
      if (count == 0 || now - since > WINDOW.toNanos()) {
        since = now;
        count = 0;
      }
      count++;
      if (count == FAILURES_MAX) {
        since = now;
      }
      return count;
    }

    int now(long now) {
      return now - since > WINDOW.toNanos() ? 0 : count;
    }

    boolean isRefused(long now) {
      return count >= FAILURES_MAX && now - since <= WINDOW.toNanos();
    }
  }

  private static final class Table<K> extends LinkedHashMap<K, Failures> {
    private static final long serialVersionUID = 1L;

    Table() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, Failures> eldest) {
      return size() > ENTRIES_MAX;
    }
  }
}
