package org.popinjay.mailstore.mbox.spool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// When a mailbox that changed is to be looked at.
///
/// The first change is looked at at once, whatever follows within [#WINDOW] together. A mailbox
/// whose file was still locked is looked at again when its writer closes it, or after
/// [#FIRST_RETRY] and then ever later, up to [#LAST_RETRY]. Of each mailbox one look at a time.
/// Times are those of [System#nanoTime], given by the caller. Not thread-safe.
///
/// @param <K> a mailbox
final class LookSchedule<K> {
  static final Duration WINDOW = Duration.ofMillis(50);
  static final Duration FIRST_RETRY = Duration.ofMillis(20);
  static final Duration LAST_RETRY = Duration.ofSeconds(1);

  /// Longer than anybody waits.
  static final Duration NEVER = Duration.ofDays(365);

  private final Map<K, Plan> plans = new HashMap<>();
  private final Map<K, Plan> wanted = new HashMap<>();

  private static final class Plan {
    boolean looking;
    boolean everLooked;
    long noticedNanos;
    long lookingNanos;
    long dueNanos;
    long lookedNanos;
    long retryNanos;
  }

  /// The file of a mailbox changed.
  void changed(K mailbox, long nowNanos) {
    var plan = plan(mailbox);
    if (plan.retryNanos == 0 || !isWanted(mailbox)) {
      want(mailbox, plan, nowNanos, endOfWindow(plan, nowNanos));
    }
  }

  /// A writer of a mailbox has closed the file.
  void closed(K mailbox, long nowNanos) {
    var plan = plan(mailbox);
    want(mailbox, plan, nowNanos, plan.retryNanos == 0 ? endOfWindow(plan, nowNanos) : nowNanos);
  }

  private void want(K mailbox, Plan plan, long noticedNanos, long dueNanos) {
    boolean first = wanted.put(mailbox, plan) == null;
    if (first || noticedNanos - plan.noticedNanos < 0) {
      plan.noticedNanos = noticedNanos;
    }
    if (first || dueNanos - plan.dueNanos < 0) {
      plan.dueNanos = dueNanos;
    }
  }

  /// Whether a look is still to come.
  boolean isWanted(K mailbox) {
    return wanted.containsKey(mailbox);
  }

  private Plan plan(K mailbox) {
    return plans.computeIfAbsent(mailbox, _ -> new Plan());
  }

  private static long endOfWindow(Plan plan, long nowNanos) {
    long end = plan.lookedNanos + WINDOW.toNanos();
    return plan.everLooked && end - nowNanos > 0 ? end : nowNanos;
  }

  /// Mailboxes to be looked at now; [#looked] is to follow for each.
  List<K> due(long nowNanos) {
    var due = new ArrayList<K>();
    wanted.forEach((mailbox, plan) -> {
      if (!plan.looking && plan.dueNanos - nowNanos <= 0) {
        plan.looking = true;
        plan.everLooked = true;
        plan.lookedNanos = nowNanos;
        plan.lookingNanos = plan.noticedNanos;
        due.add(mailbox);
      }
    });
    due.forEach(wanted::remove);
    return due;
  }

  /// A look has ended.
  ///
  /// @param busy whether the file was locked by another program
  /// @return nanoseconds since the first sign of what was seen; none if nothing could be seen, or
  ///   nobody is interested any more
  OptionalLong looked(K mailbox, boolean busy, long nowNanos) {
    var plan = plans.get(mailbox);
    if (plan == null) {
      return OptionalLong.empty();
    }
    plan.looking = false;
    if (busy) {
      plan.retryNanos =
          plan.retryNanos == 0
              ? FIRST_RETRY.toNanos()
              : Math.min(2 * plan.retryNanos, LAST_RETRY.toNanos());
      want(mailbox, plan, plan.lookingNanos, nowNanos + plan.retryNanos);
      return OptionalLong.empty();
    }
    plan.retryNanos = 0;
    return OptionalLong.of(nowNanos - plan.lookingNanos);
  }

  /// Nobody is interested any more.
  void forget(K mailbox) {
    plans.remove(mailbox);
    wanted.remove(mailbox);
  }

  /// How long there is nothing to do.
  Duration idle(long nowNanos) {
    long nearest = NEVER.toNanos();
    for (var plan : wanted.values()) {
      if (!plan.looking) {
        nearest = Math.min(nearest, Math.max(0, plan.dueNanos - nowNanos));
      }
    }
    return Duration.ofNanos(nearest);
  }
}
