package org.popinjay.wire.names;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.DnsConfig.Reverse;
import org.slf4j.event.Level;

/// Looks up the names of clients as popper did, but behind their backs: the name of the address,
/// then whether the address is among those of the name. Only a name that leads back is told.
///
/// One instance for all listeners, with a memory of what was found and a bound on what is looked up
/// at once; who comes beyond that is not looked up. The memory belongs to one event loop, on which
/// all work is done. Thread-safe, never blocks once it is switched on.
public final class NameCheck implements AutoCloseable {
  static final int AT_ONCE = 64;
  static final int REMEMBERED = 10_000;
  static final Duration PATIENCE = Duration.ofSeconds(2);
  static final Duration NAME_KEPT = Duration.ofMinutes(10);
  static final Duration FAULT_KEPT = Duration.ofMinutes(1);

  /// The longest name of the DNS.
  private static final int LONGEST_NAME = 255;

  private final ScheduledExecutorService loop;
  private final Supplier<HostNames> opening;
  private final LongSupplier nanos;
  private final Consumer<NameFault> faults;
  private final FaultLines lines;
  private volatile Reverse wanted = Reverse.OFF;
  private volatile @Nullable HostNames names;

  /// The oldest first; of the event loop alone, as is the next.
  private final SequencedMap<InetAddress, LookUp> lookUps = new LinkedHashMap<>();

  private int goingOn;

  /// @param loop where the work is done
  /// @param opening makes what knows the names, once it is needed; may block
  /// @param nanos a clock of which differences count
  /// @param faults counts; must not block
  public NameCheck(
      ScheduledExecutorService loop,
      Supplier<HostNames> opening,
      LongSupplier nanos,
      Consumer<NameFault> faults) {
    this.loop = loop;
    this.opening = opening;
    this.nanos = nanos;
    this.faults = faults;
    this.lines = new FaultLines(loop);
  }

  /// Does from now on what the settings say. For one thread at a time; may block.
  public void change(Reverse reverse) {
    if (reverse != Reverse.OFF && names == null) {
      names = opening.get();
    }
    wanted = reverse;
  }

  /// Finds out the name of a client that has been greeted. This machine is not asked about.
  ///
  /// @param told hears the name if there is one that leads back, on the event loop of this; never
  ///   anything but letters, digits, `.`, `-` and `_`
  public void begin(InetAddress client, Consumer<String> told) {
    var known = names;
    if (known != null && wanted != Reverse.OFF && !client.isLoopbackAddress()) {
      loop.execute(() -> tell(known, client, told));
    }
  }

  @Override
  public void close() {
    if (names != null) {
      names.close();
    }
  }

  private void tell(HostNames known, InetAddress client, Consumer<String> told) {
    var lookUp = lookUps.get(client);
    if (lookUp == null || lookUp.isStale()) {
      if (goingOn == AT_ONCE) {
        return;
      }
      lookUp = new LookUp(known, client);
      remember(lookUp);
      lookUp.begin();
    }
    var _ = lookUp.result.thenAccept(name -> name.ifPresent(told));
  }

  private void remember(LookUp lookUp) {
    lookUps.remove(lookUp.client);
    lookUps.put(lookUp.client, lookUp);
    if (lookUps.size() > REMEMBERED) {
      lookUps.pollFirstEntry();
    }
  }

  /// Whether a name is one of a host, and no address in its place.
  private static boolean isOfHost(String name) {
    return name.length() <= LONGEST_NAME
        && name.chars().allMatch(NameCheck::isInNames)
        && name.chars().anyMatch(c -> c >= 'A' && c != '_');
  }

  private static boolean isInNames(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '-'
        || c == '_';
  }

  /// What is found out about one address, and what was. Of the event loop alone.
  private final class LookUp {
    private final HostNames known;
    private final InetAddress client;
    private final CompletableFuture<Optional<String>> result = new CompletableFuture<>();
    private @Nullable ScheduledFuture<?> limit;
    private String name = "";
    private long endedAt;
    private long keptNanos;

    LookUp(HostNames known, InetAddress client) {
      this.known = known;
      this.client = client;
    }

    boolean isStale() {
      return result.isDone() && nanos.getAsLong() - endedAt > keptNanos;
    }

    void begin() {
      goingOn++;
      limit = loop.schedule(() -> fail(NameFault.TIMEOUT), PATIENCE.toMillis(), MILLISECONDS);
      hear(known.nameOf(client), this::named, NameFault.NO_NAME);
    }

    private void named(String found) {
      name = found;
      if (isOfHost(found)) {
        hear(known.addressesOf(found), this::ledTo, NameFault.MISMATCH);
      } else {
        fail(NameFault.MISMATCH);
      }
    }

    private void ledTo(List<InetAddress> addresses) {
      if (addresses.contains(client)) {
        end(Optional.of(name), NAME_KEPT);
      } else {
        fail(NameFault.MISMATCH);
      }
    }

    /// Goes on with an answer on the event loop, unless it comes too late.
    private <T> void hear(CompletionStage<T> answer, Consumer<T> next, NameFault without) {
      var _ =
          answer.whenComplete((found, _) ->
              loop.execute(() -> {
                if (result.isDone()) {
                  return;
                }
                if (found == null) {
                  fail(without);
                } else {
                  next.accept(found);
                }
              }));
    }

    private void fail(NameFault fault) {
      faults.accept(fault);
      lines.write(wanted == Reverse.WARN ? Level.WARN : Level.INFO, client.getHostAddress(), name);
      end(Optional.empty(), FAULT_KEPT);
    }

    private void end(Optional<String> found, Duration kept) {
      goingOn--;
      endedAt = nanos.getAsLong();
      keptNanos = kept.toNanos();
      if (limit != null) {
        limit.cancel(false);
      }
      result.complete(found);
    }
  }
}
